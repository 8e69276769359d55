"""An interview whose answers an assistant reads, with its worker and a model in this process."""

from typing import cast

from msgspec.structs import replace

from bot.assessor.admission import Admission, Card, Endpoint, Figure, keep
from bot.assessor.worker import Reader
from conversation import events as e
from conversation.assessment.prompt import VERSION
from conversation.engine import Engine
from conversation.inbound import Assessment
from conversation.jobs import Assess
from conversation.script import Script, Wording
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.memory.store import MemoryStore
from storage.ports import JobEntry
from tests.fakes.language_model import InProcess, Mind, honest
from tests.fakes.scene import ZONE, Person, Scene
from tests.fakes.scripts import SCRIPT

ENDPOINT = Endpoint("http://127.0.0.1:1/v1", "fake", "")
RUBRIC = {level: Wording(f"第{level}级", f"level {level}") for level in ("1", "3", "5")}
SAID = "I moved the printer next to the packing table, and we save about thirty walks a day."
"""An answer that the scripted honest model knows: it deserves level 3."""


def with_rubric(script: Script) -> Script:
    """Return the script with a rubric for its first question."""
    stage = script.stages[0]
    questions = (replace(stage.questions[0], rubric=RUBRIC), *stage.questions[1:])
    return replace(script, stages=(replace(stage, questions=questions), *script.stages[1:]), version="read-1")


def card(*, passed: bool = True, prompt: str = VERSION) -> Card:
    return Card(1, ENDPOINT.url, ENDPOINT.model, prompt, (Figure("all", 9, 10, "90%", passed),))


class Site:
    """One interview on a memory store. The assistant is `on` in the engine."""

    def __init__(self, mind: Mind = honest, *, on: bool = True) -> None:
        self.scene = Scene(MemoryStore())
        self.on = on
        self.scene.intake = self.intake = Intake(
            self.scene.store,
            Engine(vocabulary(), ZONE, assisted=lambda: self.on),
            Notices(vocabulary(), ZONE, []),
            now=self.scene.clock,
            nonce=self.scene.nonce,
        )
        self.model = InProcess(mind)
        self.admission = Admission(self.scene.kv, ENDPOINT)
        self.reader = Reader(self.scene.store, self.intake, self.model, self.admission, self.scene.clock)
        self.interview = ""
        self.anna: Person = self.scene.person("a")

    async def guided(self) -> None:
        """Anna has opened her invitation and seen the guide."""
        self.interview, token = await self.scene.invited("Anna", with_rubric(SCRIPT))
        await self.anna.opens(token)

    async def completed(self, said: str = SAID) -> None:
        """Anna has answered everything."""
        if not self.interview:
            await self.guided()
        await self.anna.presses("agree")
        await self.anna.says(said)
        await self.anna.presses("submit")
        await self.anna.says("Oslo", "north", "7")

    async def jobs(self) -> list[Assess]:
        return [cast(Assess, each.job) for each in await self.scene.store.jobs.waiting("assess", 10)]

    async def take(self) -> JobEntry:
        entry = await self.scene.store.jobs.take("assess", "worker")
        assert entry is not None, "there is no job"
        return entry

    async def work(self) -> None:
        entry = await self.take()
        await self.reader.work(entry, cast(Assess, entry.job))

    async def found(self) -> list[Assessment]:
        """Return what the record says of the assistant, in order."""
        entries = await self.scene.entries(self.interview)
        return [
            each.assessment for entry in entries for each in entry.events if isinstance(each, e.AnswerAssessed)
        ]

    async def admit(self, given: Card) -> None:
        await keep(self.scene.kv, given)
        await self.admission.look()
