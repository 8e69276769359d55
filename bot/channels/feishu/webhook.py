"""The app's webhook as an ASGI endpoint.

A request is verified before its body is parsed, and confirmed only after the commit.
"""

from collections.abc import Callable

import msgspec
from pydantic import SecretStr
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.channels.feishu.parse import CHANNEL, decode
from bot.channels.feishu.receive import Receiver
from bot.channels.feishu.signature import Forged, check, decrypt
from bot.logs import log
from bot.metrics import WEBHOOKS
from bot.web.http import BodyTooLarge, ClientGone, answer, read_body, say
from storage.errors import StoreUnavailable

_RETRY_S = 2
_MOST_UNSIGNED = 4096
"""The largest unsigned request, in bytes. Only the check of a new address is not signed."""
_HEADERS = (b"x-lark-request-timestamp", b"x-lark-request-nonce", b"x-lark-signature")


class _Encrypted(msgspec.Struct):
    encrypt: str


class FeishuWebhook:
    """The endpoint `POST /webhooks/feishu/{app_id}`. `now` returns epoch milliseconds."""

    def __init__(self, receiver: Receiver, key: SecretStr, now: Callable[[], int]) -> None:
        self._receiver = receiver
        self._key = key
        self._now = now

    def routes(self) -> list[BaseRoute]:
        return [Route("/webhooks/feishu/{app_id}", self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, text = await self._answered(scope, receive)
        WEBHOOKS.labels(CHANNEL, str(status)).inc()
        if status == 200:
            await say(send, text, "application/json")
        else:
            await answer(send, status, retry_after_s=_RETRY_S if status == 503 else None)

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        if scope["path_params"]["app_id"] != self._receiver.account:
            return 404, ""
        if scope["method"] != "POST":
            return 405, ""
        try:
            body = await read_body(scope, receive)
            answered = await self._take(dict(scope["headers"]), body)
            return (400, "") if answered is None else (200, answered.decode())
        except Forged as error:
            log.warning("callback_refused", channel=CHANNEL, why=str(error))
            return 403, ""
        except BodyTooLarge:
            return 413, ""
        except ClientGone:
            return 400, ""
        except StoreUnavailable as error:
            log.warning("webhook_not_committed", why=type(error).__name__)
            return 503, ""

    async def _take(self, headers: dict[bytes, bytes], body: bytes) -> bytes | None:
        """Verify and handle a request. Return the answer, or None if the body is not JSON.

        Raises Forged, StoreUnavailable.
        """
        timestamp, nonce, signed = (headers.get(name, b"").decode("latin-1") for name in _HEADERS)
        if signed:
            check(timestamp, nonce, signed, self._key, body, self._now() / 1000)
            plain = self._decrypted(body)
            return None if plain is None else await self._receiver.take(plain, posted=True)
        if len(body) > _MOST_UNSIGNED:
            raise Forged("it is not signed")
        return self._challenge(self._decrypted(body))

    def _decrypted(self, body: bytes) -> bytes | None:
        """Return the decrypted body, or None if it is not JSON with an encrypted text. Raises Forged."""
        try:
            sealed = msgspec.json.decode(body, type=_Encrypted)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        return decrypt(sealed.encrypt, self._key)

    def _challenge(self, plain: bytes | None) -> bytes:
        """Return the answer to the check of a new address. Raises Forged if this is anything else."""
        try:
            found = self._receiver.challenge(decode(plain or b""))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            found = None
        if found is None:
            raise Forged("it is not signed")
        return found
