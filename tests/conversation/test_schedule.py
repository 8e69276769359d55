"""When an interview is due next."""

from datetime import datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from conversation.inbound.appointments import Slot
from conversation.script import Reminder, Script
from conversation.state import IDLE_MS, Phase, State
from conversation.state_parts import Appointment, Release
from conversation.timing.schedule import (
    EXIT_REPORT_MS,
    STALL_REPORT_MS,
    at,
    decent,
    evening_before,
    lapse_due,
    next_due,
    quiet,
    reminder_due,
    reminders_over,
    report_due,
    to_ms,
)
from tests.dialogues.playing import script_named

SHANGHAI = ZoneInfo("Asia/Shanghai")
SCRIPT = script_named("short")  # reminders: after 10 minutes, after a day, 3 hours before the deadline


def _ms(text: str) -> int:
    return to_ms(datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI))


def _text(ms: int) -> str:
    return at(ms, SHANGHAI).strftime("%m-%d %H:%M") if ms else "never"


def _paused(last: str, deadline: str = "11-26 18:00") -> State:
    state = State("i1", "spring", "v1", phase="paused", interruption="silence")
    return replace(state, last_ms=_ms(last), opened_ms=_ms(last), deadline_ms=_ms(deadline))


@pytest.mark.parametrize(
    ("moment", "asleep"),
    [("11-23 07:59", True), ("11-23 08:00", False), ("11-23 21:59", False), ("11-23 22:00", True)],
)
def test_the_night(moment: str, asleep: bool) -> None:
    assert quiet(_ms(moment), SHANGHAI) is asleep


@pytest.mark.parametrize(
    ("moment", "morning", "evening"),
    [
        ("11-23 12:00", "11-23 12:00", "11-23 12:00"),
        ("11-23 23:10", "11-24 09:00", "11-23 21:30"),
        ("11-24 03:00", "11-24 09:00", "11-23 21:30"),
    ],
)
def test_what_falls_into_the_night_is_moved(moment: str, morning: str, evening: str) -> None:
    assert _text(decent(_ms(moment), SHANGHAI)) == morning
    assert _text(evening_before(_ms(moment), SHANGHAI)) == evening


def test_reminders_come_one_after_another_and_end() -> None:
    state, seen = _paused("11-23 21:55"), []
    while (due := reminder_due(state, SCRIPT, SHANGHAI))[0]:
        seen.append(_text(due[0]))
        state = replace(state, reminded=due[1])
    assert seen == ["11-24 09:00", "11-24 21:55", "11-26 15:00"]


def test_no_more_than_three_whatever_the_script_says() -> None:
    eager = _with_reminders(*(Reminder(after_s=minutes * 60) for minutes in (10, 20, 30, 40)))
    assert reminder_due(replace(_paused("11-23 10:00"), reminded=3), eager, SHANGHAI) == (0, 0)


def test_a_postponed_reminder_comes_first_even_after_an_exit() -> None:
    state = replace(_paused("11-23 10:00"), phase="exited", postponed_ms=_ms("11-23 20:00"))
    assert _text(reminder_due(state, SCRIPT, SHANGHAI)[0]) == "11-23 20:00"
    assert reminder_due(replace(state, postponed_ms=0), SCRIPT, SHANGHAI) == (0, 0)


def test_nobody_is_reminded_of_an_interview_set_aside() -> None:
    assert reminder_due(replace(_paused("11-23 10:00"), interruption="aside"), SCRIPT, SHANGHAI) == (0, 0)


@pytest.mark.parametrize(
    ("now", "over"), [("11-23 10:09", 0), ("11-23 10:10", 1), ("11-24 10:00", 2), ("11-27 00:00", 3)]
)
def test_reminders_whose_time_has_passed(now: str, over: int) -> None:
    assert reminders_over(_paused("11-23 10:00"), SCRIPT, SHANGHAI, _ms(now)) == over


def test_who_is_at_work_is_looked_at_after_ten_minutes_or_at_an_earlier_reminder() -> None:
    running = replace(_paused("11-23 10:00"), phase="running", interruption="")
    assert next_due(running, SCRIPT, SHANGHAI) == running.last_ms + IDLE_MS
    early = _with_reminders(Reminder(after_s=300), Reminder(after_s=86400))
    assert next_due(running, early, SHANGHAI) == running.last_ms + 300_000
    assert next_due(replace(running, reminded=1), early, SHANGHAI) == running.last_ms + IDLE_MS


def test_who_is_at_work_may_finish_the_answer_after_the_deadline() -> None:
    state = _paused("11-26 17:58")
    assert lapse_due(state) == state.deadline_ms
    busy = replace(state, phase="running", interruption="")
    assert lapse_due(busy) == state.last_ms + IDLE_MS
    assert lapse_due(replace(state, phase="completed")) == 0


def test_recruiters_hear_of_an_exit_and_of_a_silence() -> None:
    state = replace(_paused("11-23 10:00"), report="stalled", away_ms=_ms("11-23 10:10"))
    assert report_due(state) == state.away_ms + STALL_REPORT_MS
    left = replace(state, phase="exited", report="exited", ended_ms=_ms("11-23 10:05"))
    assert report_due(left) == left.ended_ms + EXIT_REPORT_MS
    choosing = replace(left, last_ms=left.ended_ms + 60_000)
    assert report_due(choosing) == choosing.last_ms + EXIT_REPORT_MS
    assert report_due(replace(left, report="")) == 0


def test_nothing_is_due_when_all_is_over() -> None:
    assert next_due(replace(_paused("11-23 10:00"), phase="completed", interruption=""), SCRIPT, SHANGHAI) == 0


def test_the_question_after_the_deadline_waits_for_the_morning() -> None:
    ended = _ms("11-26 23:00")
    lapsed = replace(_paused("11-23 10:00"), phase="lapsed", interruption="lapse", ended_ms=ended)
    assert _text(next_due(lapsed, SCRIPT, SHANGHAI)) == "11-27 09:00"
    assert next_due(replace(lapsed, asked_why=True), SCRIPT, SHANGHAI) == 0


def test_summer_time_does_not_move_the_morning() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before_change = datetime(2026, 3, 28, 23, 0, tzinfo=berlin)
    morning = at(decent(to_ms(before_change), berlin), berlin)
    assert (morning.date() - before_change.date(), morning.hour) == (timedelta(days=1), 9)


def _with_reminders(*reminders: Reminder) -> Script:
    return replace(SCRIPT, reminders=reminders)


@pytest.mark.parametrize("phase", get_args(Phase))
@pytest.mark.parametrize("interruption", ["", "silence", "pause"])
def test_nothing_is_said_unasked_to_whoever_asked_for_deletion(phase: Phase, interruption: str) -> None:
    """Neither reminders, nor the question why, the result or appointments; nor is a pause reported."""
    held = Slot("one", _ms("11-25 10:00"), _ms("11-25 11:00"))
    booked = Appointment((held,), "lee", "offer", _ms("11-24 09:00"), held=held)
    asked = replace(
        _paused("11-23 10:00"),
        phase=phase, interruption=interruption, deletion=1, postponed_ms=_ms("11-24 10:00"),
        report="stalled", away_ms=_ms("11-23 10:00"), ended_ms=_ms("11-23 10:00"), appointment=booked,
        release=Release("yes", "lee", due_ms=_ms("11-24 10:00")),
    )  # fmt: skip
    busy = phase == "running" and not asked.away
    assert next_due(asked, SCRIPT, SHANGHAI) == (asked.last_ms + IDLE_MS if busy else lapse_due(asked))
