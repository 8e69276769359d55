"""Messages that cannot be sent: they are retried, reported or put away, and the next ones are sent anyway."""

import asyncio

import pytest
import structlog

from bot.channels.base import Rejected, TryLater, Unreachable
from bot.runtime.delivery import PARK_AFTER
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from tests.bot.runtime.offices import RECRUITERS, Office, numbered, open_office, outbound
from tests.fakes.virtual_time import virtual_time


def buried(office: Office) -> list[tuple[str, str]]:
    return [(kind, why) for kind, why, _ in office.outbox.buried]


@virtual_time
async def test_a_failure_is_tried_again_less_and_less_often() -> None:
    async with open_office() as office:
        office.channel.fail("a", *(TryLater("HTTP 502") for _ in range(PARK_AFTER - 1)))
        office.outbox.put(*numbered("a", 2))
        begun = asyncio.get_running_loop().time()
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1"]
        assert not office.outbox.buried
        assert len(office.channel.keys) == PARK_AFTER + 1
        assert asyncio.get_running_loop().time() - begun > 5


@virtual_time
async def test_after_too_many_attempts_it_is_parked_whole_and_the_next_goes_out() -> None:
    async with open_office() as office:
        office.channel.fail("a", *(TryLater("HTTP 502") for _ in range(10 * PARK_AFTER)))
        office.outbox.put(*numbered("a", 2))
        office.start()
        others = 0
        while not office.outbox.buried:  # meanwhile, others are written to
            office.outbox.put(outbound(f"b-{others}", "b"))
            others += 1
            await asyncio.sleep(1)
        office.channel._errors.clear()
        await office.delivered()
        assert PARK_AFTER < others < 120 * 2 * PARK_AFTER
        assert len(office.channel.texts("b")) == others
        assert office.channel.texts("a") == ["a-1"]
        ((kind, why, payload),) = office.outbox.buried
        assert (kind, why) == ("parked", "HTTP 502")
        assert b"a-0" in payload


@virtual_time
async def test_a_platform_that_is_away_for_hours_costs_nobody_a_message() -> None:
    async with open_office() as office:
        for user in "abc":
            office.channel.fail(user, *(TryLater("HTTP 502") for _ in range(10 * PARK_AFTER)))
            office.outbox.put(*numbered(user, 2))
        begun = asyncio.get_running_loop().time()
        with structlog.testing.capture_logs() as lines:
            office.start()
            await office.until(lambda: not office.outbox.left, patience_s=24 * 3600)
        for user in "abc":
            assert office.channel.texts(user) == [f"{user}-0", f"{user}-1"]
        assert not office.outbox.buried
        minutes = (asyncio.get_running_loop().time() - begun) / 60
        assert minutes > 60
        said = [line for line in lines if line["event"] == "platform_unreachable"]
        assert 10 < len(said) <= minutes + 1
        assert said[0].items() >= {"channel": "telegram", "account": "main", "why": "HTTP 502"}.items()


def test_an_account_that_is_away_does_not_hold_back_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.runtime.delivery.MOST_IN_HAND", 3)

    @virtual_time
    async def play() -> None:
        async with open_office() as office:
            for number in range(20):
                office.channel.fail(f"u{number}", *(TryLater("HTTP 401") for _ in range(6)))
                office.outbox.put(outbound("late", f"u{number}"))
            office.outbox.put(outbound("hello", "a"))
            office.start()
            await office.until(lambda: office.channel.texts("a") == ["hello"], patience_s=5)
            await office.delivered()
            assert [office.channel.texts(f"u{number}") for number in range(20)] == [["late"]] * 20

    play()


@virtual_time
async def test_waiting_because_the_platform_says_so_is_no_failed_attempt() -> None:
    async with open_office() as office:
        office.channel.fail("a", *(TryLater("busy", 5.0) for _ in range(3 * PARK_AFTER)))
        office.outbox.put(*numbered("a", 1))
        begun = asyncio.get_running_loop().time()
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["a-0"]
        assert asyncio.get_running_loop().time() - begun >= 3 * PARK_AFTER * 5


