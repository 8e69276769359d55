"""What colleagues do in an interview: they remind its candidate, rate the answers, and decide."""

from typing import Literal, get_args

from conversation import events as e
from conversation.inbound import DecisionMade, RatingGiven, RatingsLookedAt
from conversation.ratings import SCORES
from conversation.reach import remindable
from conversation.schedule import quiet
from conversation.stages import clock
from conversation.state import IDLE_MS, State
from conversation.turn import Turn

Decision = Literal["yes", "hold", "no"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)
REMIND_AGAIN_MS = 6 * 3600_000
"""Nobody is reminded twice within so long, by whomever."""
Obstacle = Literal[
    "", "completed", "erased", "invited", "unreachable", "aside", "over", "answering", "night", "lately", "window"
]


def reminder_asked(turn: Turn) -> None:
    """A recruiter wants the candidate to be reminded now."""
    turn.by = "staff"
    if not obstacle(turn.state, turn.now, night=quiet(turn.now, turn.zone)):
        clock.reminded(turn, asked=True)


def obstacle(state: State, now: int, *, night: bool) -> Obstacle:
    """Why the candidate cannot be reminded now; an empty string: they can."""
    if state.phase in ("completed", "erased", "invited", "unreachable"):
        return state.phase
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


def decided(turn: Turn, what: DecisionMade) -> None:
    """The candidate is told nothing. Nobody is turned down for not having finished."""
    turn.by = "staff"
    if what.decision in DECISIONS and (what.decision != "no" or turn.state.phase == "completed"):
        turn.record(e.Decided(what.decision, what.by, what.note))


def rated(turn: Turn, what: RatingGiven) -> None:
    """The candidate is told nothing. Only what was handed in is rated, whatever became of the interview after."""
    turn.by = "staff"
    answered = {step.question.id for step in turn.script.steps[: max(turn.state.index, 0)]}
    if what.question in answered and (what.score is None or what.score in SCORES):
        turn.record(e.Rated(what.question, what.by, what.score, what.note))


def looked_at_ratings(turn: Turn, what: RatingsLookedAt) -> None:
    """From now on their ratings are not independent of others'."""
    turn.by = "staff"
    turn.record(e.RatingsSeen(what.by))
