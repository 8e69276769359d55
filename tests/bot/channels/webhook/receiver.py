"""A receiver of webhooks, in memory: it notes what arrives and answers as planned."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import httpx
from standardwebhooks import Webhook

from bot.channels.webhook.channel import WebhookChannel, waiting
from bot.channels.webhook.posting import Poster
from conversation.outbound import OutboundMessage
from handlers.actions.system.webhook_registry import Secret, Target
from handlers.notices.webhooks import WebhookEvent, message

URL = "https://ats.example.com/events?key=planted"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORMER = "whsec_" + "A" * 43 + "="
PUBLIC = "93.184.216.34"

Answer = httpx.Response | Exception


class Receiver:
    """Answers each request with the next of `answers`, and 204 after them. `away`: with 503."""

    def __init__(self, *addresses: str) -> None:
        self.addresses: Sequence[str] = addresses or (PUBLIC,)
        self.requests: list[httpx.Request] = []
        self.bodies: list[Any] = []
        self.answers: list[Answer] = []
        self.looked_up: list[tuple[str, int]] = []
        self.away = False
        self.refuses = ""
        self.hangs = False
        self.poster = Poster(self.look_up, httpx.MockTransport(self._answer))

    async def look_up(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append((host, port))
        return self.addresses

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._answered(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=_nothing())

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.hangs:
            await asyncio.sleep(3600)
        body = request.content.decode()
        if self.away or (self.refuses and self.refuses in body):
            return httpx.Response(503)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if not answer.is_success:
                return answer
        self.bodies.append(json.loads(body))
        return httpx.Response(204)

    @property
    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.requests]

    def verified(self, secret: str, number: int = -1) -> Any:
        """Return the body of a request, verified by the library. Raises WebhookVerificationError."""
        request = self.requests[number]
        return Webhook(secret).verify(request.content, dict(request.headers))

    def channel(self, now: Callable[[], int], *secrets: Secret) -> WebhookChannel:
        target = Target(URL, secrets or (Secret(SECRET),))
        return WebhookChannel("ats", target, "", now, self.poster, waiting())


async def _nothing() -> AsyncIterator[bytes]:
    """An answer that arrives over the network and is not there at once."""
    yield b""


def event(number: int, interview: str = "i1", at_ms: int = 0) -> OutboundMessage:
    body = json.dumps({"type": "interview.paused", "data": {"interview": interview, "sequence": number}})
    return message("ats", WebhookEvent(f"{interview}-{number}-1", interview, body, False), at_ms)
