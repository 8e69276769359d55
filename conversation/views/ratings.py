"""Ratings, read from the record: who gave what, the resulting scores, and how far the raters agree.

A stage counts only once all of its questions are answered, as in the report; its answers can be rated before that.
Each question of a stage has the same share of the stage's weight. What nobody could assess is left out of the
scores instead of counting as zero.

An automatic result stands for the highest or the lowest score, until a person rates the question: then only people
count, also if they say that it cannot be assessed. It is nobody's rating: raters, what they may see, what they
still have to rate and their agreement have nothing to do with it.

Agreement is the raters' mean absolute difference in points. Weighted kappa and similar measures correct for chance
by the spread of the scores, but over one candidate's handful of questions that spread is mostly chance itself: two
raters who both give 4 everywhere have no kappa at all. Over many candidates there is one
(`handlers/figures/agreement`).
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Literal, NamedTuple

import msgspec

from conversation import events as e
from conversation.script import Script, Stage

SCORES = (1, 2, 3, 4, 5)
AUTOMATIC = {True: SCORES[-1], False: SCORES[0]}
"""The score that an automatic result stands for, by whether the answer is the expected one."""
LEAST_QUESTIONS = 3
"""Minimum number of questions scored by two or more raters from which their agreement is stated."""
CLOSE, FAIR = 0.5, 1.0
"""Largest mean difference, in points, of raters who agree well and of raters who agree on the whole."""


class Rating(msgspec.Struct, frozen=True):
    """One colleague's rating of one answer. `score` is None if the answer cannot be assessed. `blind` is as in
    `inbound.RatingGiven`."""

    score: int | None
    at_ms: int
    note: str = ""
    blind: bool = False


class Rater(msgspec.Struct):
    """One colleague's ratings.

    `given`: their last rating of each question
    `alone`: the scores that they gave before they could see anybody else's
    `changed`: the questions whose score they changed after they could, or after they could see what the assistant
      had found in the answer
    `looked`: they chose to see others' ratings before they had finished
    """

    given: dict[str, Rating] = {}
    alone: dict[str, int | None] = {}
    changed: set[str] = set()
    looked: bool = False


class Ratings(msgspec.Struct):
    """All ratings of an interview: the questions `answered`, and the `raters` by the colleague's id.

    `automatic`: the automatic results, as in `views.expected`. Everyone who may see the answers may see them.
    """

    answered: frozenset[str] = frozenset()
    raters: dict[str, Rater] = {}
    automatic: Mapping[str, bool] = {}

    def of(self, by: str) -> Rater:
        return self.raters.get(by) or Rater()

    def finished(self, by: str) -> bool:
        """Whether this colleague has rated all answers submitted so far."""
        return bool(self.answered) and self.answered <= self.of(by).given.keys()

    def open_to(self, by: str) -> bool:
        """Whether this colleague may see what others gave."""
        return self.finished(by) or self.of(by).looked

    def others(self, by: str) -> list[str]:
        """Return the ids of the other colleagues who have rated something, sorted."""
        return sorted(other for other, rater in self.raters.items() if other != by and rater.given)

    def only(self, by: str) -> "Ratings":
        """Return only this colleague's ratings, and the automatic results."""
        return Ratings(self.answered, {by: self.raters[by]} if by in self.raters else {}, self.automatic)

    def of_nobody(self) -> "Ratings":
        """Return only the automatic results."""
        return Ratings(self.answered, {}, self.automatic)


def read(entries: Iterable[e.Entry], automatic: Mapping[str, bool]) -> Ratings:
    """Return the ratings in a record's entries, with the automatic results."""
    ratings = Ratings(automatic=automatic)
    assessed: set[str] = set()
    for entry in entries:
        for event in entry.events:
            match event:
                case e.AnswerSubmitted():
                    ratings.answered |= {event.question}
                case e.Rated():
                    rater = ratings.raters.setdefault(event.by, Rater())
                    _rated_again(ratings, event)
                    if event.question in assessed:
                        _after_the_assistant(rater, event)
                    rater.given[event.question] = Rating(event.score, entry.at_ms, event.note, event.blind)
                    if ratings.finished(event.by) and not rater.looked:
                        _unseal(rater)
                case e.AnswerAssessed():
                    assessed.add(event.assessment.question)
                case e.RatingsSeen():
                    rater = ratings.raters.setdefault(event.by, Rater())
                    _unseal(rater)
                    rater.looked = True
                case _:
                    pass
    return ratings


def _rated_again(ratings: Ratings, event: e.Rated) -> None:
    """Note a new score for a question that the rater had scored alone."""
    rater = ratings.of(event.by)
    if event.question not in rater.alone or rater.alone[event.question] == event.score:
        return
    if rater.looked or ratings.others(event.by):
        rater.changed.add(event.question)
    else:  # there was nothing to see
        rater.alone[event.question] = event.score


def _after_the_assistant(rater: Rater, event: e.Rated) -> None:
    """Note a score that was changed after the rater could see what the assistant had found in the answer."""
    before = rater.given.get(event.question)
    if before and before.score != event.score:
        rater.changed.add(event.question)


