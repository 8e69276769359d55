"""Stopping, dying and handing over: nothing is lost, the order is kept, and only a death may repeat a message."""

import asyncio
from collections import Counter

from bot.channels.base import TryLater
from tests.bot.runtime.offices import in_order, numbered, open_office, outbound
from tests.fakes.virtual_time import virtual_time


@virtual_time
async def test_what_is_in_hand_is_finished_and_nothing_is_sent_twice() -> None:
    async with open_office() as office:
        office.channel.takes_s = 0.3
        office.outbox.put(*numbered("a", 5))
        process = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        await process.stop()
        sent_before = list(office.channel.texts("a"))
        assert sent_before, "the message that was being sent"
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == [f"a-{number}" for number in range(5)]


@virtual_time
async def test_what_waits_is_left_and_the_next_process_goes_on_in_order() -> None:
    async with open_office() as office:
        office.channel.fail("a", TryLater("busy", 600.0))
        office.outbox.put(*numbered("a", 3), *numbered("b", 3), partition=1)
        process = office.start()
        await office.until(lambda: len(office.channel.texts("b")) == 3)
        begun = asyncio.get_running_loop().time()
        await process.stop()
        assert asyncio.get_running_loop().time() - begun < 1, "who waits ten minutes does not hold back the stop"
        assert office.channel.texts("a") == []
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2"]
        assert len(office.channel.texts("b")) == 3


@virtual_time
async def test_a_long_queue_does_not_hold_back_the_stop() -> None:
    async with open_office(bulk_per_s=5) as office:
        office.outbox.put(*(outbound("r-0", f"user{number}", prompted=False) for number in range(500)))
        process = office.start()
        await office.until(lambda: len(office.channel.sent) > 20)
        begun = asyncio.get_running_loop().time()
        await process.stop()
        assert asyncio.get_running_loop().time() - begun < 20
        assert len(office.channel.sent) < 500
        office.start()
        await office.delivered()
        assert Counter(user for user, _ in office.channel.sent) == {f"user{number}": 1 for number in range(500)}


@virtual_time
async def test_a_send_that_is_under_way_is_waited_for() -> None:
    async with open_office() as office:
        office.channel.takes_s = 9
        office.outbox.put(outbound("a-0", "a"))
        process = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        await process.stop()
        assert office.channel.texts("a") == ["a-0"]
        office.start()
        await asyncio.sleep(30)
        assert office.channel.texts("a") == ["a-0"]
        assert not office.outbox.left


@virtual_time
async def test_leases_are_given_back_at_once() -> None:
    async with open_office() as office:
        await office.start().stop()
        begun = asyncio.get_running_loop().time()
        office.outbox.put(outbound("a-0", "a"))
        office.start()
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun < 1


@virtual_time
async def test_after_a_death_the_next_reads_first_what_was_in_hand() -> None:
    async with open_office() as office:
        office.channel.takes_s = 0.3
        office.outbox.put(*numbered("a", 400), partition=4)  # more than one batch of what is pending
        process = office.start()
        await office.until(lambda: len(office.channel.sent) == 10)
        await process.die()
        office.outbox.put(*numbered("a", 5, start=400), partition=4)
        office.start()
        await office.delivered()
        texts = office.channel.texts("a")
        repeated = [text for text, times in Counter(texts).items() if times > 1]
        assert len(repeated) <= 2, "only what was sent and not recorded when it died"
        assert in_order([text for number, text in enumerate(texts) if text not in texts[:number]])
        assert set(texts) == {f"a-{number}" for number in range(405)}


@virtual_time
async def test_two_share_the_partitions_and_never_send_twice() -> None:
    async with open_office() as office:
        office.channel.takes_s = 3  # longer than a round of the leases
        office.outbox.put(*(message for user in range(64) for message in numbered(f"u{user}", 6)))
        first = office.start()
        await office.until(lambda: len(office.channel.sent) >= 64)
        second = office.start()
        await office.until(lambda: len(second.holder.held()) == 8)
        assert len(first.holder.held()) == 8
        assert not set(first.holder.held()) & set(second.holder.held())
        await office.delivered()
        assert max(Counter(text for _, text in office.channel.sent).values()) == 1
        for user in range(64):
            assert office.channel.texts(f"u{user}") == [f"u{user}-{number}" for number in range(6)]
        await second.stop()
        await office.until(lambda: len(first.holder.held()) == 16)


@virtual_time
async def test_a_partition_that_is_given_away_takes_what_waits_along() -> None:
    async with open_office() as office:
        for user in range(16):
            office.channel.fail(f"u{user}", TryLater("busy", 40.0))
            office.outbox.put(*numbered(f"u{user}", 3), partition=user)
        office.start()
        await office.until(lambda: len(office.channel.keys) == 16)
        second = office.start()
        await office.until(lambda: len(second.holder.held()) == 8)
        await office.delivered()
        for user in range(16):
            assert office.channel.texts(f"u{user}") == [f"u{user}-{number}" for number in range(3)]


@virtual_time
async def test_who_has_lost_the_lease_while_waiting_does_not_send_any_more() -> None:
    async with open_office() as office:
        office.channel.fail("a", TryLater("busy", 120.0))
        office.outbox.put(*numbered("a", 2), partition=3)
        first = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        first.leases.away = True  # it cannot renew its leases, and does not know whether they still hold
        second = office.start()
        await office.until(lambda: len(office.channel.texts("a")) == 2)
        assert second.holder.holds(3)
        first.leases.away = False
        await asyncio.sleep(300)
        assert office.channel.texts("a") == ["a-0", "a-1"]


@virtual_time
async def test_who_loses_the_lease_and_gets_it_back_sends_once_and_in_order() -> None:
    async with open_office() as office:
        office.channel.fail("a", TryLater("busy", 100.0))
        office.outbox.put(*numbered("a", 3), partition=3)
        process = office.start()
        await office.until(lambda: len(office.channel.keys) == 1)
        process.leases.away = True
        await asyncio.sleep(30)  # the leases expire, nobody else takes them
        process.leases.away = False
        office.outbox.put(*numbered("a", 1, start=3), partition=3)
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2", "a-3"]
