"""Entries that were read already are read again: none is sent twice by that, and none is forgotten."""

import asyncio
from collections import Counter

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
