"""Ratings of an interview's answers.

People who may rate an interview see others' ratings only after finishing their own, or after choosing to look.
"""

from typing import ClassVar, Literal

import msgspec

from conversation.script import Script, Step, Wording
from conversation.views.ratings import AUTOMATIC, Agreement, Ratings, Scores, agreement, given, scores, spread
from handlers.actions.context import Context
from handlers.actions.ratings import rateable
from handlers.interview_views import Reading
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import Role
from handlers.queries.answers import AnswerView, answer_views
from handlers.queries.base import Answer, Query
from handlers.queries.interviews import InterviewView, Member, interview_view, member, reading_of
from handlers.rating_views import NO_ASSESSMENTS


class Mark(msgspec.Struct, frozen=True):
    """A rating of an answer. `score` is from 1 to 5; None means that it cannot be assessed."""

    by: Member
    score: int | None
    note: str


class RatedQuestion(msgspec.Struct, frozen=True):
    """The ratings of one question.

    - `spread`: the largest difference in points; None for fewer than two.
    - `automatic`: the score that its automatic result stands for, which counts only without `marks`; None if there
      is no automatic result.
    """

    number: int
    question: str
    ask: Wording
    marks: tuple[Mark, ...]
    spread: int | None
    automatic: int | None = None


class RatedStage(msgspec.Struct, frozen=True):
    """The score of a stage from those of its questions that were assessed; None if there is none.

    `automatic` of the `assessed` questions count by their automatic result.
    """

    title: Wording
    score: float | None
    assessed: int
    questions: int
    automatic: int = 0


class RaterProgress(msgspec.Struct, frozen=True):
    """How many answers a colleague has rated."""

    by: Member
    given: int


class RaterAgreement(msgspec.Struct, frozen=True):
    """How far raters agree on the `questions` that several scored alone. `difference` is in points."""

    questions: int
    difference: float | None
    verdict: Literal["few", "close", "fair", "apart"]


class RatingTable(msgspec.Struct, frozen=True):
    """Scores, ratings by question, and agreement.

    - `total`: the weighted score; None if nothing was assessed.
    - `assessed`: how many stages have a score.
    - `weight`, `total_weight`: how much of the script's weight the score rests on.
    - `agreement`: None with fewer than two raters.
    - `automatic`: how many questions count by their automatic result, because nobody has rated them.
    """

    total: float | None
    assessed: int
    weight: float
    total_weight: float
    stages: tuple[RatedStage, ...]
    questions: tuple[RatedQuestion, ...]
    raters: tuple[RaterProgress, ...]
    agreement: RaterAgreement | None
    automatic: int = 0


class VisibleRatings(msgspec.Struct, frozen=True):
    """The ratings that the reader may see.

    - `given`: how many of the `answered` questions the reader has rated.
    - `others`: how many other colleagues have rated.
    - `withheld`: why others' ratings are missing from the table: the reader has not finished rating, or other
      people read along (then there is no table at all, and no numbers). Empty if nothing is missing.
    """

    given: int
    answered: int
    others: int
    withheld: Literal["", "unfinished", "public"]
    table: RatingTable | None


def visible_ratings(context: Context, found: Reading) -> VisibleRatings:
    seen = found.ratings
    table = None if seen.withheld == "public" else _table(context, found.script, seen.shown)
    return VisibleRatings(seen.given, seen.answered, seen.others, seen.withheld, table)


def _table(context: Context, script: Script, ratings: Ratings) -> RatingTable:
    result = scores(ratings, script)
    raters = sorted((by, rater) for by, rater in ratings.raters.items() if rater.given)
    questions = (_question(context, ratings, number, step) for number, step in enumerate(script.steps, start=1))
    return RatingTable(
        result.total,
        result.assessed,
        result.weight,
        result.total_weight,
        _stages(script, result),
        tuple(each for each in questions if each.marks or each.automatic is not None),
        tuple(RaterProgress(member(context, by), len(rater.given)) for by, rater in raters),
        _agreement(agreement(ratings, script)) if len(raters) > 1 else None,
        result.automatic,
    )


def _stages(script: Script, result: Scores) -> tuple[RatedStage, ...]:
    return tuple(
        RatedStage(stage.title, each.score, each.assessed, each.questions, each.automatic)
        for stage, each in zip(script.stages, result.stages, strict=True)
    )


def _question(context: Context, ratings: Ratings, number: int, step: Step) -> RatedQuestion:
    question = step.question
    marks = tuple(
        Mark(member(context, by), each.score, each.note) for by, each in given(ratings, question.id).items()
    )
    several = sum(each.score is not None for each in marks) > 1
    apart = spread(ratings, question.id) if several else None
    met = ratings.automatic.get(question.id)
    automatic = None if met is None else AUTOMATIC[met]
    return RatedQuestion(number, question.id, question.ask, marks, apart, automatic)


def _agreement(found: Agreement) -> RaterAgreement:
    return RaterAgreement(found.questions, found.difference, found.verdict)


class RatingResults(Answer, frozen=True):
    interview: InterviewView
    ratings: VisibleRatings


class ShowRatings(Query, frozen=True, tag="show_ratings"):
    """Show an interview's ratings, as far as the reader may see them."""

    interview: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> RatingResults:
        found = await reading_of(context, self.interview)
        return RatingResults(interview_view(context, found.state, found.script), visible_ratings(context, found))


# the sheet of one rater


class SheetRow(msgspec.Struct, frozen=True):
    """One question of the sheet.

    - `stage_complete`: whether all questions of its stage are answered.
    - `rateable`: whether it is answered.
    - `rubric`: what the scores stand for; empty if the script does not say.
    - `own`: the reader's rating; also None if other people read along.
    """

    answer: AnswerView
    stage: Wording
    weight: float
    stage_complete: bool
    rateable: bool
    rubric: dict[str, Wording]
    own: Mark | None


class RatingSheet(Answer, frozen=True):
    """The answers of an interview with the reader's own ratings, and nobody else's."""

    interview: InterviewView
    rows: tuple[SheetRow, ...]


class ShowRatingSheet(Query, frozen=True, tag="show_rating_sheet"):
    """Show the answers to rate and the reader's own ratings. Refused if there is nothing to rate."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> RatingSheet:
        found = await rateable(context, self.interview)
        assessments = found.ratings.assessments if context.private else NO_ASSESSMENTS
        views = answer_views(found.script, found.transcript, found.ratings.shown.automatic, assessments)
        rows = (_row(context, found.ratings.shown, *each) for each in zip(found.script.steps, views, strict=True))
        return RatingSheet(interview_view(context, found.state, found.script), tuple(rows))


def _row(context: Context, ratings: Ratings, step: Step, answer: AnswerView) -> SheetRow:
    me = context.person.id
    own = ratings.of(me).given.get(answer.question) if context.private else None
    return SheetRow(
        answer,
        step.stage.title,
        step.stage.weight,
        all(question.id in ratings.answered for question in step.stage.questions),
        answer.question in ratings.answered,
        dict(sorted(step.question.rubric.items())),
        Mark(member(context, me), own.score, own.note) if own else None,
    )
