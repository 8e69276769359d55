"""How much of an interview is assessed."""

from conversation.script import Script
from conversation.state import State


def unassessed(state: State, script: Script, language: str) -> list[str]:
    """The titles of the stages of which not every question is answered."""
    open_ = {step.stage_index for step in script.steps[state.done :]}
    return [stage.title.in_(language) for index, stage in enumerate(script.stages) if index in open_]
