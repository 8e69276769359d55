"""The callback route as a plain ASGI endpoint: requests are verified first and answered after the commit."""

import asyncio
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from bot.channels.wechat_api.callback import Forged, Query
from bot.channels.wechat_api.elements import Unreadable
from bot.logs import log, log_wait
from bot.metrics import WEBHOOKS
from bot.web.http import BodyTooLarge, BodyTooSlow, ClientGone, answer, read_body, say
from storage.errors import StoreUnavailable

ANSWER_S = 4.5
"""How long to work on a callback. The platform waits for five seconds and then repeats it."""
MOST_BODY = 64 * 1024
"""The largest callback, in bytes. The platforms' longest message, a text of 2,048 characters, takes 11 KiB when
encrypted."""
_MOST_QUERY = 8192


class CallbackAccount(Protocol):
    """Handles one account's callbacks."""

    def echo(self, query: Query) -> str: ...
    async def take(self, query: Query, body: bytes) -> str: ...


class CallbackAddress:
    """The routes `GET` and `POST /webhooks/{channel}/{id}` for all accounts of the process on one channel."""

    def __init__(self, channel: str, accounts: Mapping[str, CallbackAccount]) -> None:
        self._channel = channel
        self._accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, text = await self._answered(scope, receive)
        WEBHOOKS.count(self._channel, str(status))
        if status == 200:
            await say(send, text)
        else:
            await answer(send, status, retry_after_s=2 if status == 503 else None)

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[int, str]:
        if scope["method"] not in ("GET", "POST"):
            return 405, ""
        account = self._accounts.get(scope["path_params"]["account"])
        if account is None:
            return 404, ""
        query = scope["query_string"]
        if len(query) > _MOST_QUERY:
            return 400, ""
        try:
            asked = Query.of(dict(parse_qsl(query.decode("ascii", "replace"), max_num_fields=20)))
            if scope["method"] == "GET":
                return 200, account.echo(asked)
            body = await read_body(scope, receive, MOST_BODY)
            async with asyncio.timeout(ANSWER_S):
                return 200, await account.take(asked, body)
        except Forged as error:
            log.warning("callback_refused", channel=self._channel, why=str(error))
            return 403, ""
        except Unreadable as error:
            log.warning("callback_refused", channel=self._channel, why=str(error))
            return 400, ""
        except (ClientGone, ValueError):  # disconnected; too many parameters
            return 400, ""
        except BodyTooSlow:
            return 408, ""
        except BodyTooLarge:
            return 413, ""
        except (StoreUnavailable, TimeoutError) as error:
            log_wait("webhook_not_committed", error)
            return 503, ""
