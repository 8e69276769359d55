"""Whether the assistant may read a candidate's answers."""

from msgspec.structs import replace

from conversation import events as e
from conversation.state import State


def guided(state: State, event: e.Guided) -> State:
    """Return the state after the guide, which may have said that an assistant reads, and that it words follow-up
    questions."""
    told = event.assistant and not state.assistant
    assistant = "told" if told else state.assistant
    return replace(state, phase="guided", assistant=assistant, words=state.words or event.words).resumed()


def people_only(state: State) -> State:
    return replace(state, assistant="people")
