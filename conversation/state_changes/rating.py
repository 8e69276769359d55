"""Who has rated which answers. The ratings themselves are in the record only."""

from msgspec.structs import replace

from conversation import events as e
from conversation.state import State
from conversation.state_parts import RatedBy


def rated(state: State, event: e.Rated) -> State:
    before = next((each for each in state.rated if each.by == event.by), RatedBy(event.by))
    if event.question in before.questions:
        return state
    now = RatedBy(event.by, (*before.questions, event.question))
    return replace(state, rated=(*(each for each in state.rated if each.by != event.by), now))
