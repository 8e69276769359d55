"""What colleagues wrote to the candidate, and whether the candidate's next words answer it."""

from msgspec.structs import replace

from conversation.prompt import DeletionPrompt, DetailPrompt
from conversation.state import State
from conversation.state_parts import ColleagueMessage

ANSWERED_MS = 14 * 86_400_000
"""How long after a colleague's message what the candidate writes counts as an answer to it, in milliseconds."""
_OVER = frozenset({"completed", "exited", "lapsed"})


def written(state: State, at_ms: int) -> State:
    """Note that a colleague wrote, if the interview is over: before, what the candidate says belongs to it.

    A support conversation of somebody who left leads back to the open question, and so do their next words.
    """
    leads_back = state.phase == "exited" and state.support is not None
    return replace(state, colleague=ColleagueMessage(at_ms)) if state.phase in _OVER and not leads_back else state


def answered(state: State) -> State:
    letter = state.colleague
    return replace(state, colleague=replace(letter, answered=True)) if letter else state


def awaits_answer(state: State, now: int) -> bool:
    """Return whether plain words answer a colleague: they wrote since the interview ended, and lately, and nothing
    else was asked for."""
    letter = state.colleague
    if letter is None or state.phase not in _OVER or state.answering or state.support:
        return False
    asked = state.prompt.writing or isinstance(state.prompt, DeletionPrompt | DetailPrompt)
    return state.ended_ms <= letter.at_ms and now <= letter.at_ms + ANSWERED_MS and not asked
