"""The webhook route as a plain ASGI endpoint: the secret is checked before the body is read.

Requests are answered after the commit.
"""

from collections.abc import Mapping

from starlette.types import Receive, Scope, Send

from bot.logs import log_wait
from bot.metrics import WEBHOOKS
from bot.runtime.polling import WebhookReceiver
from bot.web.http import BodyTooLarge, BodyTooSlow, ClientGone, answer, read_body
from storage.errors import StoreUnavailable

SECRET_HEADER = b"x-telegram-bot-api-secret-token"


class TelegramWebhook:
    """`POST /webhooks/telegram/{bot_id}` for the bots whose receivers are given, by their numbers."""

    def __init__(self, receivers: Mapping[str, WebhookReceiver]) -> None:
        self._receivers = receivers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = await self._status(scope, receive)
        WEBHOOKS.count("telegram", str(status))
        await answer(send, status, retry_after_s=2 if status == 503 else None)

    async def _status(self, scope: Scope, receive: Receive) -> int:
        if scope["method"] != "POST":
            return 405
        receiver = self._receivers.get(scope["path"].rpartition("/")[2])
        if receiver is None:
            return 404
        secret = next((value for name, value in scope["headers"] if name == SECRET_HEADER), b"")
        if not receiver.authentic(secret):
            return 401
        try:
            body = await read_body(scope, receive)
            return 200 if await receiver.take(body) else 400
        except BodyTooSlow:
            return 408
        except BodyTooLarge:
            return 413
        except ClientGone:
            return 400
        except StoreUnavailable as error:  # raised after ten seconds at most; Telegram waits for sixty
            log_wait("webhook_not_committed", error)
            return 503
