"""Messages that replace earlier ones: in order, once, and without holding up others."""

import asyncio

import pytest
import structlog

from bot.channels.base import NothingToEdit, Rejected, TryLater, Unreachable
from bot.metrics import SENDS
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage.errors import StoreUnavailable
from tests.bot.runtime.offices import numbered, open_office, outbound
from tests.fakes.posts import Outbox
from tests.fakes.virtual_time import virtual_time


def about(
    text: str, user: str = "a", *, subject: str = "voice:1", interview: str = "i", quiet: bool = False
) -> OutboundMessage:
    to = Address("telegram", "main", user)
    return OutboundMessage(to, text, interview=interview, subject=subject, quiet=quiet)


@virtual_time
async def test_a_later_message_takes_the_place_of_the_earlier_one() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"), outbound("between", "a"), about("transcript"), about("confirmed"))
        office.start()
        await office.delivered()
        assert office.channel.sees("a") == ["confirmed", "between"]
        assert office.channel.texts("a") == ["receipt", "between"]
        assert [text for _, text in office.channel.edited] == ["transcript", "confirmed"]


@virtual_time
async def test_only_on_the_same_subject_of_the_same_interview_at_the_same_address() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(
            about("1"),
            about("2", subject="voice:2"),
            about("3", interview="j"),
            about("4", "b"),
            about("5", interview=""),
            about("6", "b", interview=""),
        )
        office.start()
        await office.delivered()
        assert office.channel.edited == []
        assert office.channel.sees("a") == ["1", "2", "3", "5"]
        assert office.channel.sees("b") == ["4", "6"]


@virtual_time
async def test_who_cannot_edit_gets_messages_and_no_quiet_ones() -> None:
    async with open_office() as office:
        office.outbox.put(
            about("receipt"), about("transcript"), about("confirmed", quiet=True), outbound("x", "a")
        )
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["receipt", "transcript", "x"]
        assert office.outbox.asked == 0


@virtual_time
async def test_messages_without_a_subject_cost_no_round_trip() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(*numbered("a", 5))
        office.start()
        await office.delivered()
        assert len(office.channel.texts("a")) == 5
        assert office.outbox.asked == 0


@virtual_time
async def test_what_is_quiet_and_can_change_nothing_is_dropped() -> None:
    async with open_office(edits=1) as office:
        before = {how: SENDS.value(how, "telegram") for how in ("sent", "dropped")}
        office.outbox.put(about("quiet", quiet=True), about("no subject", subject="", quiet=True))
        process = office.start()
        await office.delivered()
        assert office.channel.keys == []
        assert office.outbox.buried == []
        assert SENDS.value("dropped", "telegram") - before["dropped"] == 2
        assert SENDS.value("sent", "telegram") == before["sent"]
        assert process.delivery._reach.sent(office.channel) == 0, "whom it did not reach it says nothing of"


@virtual_time
async def test_where_there_is_nothing_to_edit_it_is_sent_and_the_next_edits_that() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"), outbound("between", "a"))
        office.start()
        await office.delivered()
        office.channel.fail("a", NothingToEdit("gone"))
        office.outbox.put(about("transcript"), about("confirmed", quiet=True))
        await office.delivered()
        assert office.channel.sees("a") == ["receipt", "between", "confirmed"]
        assert office.channel.texts("a") == ["receipt", "between", "transcript"]


@virtual_time
async def test_a_quiet_change_of_what_is_gone_is_dropped() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"))
        office.start()
        await office.delivered()
        office.channel.fail("a", NothingToEdit("gone"))
        office.outbox.put(about("confirmed", quiet=True), outbound("next", "a"))
        await office.delivered()
        assert office.channel.sees("a") == ["receipt", "next"]
        assert office.outbox.buried == []


