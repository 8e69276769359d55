"""Asks a follow-up question in the interview, and ends it. The answer to the question is handed in before, so the
follow-up can be passed over, or left open on leaving, at no cost.

Rules decide whether one is asked, and about what. Where an assistant may word it, it has three seconds to do so;
then, or if its wording is no good, the rules' wording is asked.
"""

from typing import NamedTuple

from msgspec.structs import replace

from conversation import events as e
from conversation.choices.offered import for_question
from conversation.follow_up import rules
from conversation.inbound import Draft, DraftMade
from conversation.jobs import DraftFollowUp
from conversation.turn import Turn
from conversation.words import Styled

DRAFTING_MS = 3_000
"""How long the assistant has to word a follow-up question, in milliseconds."""


class Further(NamedTuple):
    """A follow-up that an answer calls for. `readable`: there are words of every message, which the assistant can
    read."""

    wanted: rules.Wanted
    readable: bool


def further(turn: Turn) -> Further | None:
    """Return the follow-up that the open answer calls for, before it is handed in."""
    parts = turn.state.parts
    wanted = None if turn.too_late else rules.wanted(turn.question, parts)
    return Further(wanted, all(part.text.strip() for part in parts)) if wanted else None


def ask(turn: Turn, found: Further) -> None:
    """Ask the follow-up, or have the assistant word it first."""
    wanted, state = found.wanted, turn.state
    text = turn.words.text(f"follow_up.ask.{wanted.name}")
    if not (found.readable and _is_worded(turn)):
        _put(turn, e.FollowUpAsked(turn.question.id, text, wanted.why))
        return
    until_ms = turn.now + DRAFTING_MS
    turn.record(e.FollowUpSought(turn.question.id, text, wanted.why, until_ms))
    turn.queue(DraftFollowUp(state.interview, turn.question.id, text, turn.now, until_ms))


def _is_worded(turn: Turn) -> bool:
    """Return whether an assistant words follow-ups for this candidate: they were told so, and can be sent the
    question by itself. Where messages are counted, it has to come with the reply."""
    state = turn.state
    return turn.assisted and state.assistant == "told" and state.words and state.window is None


def made(turn: Turn, what: DraftMade) -> None:
    """Ask what the assistant has worded. What comes too late is only recorded, and nothing at all if the candidate
    wants people alone by now."""
    state, draft = turn.state, what.draft
    if state.assistant != "told":
        return
    waits = state.drafting_until_ms and state.question == draft.question
    late = not waits or turn.now > state.drafting_until_ms
    if late and not draft.why:
        draft = replace(draft, text="", why="late")
    turn.record(e.FollowUpDrafted(draft))
    if waits:
        put(turn, draft)


def tick(turn: Turn) -> None:
    """Ask the rules' wording if the assistant's time is over."""
    if 0 < turn.state.drafting_until_ms <= turn.now:
        put(turn)


def put(turn: Turn, draft: Draft | None = None) -> None:
    """Ask the follow-up that was sought: in the words of the draft, or else in those of the rules."""
    sought = turn.state.follow_up
    if sought is None:
        return
    if draft and draft.text:
        asked = e.FollowUpAsked(turn.question.id, draft.text, sought.why, draft.model, draft.prompt)
    else:
        asked = e.FollowUpAsked(turn.question.id, sought.text, sought.why)
    _put(turn, asked)


def _put(turn: Turn, asked: e.FollowUpAsked) -> None:
    turn.record(asked)
    show(turn)


def show(turn: Turn) -> None:
    """Send the open follow-up question."""
    turn.send(Styled.join([line(turn), turn.words.say("follow_up.hint")]), for_question(turn.state, turn.script))


def line(turn: Turn) -> Styled:
    """Return the open follow-up question, marked as generated; empty if there is none, or it is not asked yet."""
    follow_up = turn.state.follow_up
    if follow_up is None or follow_up.until_ms:
        return Styled("")
    return turn.words.say("follow_up.model" if follow_up.model else "follow_up", text=follow_up.text)


def close(turn: Turn, *, passed: bool = False) -> None:
    """End the open follow-up: it was answered, or `passed` over."""
    turn.record(e.FollowUpClosed(turn.question.id, passed, turn.inbound.sequence))
