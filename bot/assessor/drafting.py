"""The worker that has follow-up questions worded: in time, or not at all."""

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from bot.assessor.admission import Admission
from bot.assessor.model import MOST_TOKENS, TEMPERATURE, Model, NoOutput
from conversation.assessment.addressed import addressed, without
from conversation.assessment.answer_text import AnswerText, answer_text
from conversation.follow_up.fit import fault
from conversation.follow_up.prompt import VERSION, read, request
from conversation.inbound import Draft, DraftMade, Inbound, Parameters
from conversation.jobs import DraftFollowUp
from conversation.record.audit import unseal
from conversation.script import Question
from conversation.views.answers import Answer
from conversation.views.answers import read as read_answers
from handlers.intake.receive import Intake
from storage.ports import JobEntry, Queue, Store

SPARED_MS = 300
"""How long before the interview goes on the model is given up, in milliseconds: the report takes a moment."""
_MOST_RAW = 2_000
"""Maximum length of an output that is kept, in characters."""


class Wanted(NamedTuple):
    """The follow-up that is to be worded in this language: what the rules would ask (`fixed`) after an
    answer to the question."""

    question: Question
    fixed: str
    language: str


async def draft(model: Model, wanted: Wanted, answer: Answer, time_s: float) -> Draft:
    """Have the model word the follow-up in `time_s` seconds. Returns the wording, or why it is not asked. Raises
    StoreUnavailable."""
    question, about, language = wanted
    text = answer_text(answer)
    if not isinstance(text, AnswerText):
        return _draft(model, question, why=text)
    messages = without(text, addressed(text))
    ask = question.ask.in_(language).strip()
    if time_s <= 0:
        return _draft(model, question, why="slow")
    try:
        async with asyncio.timeout(time_s):
            output = await model.ask(request(ask, about, messages, language), lambda raw: read(raw) is not None)
    except TimeoutError:
        return _draft(model, question, why="slow")
    raw = output.text[:_MOST_RAW]
    if isinstance(output, NoOutput):
        return _draft(model, question, why=output.why, raw=raw)
    worded = read(output.text) or ""
    why = fault(worded, language, ask, messages)
    return _draft(model, question, "" if why else worded, why or "", raw, output.form)


def _draft(
    model: Model, question: Question, text: str = "", why: str = "", raw: str = "", form: str = ""
) -> Draft:
    parameters = Parameters(form, TEMPERATURE, MOST_TOKENS) if raw else Parameters()
    return Draft(question.id, text, why, model.name, VERSION, parameters, raw)


class Drafter:
    """Carries out the jobs of wording follow-ups. They wait for no reading of answers."""

    queue: Queue = "drafts"
    at_once = 4

    def __init__(
        self, store: Store, intake: Intake, model: Model, admission: Admission, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._intake = intake
        self._model = model
        self._admission = admission
        self._now = now

    async def problem(self) -> str | None:
        return None if self._admission.admitted else "the model has not passed: run xumian assessor check"

    async def close(self) -> None:
        return  # the model is the reader's

    def failed(self, job: DraftFollowUp) -> Inbound:
        return _report(job, Draft(job.question, why="failed", model=self._model.name, prompt=VERSION))

    async def work(self, entry: JobEntry, job: DraftFollowUp) -> None:
        """Carry out one job. Raises StoreUnavailable if it has to be done again."""
        record = await self._intake.record(job.interview)
        if record is not None and record.state.drafting_until_ms == job.until_ms:
            script = await self._intake.script(record.state.script)
            question = next(step.question for step in script.steps if step.question.id == job.question)
            entries = [unseal(each)[1] for each in await self._store.interviews.entries(job.interview)]
            answer = next(each for each in read_answers(entries, script).answers if each.question == job.question)
            wanted = Wanted(question, job.fixed, record.state.language)
            time_s = (job.until_ms - SPARED_MS - self._now()) / 1000
            made = await draft(self._model, wanted, answer, time_s)
            await self._intake.apply(job.interview, _report(job, made))
        await self._store.jobs.done(entry)


def _report(job: DraftFollowUp, made: Draft) -> Inbound:
    """Return the report. Its id names the job, so that it is recorded once even if the job is done twice."""
    return Inbound(f"draft:{job.question}:{job.received_ms}", DraftMade(made))
