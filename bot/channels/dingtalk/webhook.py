"""The robot's webhook as an ASGI endpoint. A request is verified first, and confirmed only after the commit."""

import hmac
from collections.abc import Callable

from pydantic import SecretStr
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from bot.channels.dingtalk.receive import Receiver
from bot.channels.dingtalk.signature import Forged, check
from bot.logs import log, log_wait
from bot.metrics import WEBHOOKS
from bot.web.http import BodyTooLarge, BodyTooSlow, ClientGone, answer, read_body
from storage.errors import StoreUnavailable

_RETRY_S = 2
_MOST_BODY = 256 * 1024
"""The largest message, in bytes: 20,000 characters, which JSON may write with six bytes each, and other fields."""


class DingTalkWebhook:
    """The endpoint `POST /webhooks/dingtalk/{robot_code}`, followed by `/{path_secret}` if a secret is set.

    Any other path is answered 404. `now` returns epoch milliseconds.
    """

    def __init__(
        self,
        receiver: Receiver,
        app_secret: SecretStr,
        path_secret: SecretStr | None,
        fresh_s: int,
        now: Callable[[], int],
    ) -> None:
        self._receiver = receiver
        self._app_secret = app_secret
        self._path_secret = path_secret.get_secret_value() if path_secret else ""
        self._fresh_s = fresh_s
        self._now = now

    def routes(self) -> list[BaseRoute]:
        base = "/webhooks/dingtalk/{robot_code}"
        return [Route(base, self), Route(f"{base}/{{path_secret}}", self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = await self._answered(scope, receive)
        WEBHOOKS.count("dingtalk", str(status))
        await answer(send, status, retry_after_s=_RETRY_S if status == 503 else None)

    async def _answered(self, scope: Scope, receive: Receive) -> int:
        if not self._ours(scope["path_params"]):
            return 404
        if scope["method"] != "POST":
            return 405
        headers = dict(scope["headers"])
        try:
            timestamp, sign = (headers.get(name, b"").decode("latin-1") for name in (b"timestamp", b"sign"))
            check(timestamp, sign, self._app_secret, self._now(), self._fresh_s)
            return 200 if await self._receiver.take(await read_body(scope, receive, _MOST_BODY)) else 400
        except Forged as error:
            log.warning("callback_refused", channel="dingtalk", why=str(error))
            return 403
        except BodyTooSlow:
            return 408
        except BodyTooLarge:
            return 413
        except ClientGone:
            return 400
        except StoreUnavailable as error:
            log_wait("webhook_not_committed", error)
            return 503

    def _ours(self, path: dict[str, str]) -> bool:
        told = path.get("path_secret", "").encode()
        right = hmac.compare_digest(told, self._path_secret.encode())
        return path["robot_code"] == self._receiver.account and right
