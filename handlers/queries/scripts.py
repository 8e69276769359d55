"""The scripts that campaigns use."""

from typing import ClassVar

import msgspec

from conversation.script import Stage, Wording
from handlers.actions.campaigns import script_named
from handlers.actions.context import Context
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query


class QuestionOutline(msgspec.Struct, frozen=True):
    question: str
    ask: Wording


class StageOutline(msgspec.Struct, frozen=True):
    title: Wording
    weight: float
    questions: tuple[QuestionOutline, ...]


class ScriptOutline(Answer, frozen=True):
    """A script. `minutes` is how long an interview takes; `variants` are those of its experiment, if any."""

    script: str
    version: str
    title: Wording
    stages: tuple[StageOutline, ...]
    minutes: float
    experiment: str
    variants: tuple[str, ...]


class ShowScript(Query, frozen=True, tag="show_script"):
    """Show a script's stages and questions. `script` is a version or a name."""

    script: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> ScriptOutline:
        script = await script_named(context, self.script)
        return ScriptOutline(
            script.id,
            script.version,
            script.title,
            tuple(_stage(each) for each in script.stages),
            script.minutes_left[0],
            script.experiment,
            tuple(each.id for each in script.variants),
        )


def _stage(stage: Stage) -> StageOutline:
    questions = tuple(QuestionOutline(each.id, each.ask) for each in stage.questions)
    return StageOutline(stage.title, stage.weight, questions)
