"""When an interview needs attention again. This is always derived from its state and script."""

from datetime import datetime, time, timedelta, tzinfo

from conversation.script import Reminder, Script
from conversation.state import IDLE_MS, OPEN_PHASES, State
from conversation.state_parts import Support

MOST_REMINDERS = 3
_SOON_S = 3600
_REMINDABLE = frozenset({"guided", "running", "paused"})
TOLD_IN = frozenset({"completed", "exited", "lapsed", "unreachable"})
"""Phases in which the candidate can be told the result."""
QUIET_FROM, QUIET_UNTIL, MORNING, EVENING = time(22), time(8), time(9), time(21, 30)
EXIT_REPORT_MS = 10 * 60_000
"""How long the report of an exit to recruiters waits for the reason, in milliseconds."""
SUPPORT_ALERT_MS = 5 * 60_000
"""How long a candidate waits for an answer before the staff are told again, in milliseconds."""
SUPPORT_IDLE_MS = 24 * 3600_000
"""How long neither side writes before a support conversation ends and the interview goes on, in milliseconds."""
STALL_REPORT_MS = 60 * 60_000
"""How long an interview is paused, by silence or otherwise, before recruiters are told, in milliseconds."""


DAY_BEFORE_MS, HOURS_BEFORE_MS, LEAST_BEFORE_MS = 24 * 3600_000, 2 * 3600_000, 30 * 60_000
"""How long before an appointment the candidate is reminded, in milliseconds."""


def at(ms: int, zone: tzinfo) -> datetime:
    """Return the local date and time of an epoch time in milliseconds."""
    return datetime.fromtimestamp(ms / 1000, zone)


def to_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def quiet(ms: int, zone: tzinfo) -> bool:
    """Whether it is night (22:00-08:00), when nothing is sent unprompted."""
    clock = at(ms, zone).time()
    return clock >= QUIET_FROM or clock < QUIET_UNTIL


def decent(ms: int, zone: tzinfo) -> int:
    """Return the same time, or the next 9:00 if it is at night."""
    if not quiet(ms, zone):
        return ms
    local = at(ms, zone)
    day = local.date() + timedelta(days=1) if local.time() >= QUIET_FROM else local.date()
    return to_ms(datetime.combine(day, MORNING, zone))


def evening_before(ms: int, zone: tzinfo) -> int:
    """Return the same time, or the last 21:30 if it is at night: for what would be too late next morning."""
    if not quiet(ms, zone):
        return ms
    local = at(ms, zone)
    day = local.date() - timedelta(days=1) if local.time() < QUIET_UNTIL else local.date()
    return to_ms(datetime.combine(day, EVENING, zone))


def reminder_due(state: State, script: Script, zone: tzinfo) -> tuple[int, int]:
    """Return the next reminder's time (epoch milliseconds) and its number from 1, or (0, 0) if there is none.

    At a time to which the candidate postponed, the number is that of the last reminder (0: there was none).
    """
    if state.decision == "withdrew" or state.deletion:
        return 0, 0
    if state.postponed_ms and state.phase in _REMINDABLE | {"exited"}:
        return state.postponed_ms, state.reminded
    if state.phase not in _REMINDABLE or state.interruption == "aside":
        return 0, 0
    for number, reminder in enumerate(script.reminders[:MOST_REMINDERS], start=1):
        if number > max(state.reminded, state.left_out):
            due = _due(reminder, state, zone)
            soon = state.interruption == "pause" and 0 < reminder.after_s < _SOON_S  # they paused on purpose
            if state.last_ms < due < state.deadline_ms and not soon:
                return due, number
    return 0, 0


