"""What a candidate said, question by question, as values."""

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from conversation.inbound import Assessment, Segment
from conversation.script import Question, Script, Wording
from conversation.views.answers import Answer as Said
from conversation.views.answers import SaidPart, SentFile, Spoken, Transcript
from conversation.views.sentences import sentences
from handlers.actions.context import Context
from handlers.actions.targets import interview_of
from handlers.assessments import AssessmentView, assessment_view
from handlers.automatic import AutomaticResult, automatic_result
from handlers.interview_views import read_interview
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.rating_views import NO_ASSESSMENTS


class VoiceMessage(msgspec.Struct, frozen=True):
    """A voice message.

    - `sha256`: names the recording in the archive; empty if it is not there.
    - `status`: the state of its transcript; `why` says why there is none.
    - `machine`: the speech model's text, with its `confidence` from 0 to 1 and its `segments`.
    """

    duration_ms: int
    sha256: str
    status: str
    machine: str
    confidence: float
    segments: tuple[Segment, ...]
    why: str


class AnswerFile(msgspec.Struct, frozen=True):
    """A file. `sha256` is empty if it is not in the archive; `why` says why it could not be fetched."""

    name: str
    sha256: str
    media_type: str
    size: int
    why: str


class AnswerPart(msgspec.Struct, frozen=True):
    """One message of an answer.

    - `text`: what was said, or the text beside a file.
    - `option`: the label of the option that was chosen.
    - `revision`: the text after an edit that came too late to count.
    - `asked`: the generated follow-up question that was asked before it; empty: none. `asked_by`: the language
      model that worded it; empty: written rules did.
    """

    at_ms: int
    text: str
    option: Wording | None
    revision: str
    voice: VoiceMessage | None
    file: AnswerFile | None
    asked: str = ""
    asked_by: str = ""


class AnswerView(msgspec.Struct, frozen=True):
    """A question, by its number from 1, and its answer. `status` is submitted, open or none.

    - `automatic`: whether the submitted answer is the expected one; None if no answer is expected.
    - `assessment`: what the assistant found, if the reader has rated the answer; None: nothing to see.
    """

    number: int
    question: str
    ask: Wording
    status: str
    parts: tuple[AnswerPart, ...]
    automatic: AutomaticResult | None = None
    assessment: AssessmentView | None = None


def answer_views(
    script: Script,
    transcript: Transcript,
    results: Mapping[str, bool],
    assessments: Mapping[str, Assessment] = NO_ASSESSMENTS,
) -> tuple[AnswerView, ...]:
    """Return all questions of the script in order, with their answers, automatic `results`, and what the assistant
    found, as far as the reader may see it."""
    found = {question: assessment_view(script, each) for question, each in assessments.items()}
    answers = {answer.question: answer for answer in transcript.answers}
    return tuple(
        _answer(number, step.question, answers[step.question.id], results, found.get(step.question.id))
        for number, step in enumerate(script.steps, start=1)
    )


def _answer(
    number: int, question: Question, said: Said, results: Mapping[str, bool], assessment: AssessmentView | None
) -> AnswerView:
    parts = tuple(_part(question, each) for each in said.parts)
    automatic = automatic_result(question, results)
    return AnswerView(number, question.id, question.ask, said.status, parts, automatic, assessment)


def _part(question: Question, part: SaidPart) -> AnswerPart:
    return AnswerPart(
        part.at_ms,
        part.text,
        next((option.label for option in question.options if option.id == part.value), None),
        part.revision,
        _voice(part.spoken) if part.spoken else None,
        _file(part.file) if part.file else None,
        part.asked,
        part.asked_by,
    )


def _voice(spoken: Spoken) -> VoiceMessage:
    return VoiceMessage(
        spoken.duration_ms,
        spoken.sha256,
        spoken.status,
        spoken.machine,
        spoken.confidence,
        spoken.segments,
        spoken.why,
    )


def _file(file: SentFile) -> AnswerFile:
    return AnswerFile(file.name, file.sha256, file.media_type, file.size, file.why)


class QuotableSentence(msgspec.Struct, frozen=True):
    """A sentence by its number from 1, and the number of the question that it answers."""

    number: int
    question: int
    text: str


class Sentences(Answer, frozen=True):
    """What can be quoted to a candidate from their own answers, in order."""

    interview: str
    sentences: tuple[QuotableSentence, ...]


class ListSentences(Query, frozen=True, tag="list_sentences"):
    """List the sentences of a candidate's answers that a message to them can quote."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> Sentences:
        state = await interview_of(context, self.interview, self.roles)
        script = await context.tools.intake.script(state.script)
        reading = await read_interview(context.tools.store, state, script, context.viewer)
        numbers = {step.question.id: number for number, step in enumerate(script.steps, start=1)}
        found = sentences(reading.transcript)
        return Sentences(
            state.interview,
            tuple(QuotableSentence(each.number, numbers[each.question], each.text) for each in found),
        )
