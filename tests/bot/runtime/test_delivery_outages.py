"""The store fails and recovers while messages are being sent."""

import asyncio

from bot.channels.base import Rejected, Unreachable
from tests.bot.runtime.offices import numbered, open_office, outbound
from tests.fakes.virtual_time import virtual_time


@virtual_time
async def test_what_was_sent_while_the_store_was_away_is_recorded_later_and_not_sent_again() -> None:
    async with open_office() as office:
        office.channel.takes_s = 2
        office.outbox.put(*numbered("a", 5))
        process = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        office.outbox.away = process.leases.away = True
        await asyncio.sleep(60)  # the leases have long expired
        office.outbox.away = process.leases.away = False
        await office.delivered()
        assert office.channel.texts("a") == [f"a-{number}" for number in range(5)]


@virtual_time
async def test_letters_that_were_lost_on_their_way_here_are_read_again() -> None:
    async with open_office() as office:
        office.start()
        await asyncio.sleep(1)
        office.outbox.lose_next = True
        office.outbox.put(*numbered("a", 3))
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2"]


@virtual_time
async def test_a_record_whose_answer_was_lost_is_repeated() -> None:
    async with open_office() as office:
        office.channel.takes_s = 0.1
        office.outbox.put(*numbered("a", 1))
        office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        office.outbox.lose_next = True
        await office.delivered()
        office.outbox.put(*numbered("a", 3, start=1))
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2", "a-3"]


@virtual_time
async def test_a_process_that_starts_while_the_store_is_away_begins_when_it_is_back() -> None:
    async with open_office() as office:
        office.outbox.put(*numbered("a", 3))
        office.outbox.away = True
        process = office.start()
        await asyncio.sleep(20)
        assert office.channel.sent == []
        assert process.holder.held() == [], "held, but not taken over"
        office.outbox.away = False
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2"]


@virtual_time
async def test_what_must_be_put_away_waits_for_the_store() -> None:
    async with open_office() as office:
        office.channel.takes_s = 1
        office.channel.fail("a", Rejected("no"))
        office.outbox.put(*numbered("a", 2))
        process = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        office.outbox.away = True
        await asyncio.sleep(5)
        office.outbox.away = False
        await office.delivered()
        assert office.channel.texts("a")[-1] == "a-1"
        assert process.holder.held() == list(range(16))


@virtual_time
async def test_an_unreadable_entry_during_an_outage_holds_back_nothing_for_good() -> None:
    async with open_office() as office:
        office.start()
        await asyncio.sleep(1)
        office.outbox.put_unreadable(2, b"?")
        office.outbox.put(outbound("a-0", "a"), partition=2)
        await asyncio.sleep(0)
        office.outbox.away = True
        await asyncio.sleep(3)
        office.outbox.away = False
        await office.delivered()
        assert office.channel.texts("a") == ["a-0"]
        assert [kind for kind, _, _ in office.outbox.buried] == ["unreadable"]


@virtual_time
async def test_stopping_while_the_store_is_away_ends_all_the_same() -> None:
    async with open_office() as office:
        office.channel.takes_s = 1
        office.outbox.put(*numbered("a", 2))
        process = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        office.outbox.away = process.leases.away = True
        begun = asyncio.get_running_loop().time()
        await process.stop()
        assert asyncio.get_running_loop().time() - begun < 30


@virtual_time
async def test_the_interview_is_told_of_the_unreachable_once_the_store_is_back() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        office.channel.takes_s = 1
        office.channel.fail("a", Unreachable("blocked"))
        office.outbox.put(outbound("a-0", "a", interview=interview))
        office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        office.outbox.away = True
        await asyncio.sleep(10)
        office.outbox.away = False
        await office.delivered()
        record = await office.store.interviews.load(interview)
        assert record is not None
        assert record.state.phase == "unreachable"
        assert len(office.channel.texts("recruiters")) == 1
