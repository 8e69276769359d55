"""Signs of what may make a candidate stop, and how events change them. `attribution` derives causes from them."""

from msgspec.structs import replace

from conversation import events as e
from conversation.state import State
from conversation.state_parts import Signs

RECENT_MS = 15 * 60_000
"""Longest time between the candidate's last message and our failure that may explain the absence (ms)."""
_OURS = frozenset({"failed", "expired", "gone", "no_space"})
"""Reasons for the failure of a voice message that are our own fault."""


def there(now: Signs) -> Signs:
    """Clear the signs of being gone: whoever writes is there, whatever another tab of the page reported."""
    if now.lost_ms or now.hidden_ms or now.closed_ms:
        return replace(now, lost_ms=0, hidden_ms=0, closed_ms=0)
    return now


def anew(before: Signs) -> Signs:
    """Return the signs at a new question, without what was counted at the one before."""
    return Signs(before.lost_ms, before.hidden_ms, before.closed_ms, before.ours_ms, paused_ms=before.paused_ms)


def restarted(state: State) -> State:
    return replace(state, signs=replace(state.signs, restarts=state.signs.restarts + 1))


def unheard(before: State, state: State, event: e.TranscriptFailed | e.AudioLost, at_ms: int) -> State:
    """Update the signs after a voice message failed. `before` and `state` are the states before and after it.

    Our own failures are noted as such; any other counts only if the message belongs to the open answer.
    """
    if event.why in _OURS:
        return ours(state, at_ms)
    if not at_open_question(before, event.voice):
        return state
    return replace(state, signs=replace(state.signs, unheard=state.signs.unheard + 1))


def at_open_question(state: State, voice: int) -> bool:
    """Whether the voice message still awaits its transcript, answers the open question, and was not withdrawn."""
    return any(each.voice == voice and each.index == state.index and each.counts for each in state.awaited)


def ours(state: State, since_ms: int) -> State:
    """Note that something of ours has failed since `since_ms`.

    Ignored if that was long after the candidate's last message, since it is then not why they stopped.
    """
    if since_ms > state.last_ms + RECENT_MS:
        return state
    at_ms = max(since_ms, state.last_ms, state.signs.ours_ms)
    return replace(state, signs=replace(state.signs, ours_ms=at_ms))


def paused(state: State, since_ms: int) -> State:
    """Note that our account has been paused since `since_ms`. Ignored in the same cases as in `ours`."""
    if since_ms > state.last_ms + RECENT_MS:
        return state
    at_ms = max(since_ms, state.last_ms, state.signs.paused_ms)
    return replace(state, signs=replace(state.signs, paused_ms=at_ms))


def noticed(state: State, event: e.Noticed, at_ms: int) -> State:
    now = state.signs
    match event.kind:
        case "lost":
            now = replace(now, lost_ms=now.lost_ms or at_ms, losses=now.losses + 1)
        case "connected":
            now = replace(now, lost_ms=0, closed_ms=0)
        case "hidden":
            now = replace(now, hidden_ms=now.hidden_ms or at_ms)
        case "shown":
            now = replace(now, hidden_ms=0)
        case "closed":
            now = replace(now, closed_ms=now.closed_ms or at_ms, lost_ms=0)
    return replace(state, noticed=state.noticed + 1, signs=now)