@virtual_time
async def test_an_edit_that_must_wait_keeps_its_place_in_the_order() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"))
        office.start()
        await office.delivered()
        begun = asyncio.get_running_loop().time()
        office.channel.fail("a", TryLater("busy", 30.0), TryLater("HTTP 502"))
        office.outbox.put(about("transcript"), outbound("next", "a"), about("confirmed"))
        await office.until(lambda: len(office.channel.keys) == 2)
        assert office.channel.sees("a") == ["receipt"]
        await office.delivered()
        assert asyncio.get_running_loop().time() - begun >= 30
        assert office.channel.sees("a") == ["confirmed", "next"]
        assert [text for _, text in office.channel.edited] == ["transcript", "confirmed"]
        assert len(set(office.channel.keys)) == 4, "each message has one key, however often it is tried"


@virtual_time
async def test_a_send_after_a_refused_edit_is_tried_again_too() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"))
        office.start()
        await office.delivered()
        office.channel.fail("a", NothingToEdit("gone"), TryLater("HTTP 502"), NothingToEdit("gone"))
        office.outbox.put(about("transcript"))
        await office.delivered()
        assert office.channel.texts("a") == ["receipt", "transcript"]
        assert len(set(office.channel.keys)) == 2


@virtual_time
async def test_an_edit_finds_out_that_the_candidate_is_gone() -> None:
    async with open_office(edits=1) as office:
        interview = await office.interview("a")
        office.outbox.put(about("receipt", interview=interview))
        office.start()
        await office.delivered()
        office.channel.fail("a", Unreachable("blocked"))
        office.outbox.put(about("transcript", interview=interview))
        await office.delivered()
        record = await office.store.interviews.load(interview)
        assert record is not None
        assert record.state.phase == "unreachable"


@virtual_time
async def test_an_edit_that_is_refused_as_a_message_is_put_away_and_the_next_goes_out() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"))
        office.start()
        await office.delivered()
        office.channel.fail("a", Rejected("no"))
        office.outbox.put(about("transcript"), outbound("next", "a"))
        await office.delivered()
        assert office.channel.sees("a") == ["receipt", "next"]
        assert [kind for kind, _, _ in office.outbox.buried] == ["rejected"]


# the store is away


@virtual_time
async def test_a_message_whose_id_cannot_be_remembered_is_not_sent_again() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"))
        office.channel.on_sent = lambda: setattr(office.outbox, "away", True)
        with structlog.testing.capture_logs() as lines:
            office.start()
            await office.until(lambda: bool(office.channel.sent))
            await asyncio.sleep(5)
            office.channel.on_sent = lambda: None
            office.outbox.away = False
            await office.delivered()
            office.outbox.put(about("confirmed", quiet=True), about("transcript"))
            await office.delivered()
        assert office.channel.texts("a") == ["receipt", "transcript"]
        assert [line for line in lines if line["event"] == "shown_not_remembered"]


@virtual_time
async def test_what_may_have_a_place_waits_until_the_store_can_say_so() -> None:
    async with open_office(edits=1) as office:
        office.outbox.put(about("receipt"))
        office.channel.takes_s = 1
        office.channel.on_sent = lambda: setattr(office.outbox, "away", len(office.channel.sent) == 2)
        office.start()
        await office.delivered()
        office.outbox.put(outbound("between", "a"), about("transcript"))
        await office.until(lambda: office.outbox.away)
        await asyncio.sleep(5)
        assert office.channel.edited == []
        office.channel.on_sent = lambda: None
        office.outbox.away = False
        await office.delivered()
        assert office.channel.sees("a") == ["transcript", "between"]


def test_what_was_shown_and_not_recorded_is_changed_into_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a process has died, the next one sends a message with a subject again, by editing it in place."""

    async def unrecorded(outbox: Outbox, sent: object) -> None:
        raise StoreUnavailable("away")

    @virtual_time
    async def play() -> None:
        async with open_office(edits=1) as office:
            with monkeypatch.context() as patch:
                patch.setattr(Outbox, "done_all", unrecorded)
                office.outbox.put(about("receipt"))
                process = office.start()
                await office.until(lambda: office.outbox.asked == 2)
                await process.die()
            office.start()
            await office.delivered()
            assert office.channel.texts("a") == ["receipt"]
            assert office.channel.sees("a") == ["receipt"]
            assert [text for _, text in office.channel.edited] == ["receipt"]

    play()
