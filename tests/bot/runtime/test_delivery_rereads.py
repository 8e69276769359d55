"""Entries that were read already are read again: none is sent twice by that, and none is forgotten."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from bot.runtime.outbox_reader import CHECK_S, OutboxReader
from bot.runtime.partition_leases import Holder
from storage.memory.outbox import MemoryOutbox
from storage.ports import OutboxEntry
from tests.bot.runtime.offices import open_office
from tests.fakes.posts import LeaseBook, Leases, Outbox, outbound
from tests.fakes.virtual_time import now_ms, virtual_time


@virtual_time
async def test_what_is_settled_while_it_is_read_again_is_not_accepted_again() -> None:
    accepted: list[str] = []

    async def accept(entry: OutboxEntry) -> None:
        accepted.append(entry.id)

    class Slow(Outbox):
        async def pending(self, partition: int, after: str, count: int) -> list[OutboxEntry]:
            found = await super().pending(partition, after, count)
            if found:  # what was true when the answer left is not when it arrives
                reader.settled(3, found[0].id)
                reader.settled(4, found[1].id)
            return found

    outbox = Slow()
    holder = Holder(Leases(LeaseBook(), "one"), "delivery", now_ms)
    reader = OutboxReader(outbox, holder, accept, Counter)
    outbox.put(outbound("sent meanwhile"), outbound("waits"), partition=3)
    sent, waits = await outbox.read([3], 10, 0)
    await reader.take_over(3)
    assert accepted == [waits.id], sent


@virtual_time
async def test_what_a_process_read_that_had_lost_the_partition_is_sent_soon() -> None:
    async with open_office() as office:
        office.start()
        await asyncio.sleep(1)
        office.outbox.put(outbound("first"))
        await office.delivered()
        office.outbox._news = asyncio.Event()  # the reader is not told
        office.outbox.put(outbound("taken away"))
        partition = office.outbox.partition_of_user("42")
        assert await MemoryOutbox.read(office.outbox, [partition], 10, 0), "the process that stood still gets it"
        await asyncio.sleep(CHECK_S + 3)
        assert office.channel.texts("42") == ["first", "taken away"]


@virtual_time
async def test_what_arrives_after_a_lease_was_renewed_late_waits_for_what_came_before() -> None:
    """Earlier entries were dropped while the lease was in doubt, and are being read again."""
    accepted: dict[str, None] = {}
    stopping = asyncio.Event()

    async def accept(entry: OutboxEntry) -> None:
        assert entry.message
        accepted[entry.message.text] = None

    class Late(Outbox):
        async def read(self, partitions: Sequence[int], count: int, block_ms: int) -> list[OutboxEntry]:
            found = await super().read(partitions, count, block_ms)
            if found:
                holder._terms[3] += 1  # as after a renewal that came late
            return found

    async with open_office() as office:
        outbox, holder = Late(), office.start().holder
        await asyncio.sleep(1)
        outbox.put(outbound("first"), partition=3)
        assert await MemoryOutbox.read(outbox, [3], 10, 0), "it was read before, and dropped"
        reader = OutboxReader(outbox, holder, accept, Counter)
        reading = asyncio.create_task(reader.read([3], stopping))
        await asyncio.sleep(0.1)
        outbox.put(outbound("second"), partition=3)
        await asyncio.sleep(1)
        stopping.set()
        await reading
    assert list(accepted) == ["first", "second"]
