"""The day by which candidates are promised their result, and who has not heard anything yet."""

from datetime import datetime, time, timedelta, tzinfo

from conversation.script import Result, Script
from conversation.state import State
from conversation.timing.schedule import at, to_ms

_SATURDAY = 5


def promised_ms(state: State, script: Script, zone: tzinfo) -> int:
    """Return the end of the day by which the candidate is promised the result, in epoch milliseconds.

    0 if nothing is promised or the interview is not completed.
    """
    if script.result is None or state.phase != "completed":
        return 0
    return end_of_day(promised_day(at(state.ended_ms, zone), script.result))


def promised_day(completed: datetime, result: Result) -> datetime:
    """Return the day by which whoever completed the interview at this time is promised the result."""
    day, left = completed, result.days
    while left > 0:
        day += timedelta(days=1)
        left -= 0 if result.workdays and day.weekday() >= _SATURDAY else 1
    return day


def end_of_day(day: datetime) -> int:
    return to_ms(datetime.combine(day, time.max, day.tzinfo))


def next_working_day(now: int, zone: tzinfo) -> int:
    """Return the end of the next working day (Monday to Friday) after today, in epoch milliseconds."""
    day = at(now, zone) + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return end_of_day(day)


def without_a_word(state: State) -> bool:
    """Return whether the candidate has completed the interview, was told nothing, and is not going to be."""
    gone = state.decision == "withdrew" or bool(state.deletion) or state.interruption == "aside"
    return state.phase == "completed" and state.told is None and state.release is None and not gone