@virtual_time
async def test_what_is_refused_for_good_is_put_away_and_the_lane_goes_on() -> None:
    async with open_office() as office:
        office.channel.fail("a", Rejected("Telegram refused the message (400)"))
        office.outbox.put(*numbered("a", 3))
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["a-1", "a-2"]
        assert buried(office) == [("rejected", "Telegram refused the message (400)")]


@pytest.mark.parametrize("error", [ValueError("张三 said it"), KeyError("x"), RecursionError()])
def test_a_channel_that_breaks_does_not_end_the_conversation(error: Exception) -> None:
    @virtual_time
    async def play() -> None:
        async with open_office() as office:
            office.channel.fail("a", error)
            office.outbox.put(*numbered("a", 2))
            office.start()
            await office.delivered()
            office.outbox.put(outbound("a-2", "a"))
            await office.delivered()
            assert office.channel.texts("a") == ["a-1", "a-2"]
            assert buried(office) == [("failed", type(error).__name__)]

    play()


@virtual_time
async def test_an_entry_that_cannot_be_read_is_put_away_whole() -> None:
    async with open_office() as office:
        office.outbox.put(outbound("a-0", "a"), partition=2)
        office.outbox.put_unreadable(2, b"\xff\xfe no message")
        office.outbox.put(outbound("a-1", "a"), partition=2)
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["a-0", "a-1"]
        assert [(kind, payload) for kind, _, payload in office.outbox.buried] == [
            ("unreadable", b"\xff\xfe no message")
        ]


@virtual_time
async def test_what_is_for_an_account_that_is_gone_is_put_away() -> None:
    async with open_office() as office:
        office.outbox.put(OutboundMessage(Address("telegram", "700009", "1"), "hello"), outbound("a-0", "a"))
        office.start()
        await office.delivered()
        assert buried(office) == [("no_account", "no account 700009 on telegram")]
        assert office.channel.texts("a") == ["a-0"]


@virtual_time
async def test_a_candidate_who_blocked_us_is_unreachable_and_the_recruiters_are_told() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        office.channel.fail("a", Unreachable("blocked"))
        office.outbox.put(outbound("a-0", "a", interview=interview))
        office.start()
        await office.delivered()
        record = await office.store.interviews.load(interview)
        assert record is not None
        assert record.state.phase == "unreachable"
        assert len(office.channel.texts("recruiters")) == 1
        assert "李雷" in office.channel.texts("recruiters")[0]
        assert not office.outbox.buried


@virtual_time
async def test_a_reminder_finds_out_as_well() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        office.channel.fail("a", Unreachable("blocked"))
        office.outbox.put(outbound("a-0", "a", interview=interview, prompted=False))
        office.start()
        await office.delivered()
        record = await office.store.interviews.load(interview)
        assert record is not None
        assert record.state.phase == "unreachable"


@virtual_time
async def test_recruiters_out_of_reach_do_not_make_the_candidate_unreachable() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        before = await office.store.interviews.load(interview)
        office.channel.fail(RECRUITERS.user, Unreachable("chat_gone"))
        office.outbox.put(outbound("a summary", RECRUITERS.user, interview=interview, prompted=False))
        office.start()
        await office.delivered()
        assert await office.store.interviews.load(interview) == before
        assert buried(office) == [("unreachable", "chat_gone")]


@virtual_time
async def test_a_stranger_out_of_reach_is_nobodys_business() -> None:
    async with open_office() as office:
        office.channel.fail("s", Unreachable("blocked"))
        office.outbox.put(*numbered("s", 2))
        office.start()
        await office.delivered()
        assert office.channel.texts("s") == ["s-1"]
        assert not office.outbox.buried


@virtual_time
async def test_an_interview_that_cannot_be_told_does_not_end_the_conversation() -> None:
    async with open_office() as office:
        interview = await office.interview("a")
        office.store.directory._scripts.clear()  # lost: every step of the interview fails
        office.channel.fail("a", Unreachable("blocked"))
        office.outbox.put(outbound("a-0", "a", interview=interview), outbound("a-1", "a"))
        office.start()
        await office.delivered()
        assert office.channel.texts("a") == ["a-1"]
        assert buried(office) == [("failed", "ScriptMissing")]
