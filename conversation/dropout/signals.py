"""Signs of what may make a candidate stop: what each event adds to them. What they mean is in `causes`."""

from msgspec.structs import replace

from conversation import events as e
from conversation.state import Signs, State

RECENT_MS = 15 * 60_000
"""What of ours failed so shortly before the candidate's last word, or after it, may be why they stopped."""
MOST_NOTICED = 200
"""How many telemetry events of an interview are recorded, so that a flickering page does not fill the record."""
_OURS = frozenset({"failed", "expired", "gone"})
"""Why a voice message came to nothing, where that is our own fault."""


def there(now: Signs) -> Signs:
    """Whoever says something has a connection and looks at the page, whatever another tab has shown."""
    if now.lost_ms or now.hidden_ms or now.closed_ms:
        return replace(now, lost_ms=0, hidden_ms=0, closed_ms=0)
    return now


def anew(before: Signs) -> Signs:
    """At a new question: what happened at the one before is over."""
    return Signs(before.lost_ms, before.hidden_ms, before.closed_ms, before.ours_ms)


def restarted(state: State) -> State:
    return replace(state, signs=replace(state.signs, restarts=state.signs.restarts + 1))


def unheard(before: State, state: State, event: e.TranscriptFailed | e.AudioLost, at_ms: int) -> State:
    """A voice message came to nothing: `state` after it, `before` it. Only one of the open answer tells of
    that."""
    if event.why in _OURS:
        return ours(state, at_ms)
    if not at_open_question(before, event.voice):
        return state
    return replace(state, signs=replace(state.signs, unheard=state.signs.unheard + 1))


def at_open_question(state: State, voice: int) -> bool:
    """Whether the voice message, which is awaited, was said to the open question, and counts."""
    return any(each.voice == voice and each.index == state.index and each.counts for each in state.awaited)


def ours(state: State, since_ms: int) -> State:
    """Something of ours has failed since then. Long after the candidate's last word, that is not why they
    stopped."""
    if since_ms > state.last_ms + RECENT_MS:
        return state
    at_ms = max(since_ms, state.last_ms)
    return replace(state, signs=replace(state.signs, ours_ms=max(at_ms, state.signs.ours_ms)))


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
