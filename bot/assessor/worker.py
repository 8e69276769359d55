"""The assistant's worker: reads answers, and reports what it found to the interview exactly once."""

from collections.abc import Callable

from msgspec.structs import replace

from bot.assessor.admission import Admission
from bot.assessor.drafting import Drafter
from bot.assessor.model import PASSING, Model
from bot.assessor.reading import Subject, read_answer
from bot.logs import log
from bot.runtime.job_worker import JobWorker
from conversation.assessment.answer_text import AnswerText, answer_text
from conversation.assessment.prompt import VERSION
from conversation.inbound import Assessment, AssessmentMade, Inbound
from conversation.jobs import Assess
from conversation.record.audit import unseal
from conversation.views.answers import Answer, read
from conversation.views.assessments import last_assessments
from handlers.intake.receive import Intake
from storage.ports import JobEntry, Queue, Store

MOST_ATTEMPTS = 4
"""How often an answer is tried while the endpoint does not answer."""
PAUSE_S = 60
"""The pause before the second attempt, in seconds. It doubles with each one."""
LOOK_AGAIN_S = 300
"""How often it is seen whether a transcript has arrived, in seconds."""
PATIENCE_MS = 24 * 3600_000
"""How long an answer waits for its transcripts, in milliseconds."""


class Reader:
    """Carries out the jobs of reading answers, two at a time."""

    queue: Queue = "assess"
    at_once = 2

    def __init__(
        self, store: Store, intake: Intake, model: Model, admission: Admission, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._intake = intake
        self._model = model
        self._admission = admission
        self._now = now

    async def problem(self) -> str | None:
        if self._admission.admitted:
            return None
        return "the model has not passed: run xumian assessor check"

    async def close(self) -> None:
        await self._model.close()

    def failed(self, job: Assess) -> Inbound:
        return _report(job, Assessment(job.question, why="failed", model=self._model.name, prompt=VERSION))

    async def work(self, entry: JobEntry, job: Assess) -> None:
        """Carry out one job. Raises StoreUnavailable if it has to be done again."""
        record = await self._intake.record(job.interview)
        if record is None or record.state.assistant != "told":
            await self._store.jobs.done(entry)
            return
        script = await self._intake.script(record.state.script)
        question = next(step.question for step in script.steps if step.question.id == job.question)
        entries = [unseal(each)[1] for each in await self._store.interviews.entries(job.interview)]
        answer = next(each for each in read(entries, script).answers if each.question == job.question)
        known = last_assessments(entries).get(job.question)
        if answer.status != "submitted" or (known and self._is_of(known, answer)):
            await self._store.jobs.done(entry)
            return
        if answer_text(answer) == "pending" and self._now() < job.received_ms + PATIENCE_MS:
            await self._again(entry, job, LOOK_AGAIN_S)
            return
        found = await read_answer(self._model, Subject(script, question, record.state.language), answer)
        if found.why in PASSING and job.attempts + 1 < MOST_ATTEMPTS:
            log.warning("assessor_tries_again", interview=job.interview, question=job.question, why=found.why)
            await self._again(entry, replace(job, attempts=job.attempts + 1), PAUSE_S * 2**job.attempts)
            return
        await self._intake.apply(job.interview, _report(job, found))
        await self._store.jobs.done(entry)

    def _is_of(self, known: Assessment, answer: Answer) -> bool:
        """Return whether this model has read this text with this prompt."""
        text = answer_text(answer)
        same = (known.model, known.prompt) == (self._model.name, VERSION)
        return same and isinstance(text, AnswerText) and known.answer == text.sha256 and not known.why

    async def _again(self, entry: JobEntry, job: Assess, pause_s: float) -> None:
        await self._store.jobs.later(entry, job, self._now() + round(pause_s * 1000))


def _report(job: Assess, found: Assessment) -> Inbound:
    """Return the report. Its id names the job, so that it is recorded once even if the job is done twice."""
    return Inbound(f"assessment:{job.question}:{job.received_ms}", AssessmentMade(found))


def assessor_worker(
    store: Store,
    intake: Intake,
    model: Model,
    admission: Admission,
    now: Callable[[], int],
    owner: str,
    kind: type[JobWorker] = JobWorker,
) -> JobWorker:
    """`owner` names this process."""
    reader = Reader(store, intake, model, admission, now)
    drafter = Drafter(store, intake, model, admission, now)
    return kind(store, intake, [reader, drafter], admission.look, now, owner)
