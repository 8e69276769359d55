"""A fake Telegram Bot API that records every call, and fails as planned by the test.

Source of the answers' structure: core.telegram.org/bots/api, "Making requests", "ResponseParameters",
"getUpdates".
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.fakes.bot_files import Files
from tests.fakes.message_entities import refusal

TOKEN = "700001:AAE-fake-0123456789-abcdefghij-klm"
BOT: dict[str, Any] = {
    "id": 700001,
    "is_bot": True,
    "first_name": "Interviews",
    "username": "interviews_bot",
}
_TEXTS = ("text", "caption", "url", "secret_token", "callback_query_id", "file_id", "language_code")
"""Parameters that are not JSON in a form."""

_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)


@dataclass(frozen=True, slots=True)
class Call:
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trouble:
    """How the next call of a method fails: a Bot API error, or a raw body."""

    code: int = 200
    description: str = ""
    retry_after: float | None = None
    raw: bytes | None = None
    hang: bool = False
    cut: bool = False


class FakeBotApi:
    """One bot on the fake API.

    - `calls`: the calls received.
    - `fail`: plans failures by method, in the order of the calls.
    - `screen`: what each chat shows, by message id.
    - `files`: candidates' files.
    - `knows_dates`: whether the server is new enough for `date_time` entities (Bot API 9.5).
    """

    def __init__(self, token: str = TOKEN, username: str = BOT["username"]) -> None:
        self.token = token
        self.me = {**BOT, "id": int(token.partition(":")[0]), "username": username}
        self.calls: list[Call] = []
        self.url = ""
        self.knows_dates = True
        self.webhook = ""
        self.hook: dict[str, Any] = {"pending_update_count": 0}
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._updates: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self._released = asyncio.Event()
        self.files = Files(self._released)
        self.screen: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._polls = 0
        self._messages = 0
        self._runner: web.AppRunner | None = None

    # used by tests

    def fail(self, method: str, *troubles: Trouble) -> None:
        self._troubles[method].extend(troubles)

    def bring(self, *updates: Mapping[str, Any]) -> None:
        """Add updates for getUpdates, in the order of their ids."""
        self._updates += [dict(update) for update in updates]
        self._news.set()

    @property
    def waiting(self) -> list[int]:
        """The ids of updates not confirmed yet."""
        return [update["update_id"] for update in self._updates]

    def of(self, method: str) -> list[dict[str, Any]]:
        """Return the parameters of each call of this method."""
        return [call.parameters for call in self.calls if call.method == method]

    def texts(self, chat: int | None = None) -> list[str]:
        """Return the texts sent, in order."""
        return [sent["text"] for sent in self.of("sendMessage") if chat in (None, sent["chat_id"])]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/{path:[\\s\\S]+}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._released.set()
        if self._runner:
            await self._runner.cleanup()

    # the server

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        parameters = await _parameters(request)
        self.calls.append(Call(method, parameters))
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        if self._troubles[method]:
            return await self._trouble(request, self._troubles[method].popleft())
        return await self._result(method, parameters)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        return await self.files.answer(request)

    async def _trouble(self, request: web.Request, trouble: Trouble) -> web.StreamResponse:
        if trouble.hang:
            await self._released.wait()
        if trouble.cut and request.transport:
            request.transport.close()
        if trouble.raw is not None:
            return web.Response(status=trouble.code, body=trouble.raw, content_type="text/html")
        return _error(trouble.code, trouble.description, trouble.retry_after)

    async def _result(self, method: str, parameters: dict[str, Any]) -> web.StreamResponse:
        if fault := refusal(parameters, knows_dates=self.knows_dates):
            return _error(400, f"Bad Request: can't parse entities: {fault}")
        match method:
            case "getMe":
                return _ok(self.me)
            case "sendMessage" | "sendDocument" | "sendPhoto":
                self._messages += 1
                return self._shown(parameters, self._messages)
            case "editMessageText":
                return self._edited(parameters)
            case "getFile":
                file = self.files.file(parameters["file_id"])
                return _ok(file) if file else _error(400, "Bad Request: invalid file_id")
            case "getWebhookInfo":
                return _ok({"url": self.webhook, "has_custom_certificate": False, **self.hook})
            case "setWebhook":
                self.webhook = parameters["url"]
            case "deleteWebhook":
                self.webhook = ""
            case "getUpdates":
                return await self._get_updates(parameters)
        return _ok(True)

    def _shown(self, parameters: dict[str, Any], message_id: int) -> web.StreamResponse:
        chat = {"id": parameters["chat_id"], "type": "private"}
        self.screen[chat["id"]][message_id] = parameters
        return _ok(
            {"message_id": message_id, "date": 1_790_000_000, "chat": chat, "text": parameters.get("text", "")}
        )

    def _edited(self, parameters: dict[str, Any]) -> web.StreamResponse:
        here = self.screen[parameters["chat_id"]]
        shown = here.get(parameters["message_id"])
        if shown is None:
            return _error(400, "Bad Request: message to edit not found")
        if _content(shown) == _content(parameters):
            return _error(400, _NOT_MODIFIED)
        return self._shown(parameters, parameters["message_id"])

    async def _get_updates(self, parameters: dict[str, Any]) -> web.StreamResponse:
        if self.webhook:
            return _error(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._polls:
            return _error(409, "Conflict: terminated by other getUpdates request")
        self._polls += 1
        try:
            offset = parameters.get("offset", 0)
            self._updates = [update for update in self._updates if update["update_id"] >= offset]
            if not self._updates:
                self._news.clear()
                await self._news_or_end(parameters.get("timeout", 0))
            return _ok(self._updates[: parameters.get("limit", 100)])
        finally:
            self._polls -= 1

    async def _news_or_end(self, timeout_s: float) -> None:
        waiters = [asyncio.create_task(each.wait()) for each in (self._news, self._released)]
        try:
            await asyncio.wait(waiters, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiters:
                waiter.cancel()


def _content(parameters: dict[str, Any]) -> tuple[Any, Any, Any]:
    buttons = parameters.get("reply_markup", {}).get("inline_keyboard", [])
    return parameters["text"], parameters.get("entities", []), buttons


async def _parameters(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        body = await request.read()
        return dict(json.loads(body)) if body else {}
    form = await request.post() or request.query
    return {name: _of_form(name, value) for name, value in form.items()}


def _of_form(name: str, value: object) -> Any:
    """Return the value of a form field: a file as (name, content), texts as they are, others decoded from JSON."""
    if isinstance(value, web.FileField):
        return value.filename, value.file.read()
    return value if name in _TEXTS or not isinstance(value, str) else json.loads(value)


def _ok(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(code: int, description: str, retry_after: float | None = None) -> web.Response:
    answer: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if retry_after is not None:
        answer["parameters"] = {"retry_after": retry_after}
    return web.json_response(answer, status=code)
