"""Messages that cannot be sent before the candidate writes are held, not lost."""

import pytest
from msgspec.structs import replace

from bot.channels.base import NotNow
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage.errors import KeyDamaged
from tests.bot.runtime.offices import Office, open_office, outbound
from tests.fakes.virtual_time import now_ms, virtual_time


async def held(office: Office, interview: str) -> list[str]:
    return [each.text for each in await office.store.interviews.held(interview)]


@virtual_time
async def test_it_waits_and_the_next_one_is_tried() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        office.channel.fail("a", NotNow("45015"))
        office.outbox.put(
            outbound("first", "a", interview=interview), outbound("second", "a", interview=interview)
        )
        office.start()
        await office.delivered()
        assert await held(office, interview) == ["first"]
        assert office.channel.texts("a") == ["second"]
        assert not office.outbox.buried


@virtual_time
async def test_what_comes_too_late_is_not_sent() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        late = replace(outbound("late", "a", interview=interview), until_ms=now_ms())
        soon = replace(outbound("soon", "a", interview=interview), until_ms=now_ms() + 60_000)
        office.outbox.put(late, soon)
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["soon"]
        (waiting,) = await office.store.interviews.held(interview)
        assert (waiting.text, waiting.until_ms) == ("late", 0)


@virtual_time
async def test_for_nobody_who_could_write_it_is_put_away() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        office.channel.fail("b", NotNow("45015"))
        office.outbox.put(OutboundMessage(Address("telegram", "main", "b"), "hello", interview=interview))
        office.start()
        await office.delivered()
        assert [kind for kind, _, _ in office.outbox.buried] == ["not_now"]
        assert await held(office, interview) == []


@virtual_time
async def test_what_cannot_be_held_because_of_a_damaged_key_does_not_hold_up_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_office() as office:
        interview = await office.interview("a")

        async def damaged(_message: OutboundMessage, _key: str) -> None:
            raise KeyDamaged("something else is under this key", code="WRONGTYPE")

        monkeypatch.setattr(office.store.interviews, "hold", damaged)
        office.channel.fail("a", NotNow("45015"))
        office.outbox.put(
            outbound("first", "a", interview=interview), outbound("second", "a", interview=interview)
        )
        office.start()
        await office.delivered()
        assert [(kind, why) for kind, why, _ in office.outbox.buried] == [("failed", "KeyDamaged")]
        assert office.channel.texts("a") == ["second"]
