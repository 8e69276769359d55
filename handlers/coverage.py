"""Which parts of an interview have not been assessed."""

from conversation.script import Script
from conversation.state import State


def unassessed(state: State, script: Script, language: str) -> list[str]:
    """Return the titles of the stages that still have unanswered questions."""
    open_ = {step.stage_index for step in script.steps[state.done :]}
    return [stage.title.in_(language) for index, stage in enumerate(script.stages) if index in open_]
