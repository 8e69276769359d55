"""How callbacks are taken: checked, committed, and answered with nothing. All that is said goes by the API."""

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
"""An empty response: nothing follows, and the platform does not ask again."""


class Receiver:
    """One app's callbacks. `news` notes durably that 微信客服 has something for us."""

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
        """The answer to the platform's check of the address. Raises Forged, Unreadable."""
        return self._callback.echo(query)

    async def take(self, query: Query, body: bytes) -> str:
        """The response, once everything is committed. Raises Forged, Unreadable; StoreUnavailable: it is not
        committed, the platform must send it again. What cannot be handled goes whole into the dead letters."""
        fields, _ = self._callback.open(query, body)
        try:
            found = parse(self._corp_id, fields)
            if isinstance(found, News):
                await self._news(found)
            elif found:
                await self._intake.receive(found)
        except StoreUnavailable:
            raise
        except Exception as error:  # poison must not come again and again
            log.exception("callback_failed", channel="wecom")
            DEAD.labels("update").inc()
            blob = json.dumps(dict(fields), ensure_ascii=False).encode()
            await self._outbox.dead_letter(partition_of(self._corp_id), "update", type(error).__name__, blob)
        return HANDLED
