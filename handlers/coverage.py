"""Progress by stage, and which stages have not been assessed."""

import msgspec

from conversation.script import Script, Wording
from conversation.state import State


class StageProgress(msgspec.Struct, frozen=True):
    """A stage, and whether each of its questions is answered."""

    title: Wording
    answered: tuple[bool, ...]


def stage_progress(state: State, script: Script) -> tuple[StageProgress, ...]:
    answered = [(step.stage_index, state.answered(number)) for number, step in enumerate(script.steps)]
    return tuple(
        StageProgress(stage.title, tuple(mark for at, mark in answered if at == index))
        for index, stage in enumerate(script.stages)
    )


def unassessed(state: State, script: Script) -> tuple[Wording, ...]:
    """Return the titles of the stages that still have unanswered questions."""
    open_ = {step.stage_index for step in script.steps[state.done :]}
    return tuple(stage.title for index, stage in enumerate(script.stages) if index in open_)
