"""Acknowledging sent outbox entries, retried until the store accepts them.

What was sent and not acknowledged is sent again if the process dies, so nothing waits for more: entries sent while
an acknowledgement is on its way are acknowledged together in the next.
"""

import asyncio
from collections.abc import Callable

from bot.logs import log_wait
from storage.errors import StoreUnavailable
from storage.ports import Outbox, OutboxEntry

RETRY_S = 0.5
_LAST_ATTEMPTS = 10


class Acknowledger:
    """Collects entries that were dealt with and acknowledges them in the outbox.

    `recorded` is called with the partition and id of each acknowledged entry, which is never delivered again.
    """

    def __init__(self, outbox: Outbox, recorded: Callable[[int, str], None]) -> None:
        self._outbox = outbox
        self._recorded = recorded
        self._sent: dict[int, list[str]] = {}
        self._news = asyncio.Event()

    def note(self, entry: OutboxEntry) -> None:
        """Mark an entry as sent or otherwise dealt with, to be acknowledged soon."""
        self._sent.setdefault(entry.partition, []).append(entry.id)
        self._news.set()

    def waits(self, partition: int) -> bool:
        """Return whether entries of the partition are still to be acknowledged."""
        return bool(self._sent.get(partition))

    async def run(self) -> None:
        """Acknowledge noted entries until cancelled."""
        while True:
            await self._news.wait()
            self._news.clear()
            if not await self._flush():
                self._news.set()
                await asyncio.sleep(RETRY_S)

    async def record_the_rest(self) -> None:
        """Acknowledge what is left, in a limited number of attempts. Sent entries missed here are sent again."""
        for _ in range(_LAST_ATTEMPTS):
            if await self._flush():
                return
            await asyncio.sleep(RETRY_S)

    async def _flush(self) -> bool:
        """Acknowledge all noted entries. Returns False if the store is unavailable. Safe to repeat."""
        try:
            sent = {partition: tuple(ids) for partition, ids in self._sent.items()}
            await self._outbox.done_all(sent)
        except StoreUnavailable as error:
            log_wait("delivery_not_recorded", error)
            return False
        for partition, ids in sent.items():
            for entry in ids:
                self._recorded(partition, entry)
            del self._sent[partition][: len(ids)]
            if not self._sent[partition]:
                del self._sent[partition]
        return True
