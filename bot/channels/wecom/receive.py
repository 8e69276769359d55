"""Handling callbacks: verified, committed, and answered with an empty response. All replies go by the API."""

from collections.abc import Awaitable, Callable

from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.wechat_api.callback import Callback, Query
from bot.channels.wecom.parse import CHANNEL, News, parse
from handlers.intake.receive import Intake
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
        opened = self._callback.open(query, body)
        async with dead_letter_on_failure(
            self._outbox, CHANNEL, self._corp_id, lambda: opened.xml, *opened.refusals
        ):
            found = parse(self._corp_id, opened.fields)
            if isinstance(found, News):
                await self._news(found)
            elif found:
                await self._intake.receive(found)
        return HANDLED
