"""Ratings, read back from the record: who gave what, what it comes to, and how far the raters agree.

A stage that was not answered to its end is not assessed, as in the report: its answers may be rated, and count
as soon as the stage is complete. Of the other stages, each question has the same share of the stage's weight, and
only what was assessed counts; what nobody could assess is left out of the scores, and is no zero in them.

Agreement is told as the raters' mean absolute difference, in points. Weighted kappa and its kin correct for chance
by the spread of the scores: over one candidate's handful of questions that spread is mostly chance itself (two
raters who both give 4 everywhere have no kappa at all).
"""

from collections.abc import Iterable
from itertools import combinations
from typing import Literal, NamedTuple

import msgspec

from conversation import events as e
from conversation.script import Script, Stage

SCORES = (1, 2, 3, 4, 5)
LEAST_QUESTIONS = 3
"""With fewer questions that two have rated, nothing is said of their agreement."""
CLOSE, FAIR = 0.5, 1.0
"""The largest mean difference of raters who agree well, and of those who agree on the whole, in points."""


class Rating(msgspec.Struct, frozen=True):
    """What one colleague gave for one answer; `score` None: it cannot be assessed."""

    score: int | None
    at_ms: int
    note: str = ""


class Rater(msgspec.Struct):
    """One colleague. `given` is their last rating of each question; `alone` are the scores that they gave before
    they could see anybody else's; `looked`: they chose to see those without having finished."""

    given: dict[str, Rating] = {}
    alone: dict[str, int | None] = {}
    looked: bool = False


class Ratings(msgspec.Struct):
    """`answered` are the questions whose answers were handed in, `raters` are by the colleague's id."""

    answered: frozenset[str] = frozenset()
    raters: dict[str, Rater] = {}

    def of(self, by: str) -> Rater:
        return self.raters.get(by) or Rater()

    def finished(self, by: str) -> bool:
        """Whether this colleague has rated all that there is to rate now."""
        return bool(self.answered) and self.answered <= self.of(by).given.keys()

    def open_to(self, by: str) -> bool:
        """Whether this colleague may see what others gave."""
        return self.finished(by) or self.of(by).looked

    def others(self, by: str) -> list[str]:
        """The other colleagues who have rated something."""
        return sorted(other for other, rater in self.raters.items() if other != by and rater.given)

    def only(self, by: str) -> "Ratings":
        """This colleague's own."""
        return Ratings(self.answered, {by: self.raters[by]} if by in self.raters else {})


def read(entries: Iterable[e.Entry]) -> Ratings:
    """The ratings of a record."""
    ratings = Ratings()
    for entry in entries:
        for event in entry.events:
            match event:
                case e.AnswerSubmitted():
                    ratings.answered |= {event.question}
                case e.Rated():
                    rater = ratings.raters.setdefault(event.by, Rater())
                    rater.given[event.question] = Rating(event.score, entry.at_ms, event.note)
                    if ratings.finished(event.by) and not rater.looked:
                        _unseal(rater)
                case e.RatingsSeen():
                    rater = ratings.raters.setdefault(event.by, Rater())
                    _unseal(rater)
                    rater.looked = True
                case _:
                    pass
    return ratings


def _unseal(rater: Rater) -> None:
    """From now on they can see what others gave: what they gave until now was given alone."""
    if not rater.looked:
        rater.alone = {question: each.score for question, each in rater.given.items()} | rater.alone


# what it comes to


class StageScore(NamedTuple):
    """The mean of a stage's assessed questions, from 1 to 5; None: nothing of it was assessed. `assessed` of its
    `questions` were."""

    stage: str
    score: float | None
    assessed: int
    questions: int


class Scores(NamedTuple):
    """`total` is the mean of the stages' scores by their weight, None: nothing was assessed. `weight` of the
    stages' `total_weight` is behind it; `assessed` is how many stages are."""

    stages: tuple[StageScore, ...]
    total: float | None
    assessed: int
    weight: float
    total_weight: float


def scores(ratings: Ratings, script: Script) -> Scores:
    """Over what was assessed, and nothing else."""
    stages = tuple(_stage(ratings, stage) for stage in script.stages)
    counted = [
        (each.score, stage.weight * each.assessed / each.questions)
        for stage, each in zip(script.stages, stages, strict=True)
        if each.score is not None
    ]
    weight = sum(share for _, share in counted)
    total = sum(score * share for score, share in counted) / weight if weight else None
    return Scores(stages, total, len(counted), weight, sum(stage.weight for stage in script.stages))


def _stage(ratings: Ratings, stage: Stage) -> StageScore:
    whole = all(question.id in ratings.answered for question in stage.questions)
    means = [mean for question in stage.questions if (mean := score_of(ratings, question.id)) is not None]
    if not whole or not means:
        return StageScore(stage.id, None, 0, len(stage.questions))
    return StageScore(stage.id, sum(means) / len(means), len(means), len(stage.questions))


def given(ratings: Ratings, question: str) -> dict[str, Rating]:
    """All ratings of a question, by the colleague's id, in the order of the ids."""
    raters = sorted(ratings.raters.items())
    return {by: rater.given[question] for by, rater in raters if question in rater.given}


def score_of(ratings: Ratings, question: str) -> float | None:
    """The mean of what the raters gave; None: nobody has assessed it."""
    marks = _marks(ratings, question)
    return sum(marks) / len(marks) if marks else None


def spread(ratings: Ratings, question: str) -> int:
    """The largest difference between two raters' scores."""
    marks = _marks(ratings, question)
    return max(marks) - min(marks) if marks else 0


def _marks(ratings: Ratings, question: str) -> list[int]:
    return [each.score for each in given(ratings, question).values() if each.score is not None]


# how far they agree


class Agreement(NamedTuple):
    """Over the `questions` that two or more have scored without seeing each other's: the mean difference of two
    raters, in points; None: there are too few of them to say."""

    questions: int
    difference: float | None

    @property
    def verdict(self) -> Literal["few", "close", "fair", "apart"]:
        if self.difference is None:
            return "few"
        if self.difference <= CLOSE:
            return "close"
        return "fair" if self.difference <= FAIR else "apart"


def agreement(ratings: Ratings, script: Script) -> Agreement:
    """Of what was given alone: whoever has seen what others gave comes nearer to it."""
    differences = [
        found for step in script.steps if (found := _difference(_alone(ratings, step.question.id))) is not None
    ]
    few = len(differences) < LEAST_QUESTIONS
    return Agreement(len(differences), None if few else sum(differences) / len(differences))


def _alone(ratings: Ratings, question: str) -> list[int]:
    raters = [rater for _, rater in sorted(ratings.raters.items())]
    return [score for rater in raters if (score := rater.alone.get(question)) is not None]


def _difference(marks: list[int]) -> float | None:
    """The mean difference of all pairs."""
    pairs = [abs(one - other) for one, other in combinations(marks, 2)]
    return sum(pairs) / len(pairs) if pairs else None
