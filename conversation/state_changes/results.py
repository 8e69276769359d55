"""How telling the result changes an interview."""

from typing import assert_never

from msgspec.structs import replace

from conversation import events as e
from conversation.state import State
from conversation.state_changes import correspondence
from conversation.state_parts import Release, Told


def evolved(state: State, event: e.ResultReleased | e.ResultTold | e.ResultWithdrawn, at_ms: int) -> State:
    match event:
        case e.ResultReleased():
            release = Release(event.outcome, event.by, event.text, event.due_ms, event.writer, event.unit)
            return replace(state, release=release)
        case e.ResultTold():
            told = replace(state, release=None, told=Told(event.outcome, at_ms))
            return correspondence.written(told if state.support else told.resumed(), at_ms)
        case e.ResultWithdrawn():
            return replace(state, release=None)
        case _:
            assert_never(event)
