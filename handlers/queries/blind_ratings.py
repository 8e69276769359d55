"""A campaign's answers to one question, one by one, for raters who are not to know whose they are."""

from typing import ClassVar

import msgspec

from conversation.script import Question, Script, Wording
from conversation.views.answers import Transcript
from conversation.views.ratings import Rating
from handlers.actions.blind_ratings import Place, privately, queues_of
from handlers.actions.context import Context, Refused
from handlers.actions.ratings import rateable
from handlers.actions.targets import campaign_of
from handlers.masking import introduced, masked
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role
from handlers.queries.answers import AnswerPart, answer_views
from handlers.queries.base import Answer, Query


class BlindQuestion(msgspec.Struct, frozen=True):
    """A question, by its number from 1: how many answers wait for the reader, and how many they have rated."""

    number: int
    question: str
    ask: Wording
    waiting: int
    rated: int


class BlindQuestions(Answer, frozen=True):
    """The questions of a campaign. `complete` is False if there are more interviews than one query reads."""

    campaign: str
    title: Wording
    questions: tuple[BlindQuestion, ...]
    complete: bool


class ShowBlindQuestions(Query, frozen=True, tag="show_blind_questions"):
    """Show how many answers to each question of a campaign the reader can rate blind."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> BlindQuestions:
        privately(context)
        campaign = await campaign_of(context, self.campaign, self.roles)
        script = await context.tools.intake.script(campaign.script)
        queues = await queues_of(context, campaign, [step.question.id for step in script.steps])
        questions = tuple(
            _counted(number, step.question, queues.of[step.question.id])
            for number, step in enumerate(script.steps, start=1)
        )
        return BlindQuestions(campaign.id, script.title, questions, queues.complete)


def _counted(number: int, question: Question, queue: list[Place]) -> BlindQuestion:
    waiting = sum(each.waits for each in queue)
    return BlindQuestion(number, question.id, question.ask, waiting, len(queue) - waiting)


class BlindPart(msgspec.Struct, frozen=True):
    """One message of an answer, without its time and with the candidate's name masked.

    - `text`: what was written, or the transcript of what was said; `revision`: as in `AnswerPart`.
    - `option`: the label of the option that was chosen.
    - `transcript`: the state of the transcript, as in `VoiceMessage`; empty: it was written. There is no sound.
    - `file`: whether a picture or document was sent, which is not shown.
    - `asked`, `asked_by`: as in `AnswerPart`.
    """

    text: str
    option: Wording | None
    revision: str
    transcript: str
    file: bool
    asked: str = ""
    asked_by: str = ""


class OwnRating(msgspec.Struct, frozen=True):
    """The reader's rating. `score` None means that the answer cannot be assessed."""

    score: int | None
    note: str


class BlindAnswer(msgspec.Struct, frozen=True):
    """An answer in the reader's queue.

    - `item`: its name in that queue, which says nothing about the candidate.
    - `position`: its place, from 1 to the queue's `total`.
    - `ask`, `rubric`, `anchors`: the question as the candidate was asked, what its scores stand for, and sample
      answers by the score that they deserve.
    - `previous`: the item to go back to, which is `after` or else the one before it; empty: there is none.
    """

    item: str
    position: int
    total: int
    ask: Wording
    rubric: dict[str, Wording]
    anchors: dict[str, Wording]
    parts: tuple[BlindPart, ...]
    own: OwnRating | None
    previous: str


class BlindQueue(Answer, frozen=True):
    """The reader's queue of answers to one question, by its number from 1. `answer` is None if nothing waits."""

    campaign: str
    number: int
    question: str
    waiting: int
    rated: int
    answer: BlindAnswer | None


class ShowBlindAnswer(Query, frozen=True, omit_defaults=True, tag="show_blind_answer"):
    """Show one answer of the reader's queue for a question (its id).

    It is the one named by `item`, or else the first that waits after `after`, or the first of all that wait.
    Refused if `item` is in the queue no more.
    """

    campaign: str
    question: str
    item: str = ""
    after: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> BlindQueue:
        privately(context)
        campaign = await campaign_of(context, self.campaign, self.roles)
        script = await context.tools.intake.script(campaign.script)
        number = _number(script, self.question)
        queue = (await queues_of(context, campaign, (self.question,))).of[self.question]
        waiting = sum(each.waits for each in queue)
        at = self._at(queue)
        if at is None and self.item:
            raise Refused("blind.gone", campaign=campaign.id, question=self.question)
        answer = None if at is None else await _answer(context, self.question, queue, at, self.after)
        return BlindQueue(campaign.id, number, self.question, waiting, len(queue) - waiting, answer)

    def _at(self, queue: list[Place]) -> int | None:
        """Return the index of the answer to show."""
        if self.item:
            return next((at for at, each in enumerate(queue) if each.item == self.item), None)
        waiting = [at for at, each in enumerate(queue) if each.waits]
        later = [at for at in waiting if queue[at].item > self.after]
        return next(iter(later or waiting), None)


def _number(script: Script, question: str) -> int:
    for number, step in enumerate(script.steps, start=1):
        if step.question.id == question:
            return number
    raise Refused("rate.no_question", total=len(script.steps))


async def _answer(context: Context, question: str, queue: list[Place], at: int, after: str) -> BlindAnswer:
    found = await rateable(context, queue[at].interview)
    step = next(step for step in found.script.steps if step.question.id == question)
    name, nicknames = found.state.name, _nicknames(found.transcript)
    view = next(each for each in answer_views(found.script, found.transcript, {}) if each.question == question)
    return BlindAnswer(
        queue[at].item,
        at + 1,
        len(queue),
        step.question.ask,
        dict(sorted(step.question.rubric.items())),
        dict(sorted(step.question.anchors.items())),
        tuple(_part(each, name, nicknames) for each in view.parts),
        _own(found.ratings.shown.of(context.person.id).given.get(question)),
        after or (queue[at - 1].item if at else ""),
    )


def _nicknames(transcript: Transcript) -> tuple[str, ...]:
    """Return the other names that are known of the candidate: the platform's, and what they call themselves in any
    of their answers."""
    parts = (part for answer in transcript.answers for part in (*answer.parts, *answer.dropped))
    texts = (text for part in parts for text in (part.text, part.revision))
    return (*transcript.names, *(name for text in texts for name in introduced(text)))


def _part(part: AnswerPart, name: str, nicknames: tuple[str, ...]) -> BlindPart:
    text, revision = (masked(each, name, nicknames) for each in (part.text, part.revision))
    transcript = part.voice.status if part.voice else ""
    return BlindPart(text, part.option, revision, transcript, part.file is not None, part.asked, part.asked_by)


def _own(rating: Rating | None) -> OwnRating | None:
    return OwnRating(rating.score, rating.note) if rating else None