def reminders_over(state: State, script: Script, zone: tzinfo, now: int) -> int:
    """Return the number of the last reminder that came due since the candidate last wrote, sent or not; or 0."""
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
    """Return when to look at the interview again (epoch milliseconds), or 0 for never."""
    told = min((due for due in (result_due(state), appointment_due(state, zone)) if due), default=0)
    if state.support:
        return min(support_due(state.support, zone), told or support_due(state.support, zone))
    if state.drafting_until_ms:
        return state.drafting_until_ms
    if state.phase == "running" and not state.away:
        silence = state.last_ms + IDLE_MS
        if script.shortest_reminder_ms >= IDLE_MS:  # nothing else can come before silence is noticed
            return silence
        return min(silence, reminder_due(state, script, zone)[0] or silence)
    due = [reminder_due(state, script, zone)[0], report_due(state), lapse_due(state), told]
    if state.phase == "lapsed" and lapse_question_open(state) and not state.deletion:
        due.append(decent(state.ended_ms, zone))
    return min((moment for moment in due if moment), default=0)


def support_idle(support: Support, zone: tzinfo) -> int:
    """Return when a support conversation ends if nobody writes again."""
    return decent(support.seen_ms + SUPPORT_IDLE_MS, zone)


def support_due(support: Support, zone: tzinfo) -> int:
    """Return when a support conversation needs attention. All other timers stand still during it."""
    idle = support_idle(support, zone)
    return min(idle, support_alert(support)) if support.waits_ms and not support.reminded else idle


def support_alert(support: Support) -> int:
    """Return when the staff are told once more that a candidate waits, but no earlier than their hours begin."""
    return max(support.waits_ms + SUPPORT_ALERT_MS, support.staffed_ms)


def lapse_due(state: State) -> int:
    """Return when the interview lapses, or 0 if it cannot.

    That is the deadline, or later for a candidate who is in the middle of an answer and may finish it.
    """
    if not state.opened_ms or state.phase not in OPEN_PHASES:
        return 0
    busy = state.phase == "running" and not state.away
    return max(state.deadline_ms, state.last_ms + IDLE_MS) if busy else state.deadline_ms


def result_due(state: State) -> int:
    """Return when the candidate is to be told the result, or 0 if there is no time for that."""
    return state.release.due_ms if state.release and state.phase in TOLD_IN and not state.deletion else 0


def appointment_due(state: State, zone: tzinfo) -> int:
    """Return when the candidate is to be sent news or a reminder of their appointment, or 0 if there is no time
    for that."""
    appointment = state.appointment
    if appointment is None or state.phase not in TOLD_IN or state.deletion:
        return 0
    due = appointment.due_ms if appointment.news else 0, appointment_reminder_due(state, zone)
    return min((each for each in due if each), default=0)


def appointment_reminder_due(state: State, zone: tzinfo) -> int:
    """Return when the candidate is to be reminded of their appointment next, or 0 for never.

    A reminder that would have come before they booked is left out.
    """
    appointment = state.appointment
    if appointment is None or appointment.held is None or state.phase not in TOLD_IN or state.deletion:
        return 0
    starts_ms = appointment.held.starts_ms
    due = decent(starts_ms - DAY_BEFORE_MS, zone), _hours_before(starts_ms, zone)
    number = appointment.reminded
    while number < len(due) and due[number] <= appointment.since_ms:
        number += 1
    return due[number] if number < len(due) else 0


def _hours_before(starts_ms: int, zone: tzinfo) -> int:
    """Return when the candidate is reminded on the day: two hours before, or at the end of the night if that is
    half an hour before or more, else on the evening before."""
    due_ms = starts_ms - HOURS_BEFORE_MS
    if not quiet(due_ms, zone):
        return due_ms
    morning_ms = to_ms(datetime.combine(at(starts_ms, zone).date(), QUIET_UNTIL, zone))
    return morning_ms if morning_ms <= starts_ms - LEAST_BEFORE_MS else evening_before(due_ms, zone)


def lapse_question_open(state: State) -> bool:
    """Whether a candidate whose interview lapsed is still to be asked why. They are asked once, unless recruiters
    know that they withdrew."""
    return not state.reason and not state.asked_why and state.decision != "withdrew"


def report_due(state: State) -> int:
    """Return when the recruiters are told of an exit or a pause if nothing happens before, or 0 for never."""
    if state.report == "exited":
        return max(state.ended_ms, state.last_ms) + EXIT_REPORT_MS
    if state.report == "stalled" and state.phase == "paused" and not state.deletion:
        return state.away_ms + STALL_REPORT_MS
    return 0
