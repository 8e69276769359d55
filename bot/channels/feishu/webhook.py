"""The app's webhook as an ASGI endpoint.

A request is verified before its body is parsed, and confirmed only after the commit.
"""

import re
from collections.abc import Callable

import msgspec
from pydantic import SecretStr
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.channels.feishu.parse import CHANNEL, decode
from bot.channels.feishu.receive import Receiver
from bot.channels.feishu.signature import Forged, check, decrypt
from bot.logs import log, log_wait
from bot.metrics import WEBHOOKS
from bot.web.http import BodyTooLarge, BodyTooSlow, ClientGone, answer, read_body, say
from storage.errors import StoreUnavailable

_RETRY_S = 2
_MOST_SIGNED = 512 * 1024
"""The largest event, in bytes: a text message has at most 150 KB, which encryption makes a third longer.

Source: open.feishu.cn, "发送消息" (read 2026-11).
"""
_MOST_UNSIGNED = 4096
"""The largest unsigned request, in bytes. Only the check of a new address is not signed."""
_UNSIGNED = re.compile(rb'\s*+\{\s*+"encrypt"\s*+:\s*+"((?:[A-Za-z0-9+/=]|\\/)++)"\s*+\}\s*+')
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
        WEBHOOKS.count(CHANNEL, str(status))
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
            answered = await self._take(dict(scope["headers"]), await read_body(scope, receive, _MOST_SIGNED))
            return (400, "") if answered is None else (200, answered.decode())
        except Forged as error:
            log.warning("callback_refused", channel=CHANNEL, why=str(error))
            return 403, ""
        except BodyTooSlow:
            return 408, ""
        except BodyTooLarge:
            return 413, ""
        except ClientGone:
            return 400, ""
        except StoreUnavailable as error:
            log_wait("webhook_not_committed", error)
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
        return self._challenge(body)

    def _decrypted(self, body: bytes) -> bytes | None:
        """Return the decrypted body, or None if it is not JSON with an encrypted text. Raises Forged."""
        try:
            sealed = msgspec.json.decode(body, type=_Encrypted)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        return decrypt(sealed.encrypt, self._key)

    def _challenge(self, body: bytes) -> bytes:
        """Return the answer to the check of a new address. Raises Forged if this is anything else.

        The body is parsed only after it was decrypted with our key, because it is not signed.
        """
        sealed = _UNSIGNED.fullmatch(body) if len(body) <= _MOST_UNSIGNED else None
        if not sealed:
            raise Forged("it is not signed")
        plain = decrypt(sealed[1].replace(b"\\/", b"/").decode("ascii"), self._key)
        try:
            found = self._receiver.challenge(decode(plain))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            found = None
        if found is None:
            raise Forged("it is not signed")
        return found
