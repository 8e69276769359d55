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


def asked_for_help(state: State, at_ms: int, staffed_ms: int) -> State:
    """Return the state after the candidate wrote to people. `staffed_ms` is as in `Support`."""
    support = state.support
    if support is None:  # an answer to a colleague, or a record from before support conversations existed
        return answered(state) if state.colleague else state.resumed()
    waits_ms = support.waits_ms or at_ms
    waiting = replace(support, told=True, seen_ms=at_ms, waits_ms=waits_ms, staffed_ms=staffed_ms)
    return replace(state, support=waiting)


def awaits_answer(state: State, now: int) -> bool:
    """Return whether plain words answer a colleague: they wrote since the interview ended, and lately, and nothing
    else was asked for."""
    letter = state.colleague
    if letter is None or state.phase not in _OVER or state.answering or state.support:
        return False
    asked = state.prompt.writing or isinstance(state.prompt, DeletionPrompt | DetailPrompt)
    return state.ended_ms <= letter.at_ms and now <= letter.at_ms + ANSWERED_MS and not asked
