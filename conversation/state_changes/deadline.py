"""How an extension of the deadline changes the state."""

from msgspec.structs import replace

from conversation import events as e
from conversation.dropout import absence, signals
from conversation.state import State


def extended(state: State, event: e.DeadlineExtended, at_ms: int) -> State:
    """Return the state with the later deadline. A lapsed interview is paused again."""
    if event.by == "recruiter":
        longer = absence.brought(state, "extension", at_ms)
    else:  # the extension is as long as the outage or the pause that it makes up for
        since_ms = at_ms - max(0, event.until_ms - state.deadline_ms)
        longer = (signals.paused if event.as_pause else signals.ours)(state, since_ms)
    later = replace(longer, deadline_ms=event.until_ms, reminded=event.reminded)
    if state.phase != "lapsed":
        return later
    return replace(later, phase="paused", interruption="silence", ended_ms=0).resumed()
