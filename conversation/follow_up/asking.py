"""Asks a follow-up question in the interview, and ends it. The answer to the question is handed in before, so the
follow-up can be passed over, or left open on leaving, at no cost."""

from conversation import events as e
from conversation.choices.offered import for_question
from conversation.follow_up import rules
from conversation.turn import Turn
from conversation.words import Styled


def wanted(turn: Turn) -> rules.Wanted | None:
    """Return the follow-up that the open answer calls for now that it is handed in."""
    return None if turn.too_late else rules.wanted(turn.question, turn.state.parts)


def ask(turn: Turn, found: rules.Wanted) -> None:
    text = turn.words.text(f"follow_up.ask.{found.name}")
    turn.record(e.FollowUpAsked(turn.question.id, text, found.why))
    turn.send(Styled.join([line(turn), turn.words.say("follow_up.hint")]), for_question(turn.state, turn.script))


def line(turn: Turn) -> Styled:
    """Return the open follow-up question, marked as generated; empty if there is none."""
    follow_up = turn.state.follow_up
    return turn.words.say("follow_up", text=follow_up.text) if follow_up else Styled("")


def close(turn: Turn, *, passed: bool = False) -> None:
    """End the open follow-up: it was answered, or `passed` over."""
    turn.record(e.FollowUpClosed(turn.question.id, passed))
