"""What colleagues do in an interview: remind or write to the candidate, issue codes, rate answers, write notes,
and decide."""

from typing import Literal, assert_never, get_args

from conversation import events as e
from conversation.decide import timers
from conversation.decide.channel_switch import STAFF_CODE_LENGTH, STAFF_CODE_MS, code_from, digest
from conversation.decide.results import telling
from conversation.inbound import (
    Announced,
    CodeAsked,
    DecisionMade,
    NoteWritten,
    RatingGiven,
    RatingsLookedAt,
    ResultGiven,
)
from conversation.state import IDLE_MS, State
from conversation.state_changes.correspondence import awaits_answer
from conversation.timing.messaging_window import remindable
from conversation.timing.schedule import quiet
from conversation.turn import Turn
from conversation.views.ratings import SCORES

Decision = Literal["yes", "hold", "no", "withdrew"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
WITHDREW: Decision = "withdrew"
"""The candidate has said, by phone or mail, that they no longer want the job. It is not a rejection, and one
colleague can record it."""
REMIND_AGAIN_MS = 6 * 3600_000
"""How long after any reminder a recruiter can send another one, in milliseconds."""
Obstacle = Literal[
    "", "completed", "erased", "invited", "unreachable", "aside", "over", "answering", "night", "lately", "window",
    "withdrew", "deletion",
]  # fmt: skip


def reminder_asked(turn: Turn) -> None:
    """Remind the candidate now at a recruiter's request, unless there is an obstacle."""
    turn.by = "staff"
    if not obstacle(turn.state, turn.now, night=quiet(turn.now, turn.zone)):
        timers.reminded(turn, asked=True)


def obstacle(state: State, now: int, *, night: bool) -> Obstacle:
    """Return why the candidate cannot be reminded now, or an empty string if they can."""
    if state.phase in ("completed", "erased", "invited", "unreachable"):
        return state.phase
    if state.decision == WITHDREW:
        return "withdrew"
    if state.deletion:
        return "deletion"
    if state.phase == "lapsed" or now >= state.deadline_ms:
        return "over"
    if state.aside or state.interruption == "aside":
        return "aside"
    if now < state.last_ms + IDLE_MS and state.phase != "paused":
        return "answering"
    if night:
        return "night"
    if now < state.reminded_ms + REMIND_AGAIN_MS:
        return "lately"
    return "" if remindable(state, now) else "window"


def judged(turn: Turn, what: DecisionMade | NoteWritten | RatingGiven | RatingsLookedAt | ResultGiven) -> None:
    """Record what a colleague thinks of the candidate, who is told only the result, once a colleague says so."""
    turn.by = "staff"
    match what:
        case DecisionMade():
            decided(turn, what)
        case NoteWritten():
            turn.record(e.Noted(what.text, what.by))
        case RatingGiven():
            rated(turn, what)
        case RatingsLookedAt():
            turn.record(e.RatingsSeen(what.by))
        case ResultGiven():
            telling.given(turn, what)
        case _:
            assert_never(what)


def decided(turn: Turn, what: DecisionMade) -> None:
    """Record a recruiter's decision; where it takes two, the first one is only a proposal. Sends nothing.

    A "no" is ignored unless the interview is completed: nobody is turned down for not having finished.
    """
    if what.decision not in DECISIONS or (what.decision == "no" and turn.state.phase != "completed"):
        return
    proposed = turn.state.proposed
    agreed = proposed is not None and proposed.decision == what.decision and proposed.by != what.by
    two = what.two and what.decision != WITHDREW
    if two and not agreed:
        turn.record(e.DecisionProposed(what.decision, what.by, what.note))
        if what.note or proposed != turn.state.proposed:
            turn.tell_recruiters("proposed", what.note, decision=what.decision, by=what.by)
        return
    first = proposed.by if two and proposed else ""
    turn.record(e.Decided(what.decision, what.by, what.note, first))
    telling.withdrawn(turn)


def announced(turn: Turn, what: Announced) -> None:
    """Send a broadcast to the candidate, if they may be sent a message now."""
    turn.by = "staff"
    state = turn.state
    away = (
        state.phase in ("invited", "unreachable") or state.aside or state.interruption == "aside" or state.deletion
    )
    if state.address is None or away or not remindable(state, turn.now):
        return
    turn.record(e.AnnouncementSent(what.text, what.by))
    answerable = awaits_answer(turn.state, turn.now)
    turn.say("announcement.over" if answerable else "announcement", text=what.text, prompted=False)
    if answerable:
        turn.lists_nothing()


def code_asked(turn: Turn, what: CodeAsked) -> None:
    """Issue a resume code, which a colleague passes on to a candidate who cannot be reached here."""
    turn.by = "staff"
    if turn.state.address and turn.state.phase not in ("completed", "erased") and not turn.too_late:
        code = code_from(turn.inbound.nonce, STAFF_CODE_LENGTH)
        turn.record(e.CodeIssued(digest(code), turn.now + STAFF_CODE_MS, what.by))


def rated(turn: Turn, what: RatingGiven) -> None:
    """Record a rating. Only submitted answers can be rated, in any phase."""
    answered = {step.question.id for index, step in enumerate(turn.script.steps) if turn.state.answered(index)}
    if what.question in answered and (what.score is None or what.score in SCORES):
        turn.record(e.Rated(what.question, what.by, what.score, what.note, what.blind))
