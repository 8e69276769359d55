"""Messages of one conversation are sent in order, and conversations do not wait for one another."""

import asyncio

from bot.channels.base import TryLater
from bot.runtime.delivery import MOST_IN_HAND
from tests.bot.runtime.offices import in_order, numbered, open_office, outbound
from tests.fakes.virtual_time import virtual_time


@virtual_time
async def test_a_conversation_keeps_its_order() -> None:
    async with open_office() as office:
        office.channel.takes_s = 0.05
        office.outbox.put(*numbered("a", 20), *numbered("b", 20))
        office.start()
        await office.delivered()
        for user in "ab":
            assert office.channel.texts(user) == [f"{user}-{number}" for number in range(20)]


@virtual_time
async def test_conversations_are_served_side_by_side() -> None:
    async with open_office() as office:
        office.channel.takes_s = 1
        office.outbox.put(*(message for user in range(50) for message in numbered(str(user), 2)))
        begun = asyncio.get_running_loop().time()
        office.start()
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun < 5  # one after the other would take 100


@virtual_time
async def test_one_that_must_wait_holds_back_only_itself() -> None:
    async with open_office() as office:
        office.channel.fail("a", TryLater("busy", 60.0))
        office.outbox.put(*numbered("a", 3), *numbered("b", 3), partition=5)
        begun = asyncio.get_running_loop().time()
        office.start()
        await office.until(lambda: len(office.channel.texts("b")) == 3)
        assert asyncio.get_running_loop().time() - begun < 2
        assert office.channel.texts("a") == []
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2"]
        assert asyncio.get_running_loop().time() - begun >= 60


@virtual_time
async def test_what_comes_while_a_message_waits_stays_behind_it() -> None:
    async with open_office() as office:
        office.channel.fail("a", TryLater("busy", 30.0), TryLater("still busy", 30.0))
        office.outbox.put(outbound("a-0", "a"))
        office.start()
        await office.until(lambda: bool(office.channel.keys))
        office.outbox.put(*numbered("a", 2, start=1))
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2"]
        assert len(set(office.channel.keys)) == 3  # every attempt at a message has the same key


@virtual_time
async def test_partitions_are_all_read() -> None:
    async with open_office() as office:
        for partition in range(16):
            office.outbox.put(outbound(f"p-{partition}", f"user{partition}"), partition=partition)
        office.start()
        await office.delivered()
        assert {text for _, text in office.channel.sent} == {f"p-{partition}" for partition in range(16)}


@virtual_time
async def test_reading_pauses_while_too_much_is_in_hand() -> None:
    async with open_office() as office:
        office.channel.takes_s = 10
        users = MOST_IN_HAND + 500
        office.outbox.put(*(outbound("x-0", f"user{number}") for number in range(users)))
        office.start()
        await office.until(lambda: len(office.channel.keys) >= MOST_IN_HAND)
        await asyncio.sleep(5)
        assert len(office.channel.keys) == MOST_IN_HAND
        await office.delivered()
        assert len(office.channel.sent) == users


@virtual_time
async def test_a_chat_is_not_flooded() -> None:
    async with open_office(chat_burst=20) as office:
        office.outbox.put(*numbered("a", 60))
        office.start()
        await office.delivered()
        assert in_order(office.channel.texts("a"))
        times = office.channel.times
        for first, later in zip(times, times[21:], strict=False):
            assert later - first >= 0.9, "a burst, then about one a second"


@virtual_time
async def test_the_unprompted_keeps_to_the_bulk_rate_and_answers_do_not() -> None:
    async with open_office(bulk_per_s=30) as office:
        office.outbox.put(*(outbound("r-0", f"r{number}", prompted=False) for number in range(300)))
        office.start()
        await office.until(lambda: len(office.channel.sent) > 40)
        asked = asyncio.get_running_loop().time()
        office.outbox.put(outbound("answer-0", "a"))
        await office.until(lambda: office.channel.texts("a") == ["answer-0"])
        assert asyncio.get_running_loop().time() - asked < 0.5
        begun = office.channel.times[0]
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun >= (300 - 30) / 30 * 0.95


@virtual_time
async def test_after_a_complaint_the_whole_account_slows_down() -> None:
    async with open_office(bulk_per_s=10) as office:
        office.channel.fail("first", TryLater("Telegram asks for patience", 1.0, whole_account=True))
        office.outbox.put(outbound("first-0", "first"))
        office.start()
        await office.until(lambda: bool(office.channel.keys))
        begun = asyncio.get_running_loop().time()
        office.outbox.put(*(outbound("x-0", f"user{number}") for number in range(200)))
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun >= (200 - 10) / 10 * 0.95
        await asyncio.sleep(120)  # forgiven
        begun = asyncio.get_running_loop().time()
        office.outbox.put(*(outbound("y-0", f"user{number}") for number in range(200)))
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun < 1