def _unseal(rater: Rater) -> None:
    """Mark that the rater can see others' ratings from now on: the scores given so far were given alone."""
    if not rater.looked:
        rater.alone = {question: each.score for question, each in rater.given.items()} | rater.alone


# scores


class StageScore(NamedTuple):
    """The score of a stage: the mean of its assessed questions, from 1 to 5.

    `score` is None if the stage is not complete or nothing was assessed. `assessed` of its `questions` count,
    `automatic` of them by their automatic result.
    """

    stage: str
    score: float | None
    assessed: int
    questions: int
    automatic: int = 0

    @property
    def only_automatic(self) -> bool:
        return 0 < self.assessed == self.automatic


class Scores(NamedTuple):
    """The scores of an interview.

    `total` is the weighted mean of the stages' scores, None if nothing was assessed. It rests on `weight` out of
    `total_weight`. `assessed` is the number of stages with a score, `automatic` the number of questions that count
    by their automatic result.
    """

    stages: tuple[StageScore, ...]
    total: float | None
    assessed: int
    weight: float
    total_weight: float
    automatic: int = 0

    @property
    def only_automatic(self) -> bool:
        """Whether no person's rating counts."""
        return 0 < sum(each.assessed for each in self.stages) == self.automatic


def scores(ratings: Ratings, script: Script) -> Scores:
    """Return the scores by stage and in total, based only on what was assessed."""
    stages = tuple(_stage(ratings, stage) for stage in script.stages)
    counted = [
        (each.score, stage.weight * each.assessed / each.questions)
        for stage, each in zip(script.stages, stages, strict=True)
        if each.score is not None
    ]
    weight = sum(share for _, share in counted)
    total = sum(score * share for score, share in counted) / weight if weight else None
    total_weight = sum(stage.weight for stage in script.stages)
    return Scores(stages, total, len(counted), weight, total_weight, sum(each.automatic for each in stages))


def is_complete(ratings: Ratings, stage: Stage) -> bool:
    """Return whether all questions of the stage are answered, so that it counts."""
    return all(question.id in ratings.answered for question in stage.questions)


def _stage(ratings: Ratings, stage: Stage) -> StageScore:
    means = [mean for question in stage.questions if (mean := score_of(ratings, question.id)) is not None]
    if not is_complete(ratings, stage) or not means:
        return StageScore(stage.id, None, 0, len(stage.questions))
    automatic = sum(is_automatic(ratings, question.id) for question in stage.questions)
    return StageScore(stage.id, sum(means) / len(means), len(means), len(stage.questions), automatic)


def given(ratings: Ratings, question: str) -> dict[str, Rating]:
    """Return all ratings of a question by the colleague's id, in the order of the ids."""
    raters = sorted(ratings.raters.items())
    return {by: rater.given[question] for by, rater in raters if question in rater.given}


def score_of(ratings: Ratings, question: str) -> float | None:
    """Return the mean score of a question, or None if it was not assessed."""
    if is_automatic(ratings, question):
        return AUTOMATIC[ratings.automatic[question]]
    marks = _marks(ratings, question)
    return sum(marks) / len(marks) if marks else None


def is_automatic(ratings: Ratings, question: str) -> bool:
    """Return whether the question counts by its automatic result: it has one, and nobody has rated it."""
    return question in ratings.automatic and not given(ratings, question)


def spread(ratings: Ratings, question: str) -> int:
    """Return the largest difference between two raters' scores for a question, in points."""
    marks = _marks(ratings, question)
    return max(marks) - min(marks) if marks else 0


def _marks(ratings: Ratings, question: str) -> list[int]:
    return [each.score for each in given(ratings, question).values() if each.score is not None]


# agreement


class Agreement(NamedTuple):
    """How far raters agree on the `questions` that two or more scored without seeing each other's ratings, and
    whose score they did not change afterwards.

    `difference` is the mean difference of two raters in points, None if there are too few such questions.
    """

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
    """Return the agreement of scores given alone: whoever has seen others' ratings tends towards them."""
    differences = [
        found
        for step in script.steps
        if (found := _difference(list(independent(ratings, step.question.id).values()))) is not None
    ]
    few = len(differences) < LEAST_QUESTIONS
    return Agreement(len(differences), None if few else sum(differences) / len(differences))


def independent(ratings: Ratings, question: str) -> dict[str, int]:
    """Return the scores that raters gave without seeing others' ratings, and did not change afterwards (nor after
    seeing what the assistant found), by the colleague's id in the order of the ids. Whoever has not finished yet
    has seen none."""
    found = ((by, _given_alone(rater, question)) for by, rater in sorted(ratings.raters.items()))
    return {by: score for by, score in found if score is not None}


def _given_alone(rater: Rater, question: str) -> int | None:
    if question in rater.changed:
        return None
    if question in rater.alone or rater.looked:
        return rater.alone.get(question)
    return rater.given[question].score if question in rater.given else None


def _difference(marks: list[int]) -> float | None:
    """Return the mean absolute difference over all pairs of marks, or None if there is no pair."""
    pairs = [abs(one - other) for one, other in combinations(marks, 2)]
    return sum(pairs) / len(pairs) if pairs else None
