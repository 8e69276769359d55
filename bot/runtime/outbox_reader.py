"""Reading the outbox: the partitions that this process holds, several in one read where the store allows it."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence

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
CHECK_S = 5.0
"""How often to look for entries that count as read although no holder of the partition has them, in seconds.

A process that stood still between looking at its lease and reading may take entries of the next holder's.
"""


class OutboxReader:
    """Reads the entries of the partitions that `holder` holds, in order, and passes each to `accept`.

    `in_hand` returns how many accepted entries of each partition are not settled.
    """

    def __init__(
        self,
        outbox: Outbox,
        holder: Holder,
        accept: Callable[[OutboxEntry], Awaitable[None]],
        in_hand: Callable[[], Counter[int]],
    ) -> None:
        self._outbox = outbox
        self._holder = holder
        self._accept = accept
        self._in_hand = in_hand
        self._reading: set[int] = set()
        self._again: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._settled: dict[int, set[str]] = {}
        self._doubtful: set[int] = set()

    def shares(self) -> list[list[int]]:
        """Return the groups of partitions that one read covers: all of them, or on a cluster one each."""
        return [list(range(PARTITIONS))] if self._outbox.together else [[each] for each in range(PARTITIONS)]

    def is_reading(self, partition: int) -> bool:
        return partition in self._reading

    async def take_over(self, partition: int) -> None:
        """Prepare a newly leased partition: read what the previous reader left unacknowledged."""
        await self._outbox.open(partition)
        await self._read_again(partition)

    def settled(self, partition: int, entry: str) -> None:
        """Note that an accepted entry was dealt with, and must not be accepted again."""
        if partition in self._settled:
            self._settled[partition].add(entry)

    async def _read_again(self, partition: int) -> None:
        """Accept all entries that any process has read from the outbox but not acknowledged.

        What is settled while they are on their way here is left out.
        """
        async with self._again[partition]:
            after = "0"
            settled = self._settled[partition] = set()
            try:
                while entries := await self._outbox.pending(partition, after, BATCH):
                    for entry in entries:
                        if entry.id not in settled:
                            await self._accept(entry)
                    after = entries[-1].id
            finally:
                del self._settled[partition]

    async def _check(self, held: Sequence[int]) -> None:
        """Accept entries of these partitions that nobody has although they were read."""
        unsettled = await asyncio.gather(*map(self._outbox.unsettled, held))
        in_hand = self._in_hand()
        for partition, count in zip(held, unsettled, strict=True):
            if count > in_hand[partition]:
                await self._read_again(partition)

    async def read(self, share: list[int], stopping: asyncio.Event) -> None:
        """Read these partitions until `stopping` is set."""
        loop = asyncio.get_running_loop()
        check_at = loop.time() + CHECK_S
        while not stopping.is_set():
            held = [
                each for each in share if self._holder.ready(each) and self._holder.lasts(each, BLOCK_MS / 1000)
            ]
            self._reading.update(held)
            try:
                if not held:
                    await self._holder.changed()
                    continue
                for partition in self._doubtful.intersection(held):
                    await self._read_again(partition)
                    self._doubtful.discard(partition)
                if loop.time() >= check_at:
                    await self._check(held)
                    check_at = loop.time() + CHECK_S
                await self._read(held)
            except StoreUnavailable as error:
                self._doubtful.update(held)  # entries of a failed read may count as read without having arrived
                log_wait("outbox_unreadable", error)
                await asyncio.sleep(RETRY_S)
            finally:
                self._reading.difference_update(held)

    async def _read(self, held: Sequence[int]) -> None:
        """Read new entries once.

        Those that arrive after a lease was taken or renewed late are left: earlier ones are being read again.
        """
        terms = [self._holder.term(each) for each in range(PARTITIONS)]
        block_ms = BLOCK_MS if self._holder.settled else _BLOCK_UNSETTLED_MS
        for entry in await self._outbox.read(held, BATCH, block_ms):
            if terms[entry.partition] == self._holder.term(entry.partition):
                await self._accept(entry)
            else:
                self._doubtful.add(entry.partition)
