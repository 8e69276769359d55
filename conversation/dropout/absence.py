"""How events of leaving, returning and being won back change the state."""

from msgspec.structs import replace

from conversation import events as e
from conversation.prompt import ReturnPrompt, SupportPrompt, ValuePrompt
from conversation.state import Phase, State
from conversation.state_parts import Part


def left(state: State, phase: Phase, kind: str, at_ms: int, sequence: int = 0) -> State:
    again = bool(state.interruption)
    at_question = state.phase == "running" and not state.reviewing and state.detour is None
    away = replace(
        helped(state, at_ms),
        phase=phase,
        interruption=kind,
        brought=state.brought if again else "",
        away_ms=state.away_ms if again else at_ms,
        away_sequence=state.away_sequence if again else sequence,
        interruptions=state.interruptions + (0 if again else 1),
        cause=state.cause if again else "",
        reason=state.reason if again else "",
        group=state.group if again else "",
        lost_at=max(state.lost_at, state.index) if at_question else state.lost_at,
        unsolved=state.unsolved if kind == "silence" else "",  # the question is still on the screen
        report="stalled" if phase == "paused" else state.report,
    )
    return away if kind == "silence" else away.resumed()  # a silence leaves the screen unchanged


def returned(state: State, event: e.Returned) -> State:
    said = Part(event.message, "text", event.said) if event.said else state.said
    back = replace(
        state,
        phase="running" if state.started_ms else "guided",
        interruption="",
        brought="",
        brought_ms=0,
        cause="",
        unsolved=event.solved,
        away_ms=0,
        away_sequence=0,
        postponed_ms=0,
        ended_ms=0,
        report="",
        said=said,
        said_at=len(state.parts) if event.said else state.said_at,
    )
    if isinstance(state.prompt, ValuePrompt) and state.said:  # they are asked again whether the value is right
        return replace(back, said=state.said, said_at=state.said_at)
    in_review = state.reviewing and not state.detour
    shows_more = bool(state.started_ms and (said or state.parts)) and not in_review
    return back.asked(ReturnPrompt()) if shows_more else back.resumed()


def brought(state: State, by: str, at_ms: int) -> State:
    """Note what was done last to win back a candidate who is away: `by` is a value of `State.brought`."""
    return replace(state, brought=by, brought_ms=at_ms) if state.away else state


def helped(state: State, at_ms: int) -> State:
    """End a support conversation: add its time to the deadline, and measure silence from now."""
    if state.support is None:
        return state
    lasted = at_ms - state.support.since_ms
    over = replace(
        state,
        support=None,
        deadline_ms=state.deadline_ms + lasted if state.deadline_ms else 0,
        last_ms=max(state.last_ms, at_ms),
    )
    return over.resumed() if isinstance(state.prompt, SupportPrompt) else over
