"""How long an interview is kept: as its script says, from its end on."""

from datetime import datetime, timedelta, tzinfo

from conversation.script import Retention, Script
from conversation.state import OPEN_PHASES, State
from conversation.timing.promises import end_of_day
from conversation.timing.schedule import at

_MONTHS = 12


def kept_until_ms(state: State, script: Script, zone: tzinfo) -> int:
    """Return the end of the last day on which the interview is kept, in epoch milliseconds.

    For an invitation that nobody has opened, the time counts from the day on which it was sent. 0 if the script
    says nothing, the interview goes on, or it is erased already.
    """
    if script.retain is None or state.phase == "erased":
        return 0
    since_ms = state.invited_ms if state.phase == "invited" else state.ended_ms
    if not since_ms or (state.phase in OPEN_PHASES and state.phase != "invited"):
        return 0
    return end_of_day(_later(at(since_ms, zone), script.retain))


def _later(day: datetime, retain: Retention) -> datetime:
    """Return the day so much later. There is no 31st of June: a day that a month lacks is its last one."""
    if retain.unit == "days":
        return day + timedelta(days=retain.number)
    months = day.month - 1 + retain.number * (_MONTHS if retain.unit == "years" else 1)
    first = day.replace(year=day.year + months // _MONTHS, month=months % _MONTHS + 1, day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)
