"""Reading one answer: both passes, and what is left of them."""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from bot.assessor.model import MOST_TOKENS, TEMPERATURE, Model, NoOutput
from conversation.assessment import prompt
from conversation.assessment.addressed import addressed, without
from conversation.assessment.answer_text import AnswerText, answer_text
from conversation.assessment.output import Levels, Proposals, read_levels, read_proposals
from conversation.assessment.quotes import quoted
from conversation.assessment.verdict import checked, confirmed, quotes_of
from conversation.inbound import Assessment, Parameters
from conversation.script import Question, Script
from conversation.views.answers import Answer

_Read = TypeVar("_Read", Proposals, Levels)
_MOST_RAW = 20_000
"""Maximum length of an output that is kept, in characters."""


class Subject(NamedTuple):
    """What is read: a question of a script, and the language of the interview."""

    script: Script
    question: Question
    language: str


async def read_answer(model: Model, subject: Subject, answer: Answer) -> Assessment:
    """Have the model read a submitted answer. Returns what it found, or why nothing was assessed. Raises
    StoreUnavailable."""
    reading = _Reading(model, subject)
    text = answer_text(answer)
    if not isinstance(text, AnswerText):
        return reading.result(why=text)
    return await reading.read(text, follow_ups(answer))


def follow_ups(answer: Answer) -> tuple[str, ...]:
    """Return the follow-up questions that were answered, in the rules' wording: no reading rests on words that a
    model has made up."""
    numbers = {part.follow_up for part in answer.parts}
    return tuple(each.fixed for number, each in enumerate(answer.follow_ups, start=1) if number in numbers)


class _Reading:
    """One reading in progress, with the model's outputs so far."""

    def __init__(self, model: Model, subject: Subject) -> None:
        self._model = model
        self._subject = subject
        self._raw: list[str] = []
        self._form = ""

    async def read(self, text: AnswerText, asked: tuple[str, ...]) -> Assessment:
        script, question, language = self._subject
        spans = addressed(text)
        known = {"answer": text.sha256, "addressed": tuple(quoted(each, text) for each in spans)}
        request = prompt.first(script, question, without(text, spans), language, asked)
        proposals = await self._ask(request, read_proposals)
        if isinstance(proposals, NoOutput):
            return self.result(why=proposals.why, **known)
        findings = checked(proposals, prompt.competencies(question), text, spans)
        if quotes := quotes_of(findings):
            request = prompt.second(script, question, quotes, language)
            levels = await self._ask(request, read_levels)
            if isinstance(levels, NoOutput):
                return self.result(why=levels.why, **known)
            findings = confirmed(findings, levels)
        return self.result(findings=findings, **known)

    async def _ask(self, request: prompt.Request, read: Callable[[str], _Read | None]) -> _Read | NoOutput:
        output = await self._model.ask(request, lambda text: read(text) is not None)
        self._raw.append(output.text[:_MOST_RAW])
        if isinstance(output, NoOutput):
            return output
        self._form = output.form
        return read(output.text) or NoOutput("malformed")

    def result(self, **found: Any) -> Assessment:
        """Return what was `found`, by the fields of `Assessment`, with how it was asked."""
        return Assessment(
            self._subject.question.id,
            model=self._model.name,
            prompt=prompt.VERSION,
            rubric=self._subject.script.version,
            parameters=Parameters(self._form, TEMPERATURE, MOST_TOKENS) if self._raw else Parameters(),
            raw=tuple(self._raw),
            **found,
        )
