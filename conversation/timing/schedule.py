"""When an interview wants attention again: derived from its state and script, kept nowhere else."""

from datetime import datetime, time, timedelta, tzinfo

from conversation.script import Reminder, Script
from conversation.state import IDLE_MS, OPEN_PHASES, State, Support

MOST_REMINDERS = 3
_SOON_S = 3600
_REMINDABLE = frozenset({"guided", "running", "paused"})
QUIET_FROM, QUIET_UNTIL, MORNING, EVENING = time(22), time(8), time(9), time(21, 30)
EXIT_REPORT_MS = 10 * 60_000
"""Recruiters hear of an exit when the reason is given, or after so long without one."""
SUPPORT_ALERT_MS = 5 * 60_000
"""Staff who do not answer a candidate hear of it again after so long."""
SUPPORT_IDLE_MS = 24 * 3600_000
"""After this long without a message from either side, a support conversation ends and the interview goes on."""
STALL_REPORT_MS = 60 * 60_000
"""Recruiters hear of a silence after so long."""


def at(ms: int, zone: tzinfo) -> datetime:
    """Epoch milliseconds as a local date and time."""
    return datetime.fromtimestamp(ms / 1000, zone)


def to_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def quiet(ms: int, zone: tzinfo) -> bool:
    """Whether it is night (22:00-08:00), when nothing is sent unasked."""
    clock = at(ms, zone).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def decent(ms: int, zone: tzinfo) -> int:
    """The same time, or the next morning where that is at night."""
    if not quiet(ms, zone):
        return ms
    local = at(ms, zone)
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return to_ms(datetime.combine(day, MORNING, zone))


def evening_before(ms: int, zone: tzinfo) -> int:
    """The same time, or the evening before where that is at night: for what would be too late next morning."""
    if not quiet(ms, zone):
        return ms
    local = at(ms, zone)
    day = local.date() - timedelta(days=1) if local.time() < QUIET_UNTIL else local.date()
    return to_ms(datetime.combine(day, EVENING, zone))


def reminder_due(state: State, script: Script, zone: tzinfo) -> tuple[int, int]:
    """(when, which): the next reminder's time and its number from 1, or (0, 0)."""
    if state.postponed_ms and state.phase in _REMINDABLE | {"exited"}:
        return state.postponed_ms, state.reminded
    if state.phase not in _REMINDABLE or state.interruption == "aside":
        return 0, 0
    for number, reminder in enumerate(script.reminders[:MOST_REMINDERS], start=1):
        if number > max(state.reminded, state.left_out):
            due = _due(reminder, state, zone)
            soon = state.interruption == "pause" and 0 < reminder.after_s < _SOON_S  # they said so themselves
            if state.last_ms < due < state.deadline_ms and not soon:
                return due, number
    return 0, 0


def reminders_over(state: State, script: Script, zone: tzinfo, now: int) -> int:
    """The number of the last reminder whose time has come since the candidate's last word, sent or not."""
    over = [
        number
        for number, reminder in enumerate(script.reminders[:MOST_REMINDERS], start=1)
        if state.last_ms < _due(reminder, state, zone) <= now
    ]
    return max(over, default=0)


def _due(reminder: Reminder, state: State, zone: tzinfo) -> int:
    if reminder.before_deadline_s:
        return evening_before(state.deadline_ms - reminder.before_deadline_s * 1000, zone)
    return decent(state.last_ms + reminder.after_s * 1000, zone)


def next_due(state: State, script: Script, zone: tzinfo) -> int:
    """When to look at the interview again (epoch milliseconds), 0: never."""
    if state.support:
        return support_due(state.support, zone)
    if state.phase == "running" and not state.away:
        silence = state.last_ms + IDLE_MS
        if script.shortest_reminder_ms >= IDLE_MS:  # nothing else can come before silence is noticed
            return silence
        return min(silence, reminder_due(state, script, zone)[0] or silence)
    due = [reminder_due(state, script, zone)[0], report_due(state), lapse_due(state)]
    if state.phase == "lapsed" and lapse_question_open(state):
        due.append(decent(state.ended_ms, zone))
    return min((moment for moment in due if moment), default=0)


def support_idle(support: Support, zone: tzinfo) -> int:
    """When a conversation with people counts as over, if nobody says another word."""
    return decent(support.seen_ms + SUPPORT_IDLE_MS, zone)


def support_due(support: Support, zone: tzinfo) -> int:
    """When a candidate who talks to people wants attention: every other timer stands still meanwhile."""
    idle = support_idle(support, zone)
    return min(idle, support_alert(support)) if support.waits_ms and not support.reminded else idle


def support_alert(support: Support) -> int:
    """When the staff are told once more that somebody waits; outside their hours, when those begin."""
    return max(support.waits_ms + SUPPORT_ALERT_MS, support.staffed_ms)


def lapse_due(state: State) -> int:
    """The deadline; who is in the middle of an answer when it passes may finish. 0: none."""
    if not state.opened_ms or state.phase not in OPEN_PHASES:
        return 0
    busy = state.phase == "running" and not state.away
    return max(state.deadline_ms, state.last_ms + IDLE_MS) if busy else state.deadline_ms


def lapse_question_open(state: State) -> bool:
    """Whether the candidate who lapsed in silence is still to be asked, once, why."""
    return not state.reason and not state.asked_why


def report_due(state: State) -> int:
    """When the recruiters are told of an exit or a silence, if nothing happens before; 0: nothing to tell."""
    if state.report == "exited":
        return max(state.ended_ms, state.last_ms) + EXIT_REPORT_MS
    if state.report == "stalled" and state.phase == "paused":
        return state.away_ms + STALL_REPORT_MS
    return 0
