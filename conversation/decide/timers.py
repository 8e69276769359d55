"""What happens as time passes: silence, reminders, deadlines and their extension, and reports to recruiters."""

from conversation import events as e
from conversation.choices.offered import before_start, reasons
from conversation.decide import support
from conversation.decide.appointments import booking, reminding
from conversation.decide.results import telling
from conversation.follow_up import asking
from conversation.inbound import DeadlineMoved, OutageEnded
from conversation.state import IDLE_MS, OPEN_PHASES
from conversation.timing.messaging_window import remindable
from conversation.timing.schedule import (
    decent,
    lapse_due,
    lapse_question_open,
    quiet,
    reminder_due,
    reminders_over,
    report_due,
)
from conversation.turn import Turn


def tick(turn: Turn) -> None:
    """Do whatever is due."""
    telling.tick(turn)
    booking.tick(turn)
    reminding.tick(turn)
    if turn.state.support:
        support.tick(turn)
    if turn.state.support:
        return
    asking.tick(turn)
    silence(turn)
    deadline(turn)
    _report(turn)
    _remind(turn)
    _ask_lapsed(turn)


def silence(turn: Turn) -> None:
    """Pause the interview after ten minutes without a message. It never counts as failed for that."""
    state = turn.state
    if state.phase == "running" and not state.away and turn.now >= state.last_ms + IDLE_MS:
        turn.record(e.Paused("silence"))


def deadline(turn: Turn) -> None:
    due = lapse_due(turn.state)
    if due and turn.now >= due:
        turn.record(e.Lapsed())
        turn.tell_recruiters("lapsed")


def _report(turn: Turn) -> None:
    due = report_due(turn.state)
    if due and turn.now >= due:
        about = turn.state.report
        turn.record(e.RecruiterTold(about))
        turn.tell_recruiters("exited" if about == "exited" else "stalled")


def _remind(turn: Turn) -> None:
    due, number = reminder_due(turn.state, turn.script, turn.zone)
    if not due or turn.now < due:
        return
    if quiet(turn.now, turn.zone) and not quiet(due, turn.zone):  # we are late, and nothing is sent at night
        turn.record(e.Postponed(decent(turn.now, turn.zone)))
        return
    if not remindable(turn.state, turn.now):
        _leave_out(turn, number)
        return
    reminded(turn, number)


def _leave_out(turn: Turn, number: int) -> None:
    """Record a reminder that may not be sent. Where the platform has notices, send one until they write again."""
    nudged = turn.can_nudge and not turn.state.left_out
    turn.record(e.ReminderLeftOut(max(number, _over(turn)), nudged))
    if nudged:
        turn.nudge()


def reminded(turn: Turn, number: int = 1, *, asked: bool = False) -> None:
    """Remind the candidate now, in place of all reminders up to `number`. `asked`: a recruiter wanted it."""
    turn.record(e.Reminded(max(number, turn.state.reminded, _over(turn)), asked))
    state = turn.state
    started = bool(state.started_ms)
    looking = started and state.reviewing and not state.detour
    turn.say(
        "reminder.review" if looking else "reminder" if started else "reminder.guided",
        before_start(turn.script, started=started),
        prompted=False,
        name=turn.addressed,
        done=state.done,
        total=len(turn.script.steps),
        deadline=turn.moment(state.deadline_ms),
    )


def _over(turn: Turn) -> int:
    return reminders_over(turn.state, turn.script, turn.zone, turn.now)


def _ask_lapsed(turn: Turn) -> None:
    state = turn.state
    if (
        state.phase == "lapsed"
        and lapse_question_open(state)
        and not state.deletion
        and turn.now >= decent(state.ended_ms, turn.zone)
    ):
        turn.record(e.ReasonAsked())
        turn.say("lapsed.ask", reasons(turn.script), prompted=False)


def outage(turn: Turn, what: OutageEnded) -> None:
    """Extend the deadline by the time in which we could not answer, and tell both sides of an open interview.

    One that lapsed meanwhile is reopened and told as well. Candidates who have left, cannot be reached, have not
    begun or have asked for deletion are not told.
    """
    state = turn.state
    lapsed_by_us = state.phase == "lapsed" and state.deadline_ms > turn.now - what.lasted_ms
    if not state.opened_ms or not (lapsed_by_us or state.phase in OPEN_PHASES | {"exited", "unreachable"}):
        return
    until = state.deadline_ms + what.lasted_ms
    turn.record(e.DeadlineExtended(until, "outage", _over(turn)))
    if state.phase in ("exited", "unreachable", "invited") or state.deletion:
        return
    turn.tell_recruiters("extended")
    if not quiet(turn.now, turn.zone):
        turn.say("outage", ("continue",), prompted=False, deadline=turn.moment(until))
    elif not state.postponed_ms:  # nothing is sent at night: the morning's reminder names the new deadline
        turn.record(e.Postponed(decent(turn.now, turn.zone)))


def extended(turn: Turn, what: DeadlineMoved) -> None:
    """Move the deadline at a recruiter's request. A lapsed interview is open again."""
    turn.by = "staff"
    if turn.state.phase in ("completed", "erased", "invited") or what.until_ms <= turn.now:
        return
    turn.record(e.DeadlineExtended(what.until_ms, "recruiter", _over(turn)))
    telling.withdrawn(turn)
    if turn.state.deletion:  # they were promised that nothing more comes
        return
    deadline_text = turn.moment(what.until_ms)
    if not quiet(turn.now, turn.zone):
        turn.say("extended", ("continue",), prompted=False, deadline=deadline_text)
    elif not turn.state.postponed_ms:  # nothing is sent at night
        turn.record(e.Postponed(decent(turn.now, turn.zone)))
