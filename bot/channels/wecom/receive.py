"""Handling callbacks: verified, committed, and answered with an empty response. All replies go by the API."""

import json
from collections.abc import Awaitable, Callable

from bot.channels.wechat_api.callback import Callback, Query
from bot.channels.wecom.parse import News, parse
from bot.logs import log
from bot.metrics import DEAD
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.keys import partition_of
from storage.ports import Outbox

HANDLED = ""
"""The empty response, which means that no reply follows and keeps the platform from retrying."""


class Receiver:
    """Handles one app's callbacks. `news` durably notes that there are new 微信客服 messages."""

    def __init__(
        self,
        corp_id: str,
        callback: Callback,
        intake: Intake,
        outbox: Outbox,
        news: Callable[[News], Awaitable[None]],
    ) -> None:
        self._corp_id = corp_id
        self._callback = callback
        self._intake = intake
        self._outbox = outbox
        self._news = news

    def echo(self, query: Query) -> str:
        """Return the answer to the platform's check of the address. Raises Forged, Unreadable."""
        return self._callback.echo(query)

    async def take(self, query: Query, body: bytes) -> str:
        """Handle a callback and return the response, once everything is committed.

        What cannot be handled goes whole into the dead letters. Raises Forged, Unreadable, and StoreUnavailable if
        it was not committed and the platform must send it again.
        """
        fields, _ = self._callback.open(query, body)
        try:
            found = parse(self._corp_id, fields)
            if isinstance(found, News):
                await self._news(found)
            elif found:
                await self._intake.receive(found)
        except StoreUnavailable:
            raise
        except Exception as error:  # a callback that always fails must not come again and again
            log.exception("callback_failed", channel="wecom")
            DEAD.labels("update").inc()
            blob = json.dumps(dict(fields), ensure_ascii=False).encode()
            await self._outbox.dead_letter(partition_of(self._corp_id), "update", type(error).__name__, blob)
        return HANDLED
