"""Accounts that are added and removed while messages for them are waiting."""

import asyncio

from bot.channels.base import TryLater
from bot.runtime.delivery import GRACE_S
from tests.bot.runtime.offices import numbered, open_office, outbound
from tests.fakes.posts import FakeChannel
from tests.fakes.virtual_time import virtual_time


@virtual_time
async def test_an_account_that_another_process_has_just_added_is_waited_for() -> None:
    async with open_office() as office:
        office.channels.remove("telegram", "main")
        office.outbox.put(*numbered("a", 3))
        office.start()
        await asyncio.sleep(GRACE_S - 1)
        assert not office.outbox.buried
        office.channels.add(office.channel)
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1", "a-2"]
        assert not office.outbox.buried


@virtual_time
async def test_it_is_not_waited_for_forever() -> None:
    async with open_office() as office:
        office.channels.remove("telegram", "main")
        office.outbox.put(outbound("hello", "a"))
        begun = asyncio.get_running_loop().time()
        office.start()
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun >= GRACE_S
        assert [(kind, why) for kind, why, _ in office.outbox.buried] == [
            ("no_account", "no account main on telegram")
        ]


@virtual_time
async def test_who_stops_meanwhile_leaves_the_letter_to_the_next() -> None:
    async with open_office() as office:
        office.channels.remove("telegram", "main")
        office.outbox.put(outbound("hello", "a"))
        process = office.start()
        await asyncio.sleep(1)
        await process.stop()
        assert not office.outbox.buried
        office.channels.add(office.channel)
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["hello"]


@virtual_time
async def test_others_go_on_meanwhile() -> None:
    async with open_office() as office:
        office.outbox.put(outbound("hello", "a"))
        for number in range(50):
            message = outbound("gone", f"u{number}")
            office.outbox.put(message.__class__(message.to.__class__("telegram", "gone", f"u{number}"), "gone"))
        office.outbox.put(outbound("again", "a"))
        office.start()
        await office.until(lambda: office.channel.texts("a") == ["hello", "again"], patience_s=5)


@virtual_time
async def test_a_letter_that_could_not_be_sent_goes_by_the_new_channel() -> None:
    """The account's token was refused, and then replaced."""
    async with open_office() as office:
        office.channel.fail("a", *(TryLater("HTTP 401") for _ in range(100)))
        office.outbox.put(outbound("hello", "a"))
        office.start()
        await asyncio.sleep(20)
        renewed = FakeChannel()
        office.channels.add(renewed)
        await office.delivered()
        assert renewed.texts("a") == ["hello"]
        assert office.channel.texts("a") == []
