"""An interview in which an assistant words follow-up questions, with its worker and a model in this process."""

import json
from typing import Any, cast

from msgspec.structs import replace

from bot.assessor.drafting import Drafter
from conversation import events as e
from conversation.inbound import Draft
from conversation.jobs import DraftFollowUp
from conversation.record.audit import unseal
from conversation.script import FollowUp, Script, Wording
from conversation.views.answers import Answer, read
from storage.ports import JobEntry
from tests.bot.assessor.reading import RUBRIC, Site
from tests.fakes.language_model import Mind
from tests.fakes.scripts import SCRIPT

SAID = {"en": "I sold tea at the market.", "zh": "我在市场卖茶叶。"}
WORDED = {"en": "How did you come to sell tea at the market?", "zh": "您当时是怎么开始卖茶叶的？"}
FIXED = {"en": "Could you say a little more?", "zh": "能再多说一点吗？"}


def followed(**changes: Any) -> Script:
    """Return the script whose first question is followed up when its answer is short."""
    stage = SCRIPT.stages[0]
    ask = Wording("您做过什么工作？", "What work have you done?")
    given = {"ask": ask, "follow_up": FollowUp(("short",)), "rubric": RUBRIC} | changes
    questions = (replace(stage.questions[0], **given), *stage.questions[1:])
    return replace(SCRIPT, stages=(replace(stage, questions=questions), *SCRIPT.stages[1:]), version="drafted-1")


def wording(text: str) -> Mind:
    """Return a model that always words it so."""
    return lambda _: json.dumps({"question": text}, ensure_ascii=False)


class Drafting(Site):
    """Anna's interview in one language. The model words follow-ups as `mind` does; by default well."""

    def __init__(self, mind: Mind | None = None, language: str = "en", *, on: bool = True) -> None:
        super().__init__(mind or wording(WORDED[language]), on=on)
        self.language = self.anna.language = language
        self.drafter = Drafter(self.scene.store, self.intake, self.model, self.admission, self.scene.clock)

    async def asked(self, script: Script | None = None) -> None:
        """Anna has handed in a short answer, and a wording is sought."""
        self.interview, token = await self.scene.invited("Anna", script or followed())
        await self.anna.opens(token)
        await self.anna.presses("agree")
        await self.anna.says(SAID[self.language])
        await self.anna.hears()
        await self.anna.presses("submit")

    async def drafts(self) -> list[DraftFollowUp]:
        return [cast(DraftFollowUp, each.job) for each in await self.scene.store.jobs.waiting("drafts", 10)]

    async def take_draft(self) -> JobEntry:
        entry = await self.scene.store.jobs.take("drafts", "worker")
        assert entry is not None, "there is no job"
        return entry

    async def word(self) -> None:
        """The worker does the job that waits."""
        entry = await self.take_draft()
        await self.drafter.work(entry, cast(DraftFollowUp, entry.job))

    async def passes(self, ms: int) -> None:
        """So much time passes, and the timers look."""
        self.scene.clock.forward(ms)
        await self.scene.tick(self.interview, self.intake)

    async def drafted(self) -> list[Draft]:
        """Return what the record says of the model's wordings, in order."""
        entries = await self.scene.entries(self.interview)
        return [each.draft for entry in entries for each in entry.events if isinstance(each, e.FollowUpDrafted)]

    async def answer(self) -> Answer:
        entries = [unseal(each)[1] for each in await self.scene.store.interviews.entries(self.interview)]
        script = await self.intake.script((await self.scene.state(self.interview)).script)
        return read(entries, script).answers[0]

    async def parts(self) -> list[tuple[str, int, str]]:
        return [(part.text, part.follow_up, part.asked) for part in (await self.answer()).parts]
