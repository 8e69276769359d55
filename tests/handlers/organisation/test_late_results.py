"""Promised days: when they end, who waits, and that the heads of units are reminded once a working day."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from bot.runtime.digests import Digests
from conversation import inbound as i
from conversation.script import Result
from conversation.state import State
from conversation.state_parts import Release, Told
from conversation.timing.promises import next_working_day, promised_ms, without_a_word
from conversation.timing.schedule import at, to_ms
from handlers.notices.overdue import heads, reminder_due
from handlers.organisation.repository import audit_organisation, load
from handlers.organisation.state import Grant, Organisation, Person
from storage.memory.store import MemoryStore
from tests.conversation.prompts.player import ZONE
from tests.dialogues.playing import script_named
from tests.handlers.console.desk import Desk

SHORT = script_named("short")
DAY_MS = 86_400_000


def ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=ZONE))


OVER = State("a" * 16, "spring", "v", phase="completed", ended_ms=ms("2026-11-27T10:00"))  # a Friday


@pytest.mark.parametrize(
    ("result", "day"),
    [
        (Result(1), "2026-11-30"),
        (Result(5), "2026-12-04"),
        (Result(2, workdays=False), "2026-11-29"),
    ],
)
def test_a_promise_holds_until_the_end_of_its_day(result: Result, day: str) -> None:
    found = promised_ms(OVER, replace(SHORT, result=result), ZONE)
    assert (at(found, ZONE).date().isoformat(), at(found + 1, ZONE).hour) == (day, 0)


def test_without_a_promise_or_an_end_there_is_no_day() -> None:
    assert promised_ms(OVER, SHORT, ZONE) == 0
    assert promised_ms(replace(OVER, phase="exited"), replace(SHORT, result=Result(1)), ZONE) == 0


def test_before_the_weekend_the_next_working_day_is_monday() -> None:
    for now in ("2026-11-27T09:00", "2026-11-28T09:00"):
        assert at(next_working_day(ms(now), ZONE), ZONE).date().isoformat() == "2026-11-30"


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({}, True),
        ({"decision": "no"}, True),
        ({"phase": "lapsed"}, False),
        ({"told": Told("hold", 1)}, False),
        ({"release": Release("yes", "lee")}, False),
        ({"decision": "withdrew"}, False),
        ({"deletion": 2}, False),
    ],
)
def test_who_waits_for_a_word(changes: dict[str, object], waits: bool) -> None:
    assert without_a_word(replace(OVER, **changes)) == waits


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-30T08:59", False),
        ("2026-11-30T09:00", True),
        ("2026-11-30T18:00", False),
        ("2026-11-28T10:00", False),  # Saturday
    ],
)
def test_heads_are_reminded_in_the_hours_of_a_working_day(now: str, due: bool) -> None:
    assert bool(reminder_due(Organisation(), ms(now), ZONE)) == due
    told = Organisation(heads_reminded_ms=ms("2026-11-30T09:00"))
    assert not reminder_due(told, ms(now), ZONE) or now < "2026-11-30"


def test_the_nearest_heads_who_can_be_written_to_are_meant() -> None:
    address = i.Address("telegram-staff", "1", "2")
    people = {
        "boss": Person("boss", "boss", addresses=(address,), grants=(Grant("owner", ""),)),
        "kim": Person("kim", "kim", addresses=(address,), grants=(Grant("admin", "East"),)),
        "lee": Person("lee", "lee", addresses=(address,), grants=(Grant("recruiter", "Port"),)),
        "old": Person("old", "old", grants=(Grant("admin", "Port"),)),
    }
    organisation = Organisation(units={"East": "", "Port": "East", "South": ""}, people=people)
    assert [each.id for each in heads(organisation, "Port")] == ["kim"]
    assert [each.id for each in heads(organisation, "South")] == ["boss"]


async def test_before_there_is_an_owner_nothing_is_recorded() -> None:
    desk = Desk(MemoryStore(), "zh")
    await Digests(desk.tools).look()
    assert (await load(desk.store)).version == 0


async def test_nobody_is_reminded_for_ever() -> None:
    desk = Desk(MemoryStore(), "zh")
    await desk.claims()
    await desk.campaign("spring", script="promised")
    await desk.answers("张三", "spring", 4)
    desk.now += 35 * DAY_MS
    await desk.sent()
    await Digests(desk.tools).look()
    assert (await load(desk.store)).state.heads_reminded_ms == desk.now
    assert not await desk.sent()


async def test_two_processes_remind_once() -> None:
    desk = Desk(MemoryStore(), "zh")
    await desk.claims()
    await desk.campaign("spring", script="promised")
    await desk.answers("张三", "spring", 4)
    desk.now += 3 * DAY_MS
    await desk.sent()
    for _ in range(2):
        await Digests(desk.tools).look()
        await Digests(desk.tools).look()
        (told,) = [each for each in await desk.sent() if "过了承诺的日子" in each.text]
        assert "张三" in told.text
        desk.now += DAY_MS
    await desk.does("张三", i.TextReceived("什么时候出结果"))
    await desk.sent()
    (answer,) = [each for each in desk.heard if "负责的同事会收到提醒" in each.text]
    assert "11 月 25 日" in answer.text
    interview = desk.interview_of("张三")
    await desk.intake.apply(interview, i.Inbound("decide", i.DecisionMade("hold", "boss")))
    await desk.intake.apply(interview, i.Inbound("tell", i.ResultGiven("hold", "boss")))
    desk.now += 3 * DAY_MS
    await desk.sent()
    await Digests(desk.tools).look()
    assert not [each for each in await desk.sent() if "过了承诺的日子" in each.text]
    assert (await load(desk.store)).state.heads_reminded_ms == desk.now
    assert await audit_organisation(desk.store)
