"""Reading the outbox: the partitions that this process holds, several in one read where the store allows it."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.logs import log_wait
from bot.runtime.outbox_acks import RETRY_S
from bot.runtime.partition_leases import Holder
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from storage.ports import Outbox, OutboxEntry

BATCH = 250
BLOCK_MS = 2_000
_BLOCK_UNSETTLED_MS = 20
"""Maximum wait of a read while partitions are changing hands, so that new partitions are read soon."""


class OutboxReader:
    """Reads the entries of the partitions that `holder` holds, in order, and passes each to `accept`."""

    def __init__(self, outbox: Outbox, holder: Holder, accept: Callable[[OutboxEntry], Awaitable[None]]) -> None:
        self._outbox = outbox
        self._holder = holder
        self._accept = accept
        self._reading: set[int] = set()

    def shares(self) -> list[list[int]]:
        """Return the groups of partitions that one read covers: all of them, or on a cluster one each."""
        return [list(range(PARTITIONS))] if self._outbox.together else [[each] for each in range(PARTITIONS)]

    def is_reading(self, partition: int) -> bool:
        return partition in self._reading

    async def take_over(self, partition: int) -> None:
        """Prepare a newly leased partition: read what the previous reader left unacknowledged."""
        await self._outbox.open(partition)
        await self._read_again(partition)

    async def _read_again(self, partition: int) -> None:
        """Accept all entries that any process has read from the outbox but not acknowledged."""
        after = "0"
        while entries := await self._outbox.pending(partition, after, BATCH):
            for entry in entries:
                await self._accept(entry)
            after = entries[-1].id

    async def read(self, share: list[int], stopping: asyncio.Event) -> None:
        """Read these partitions until `stopping` is set."""
        certain = True
        while not stopping.is_set():
            held = [
                each for each in share if self._holder.ready(each) and self._holder.lasts(each, BLOCK_MS / 1000)
            ]
            self._reading.update(held)
            try:
                if not held:
                    await self._holder.changed()
                    continue
                if not certain:  # entries of a failed read may count as read without having arrived here
                    for partition in held:
                        await self._read_again(partition)
                    certain = True
                block_ms = BLOCK_MS if self._holder.settled else _BLOCK_UNSETTLED_MS
                for entry in await self._outbox.read(held, BATCH, block_ms):
                    await self._accept(entry)
            except StoreUnavailable as error:
                certain = False
                log_wait("outbox_unreadable", error)
                await asyncio.sleep(RETRY_S)
            finally:
                self._reading.difference_update(held)
