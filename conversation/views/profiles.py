"""Ability profiles: the level of each competency, from the ratings of the questions that name it.

A question counts as it does in the scores: only in a complete stage, with its share of the stage's weight. A
question that names several competencies counts fully for each. What was not assessed is left out, so that it moves
no level; a competency without any assessed question has no level at all.

Two profiles are compared only on what both cover: within one script, over the questions that were assessed for
both, so that nobody is better or worse by what the other was not asked.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations
from typing import Literal, NamedTuple

from conversation.script import Script
from conversation.views.ratings import Ratings, given, is_automatic, is_complete, score_of

Evidence = Literal["none", "automatic", "thin", "fair", "good"]
Blank = Literal["", "unasked", "unreached", "unrated"]
WELL_RATED = 2
"""Fewest questions, and fewest raters of each of them, on which good evidence rests."""


class CompetencyLevel(NamedTuple):
    """The level of one competency.

    - `level`: the weighted mean of the assessed questions, from 1 to 5; None if there is none.
    - `coverage`: the part of the weight of its `questions` that was `assessed`, from 0 to 1.
    - `automatic`: how many of the assessed questions count by their automatic result.
    - `raters`: how many colleagues gave a score that counts; `doubly`: how many questions have scores of two or
      more of them.
    """

    competency: str
    level: float | None
    coverage: float
    questions: int
    assessed: int
    automatic: int
    raters: int
    doubly: int

    @property
    def evidence(self) -> Evidence:
        """How much the level rests on.

        - automatic: no person's rating counts.
        - thin: a single question, or less than half of the weight.
        - good: all of the weight, on several questions that two or more colleagues scored each.
        - fair: anything else.
        """
        if self.level is None:
            return "none"
        if self.automatic == self.assessed:
            return "automatic"
        if self.assessed < WELL_RATED or self.coverage < 1 / 2:
            return "thin"
        whole = self.assessed == self.questions
        return "good" if whole and self.doubly == self.questions else "fair"


class _Counted(NamedTuple):
    """A question that names a competency. `reached`: its stage is complete. `score` is None if it does not
    count."""

    question: str
    weight: float
    reached: bool
    score: float | None


def profile(ratings: Ratings, script: Script, among: Collection[str] | None = None) -> tuple[CompetencyLevel, ...]:
    """Return the levels of the competencies that a question names, in the script's order; `among`: from these
    questions only."""
    return tuple(
        _level(ratings, competency, found)
        for competency in script.competencies
        if (found := [each for each in _naming(ratings, script, competency) if among is None or each[0] in among])
    )


def _naming(ratings: Ratings, script: Script, competency: str) -> Iterator[_Counted]:
    """Yield the questions that name the competency, without those of stages that have no weight."""
    for step in script.steps:
        if competency in step.question.competencies and step.stage.weight:
            reached = is_complete(ratings, step.stage)
            score = score_of(ratings, step.question.id) if reached else None
            yield _Counted(step.question.id, step.stage.weight / len(step.stage.questions), reached, score)


def _level(ratings: Ratings, competency: str, found: Sequence[_Counted]) -> CompetencyLevel:
    counted = [(each.question, each.score, each.weight) for each in found if each.score is not None]
    weight, whole = sum(share for _, _, share in counted), sum(each.weight for each in found)
    raters = [_raters(ratings, question) for question, _, _ in counted]
    return CompetencyLevel(
        competency,
        sum(score * share for _, score, share in counted) / weight if weight else None,
        weight / whole if whole else 0.0,
        len(found),
        len(counted),
        sum(is_automatic(ratings, question) for question, _, _ in counted),
        len(frozenset[str]().union(*raters)),
        sum(len(each) > 1 for each in raters),
    )


def _raters(ratings: Ratings, question: str) -> frozenset[str]:
    return frozenset(by for by, each in given(ratings, question).items() if each.score is not None)


def blank(ratings: Ratings, script: Script, competency: str) -> Blank:
    """Return why a competency has no level: no question names it, none of these was reached (answered, in a stage
    answered to its end), or nobody has given a score. Empty if it has one."""
    found = list(_naming(ratings, script, competency))
    if not found:
        return "unasked"
    if any(each.score is not None for each in found):
        return ""
    return "unrated" if any(each.reached for each in found) else "unreached"


# comparing


class Assessed(NamedTuple):
    """What is known of one candidate: the ratings, and the script of the interview."""

    ratings: Ratings
    script: Script


class Common(NamedTuple):
    """A competency that some of the candidates have in common.

    - `who`: their indices; `levels`: theirs, in the same order.
    - `same`: whether the levels are over the same questions. With different scripts they cannot be.
    """

    competency: str
    who: tuple[int, ...]
    levels: tuple[CompetencyLevel, ...]
    same: bool


def compare(candidates: Sequence[Assessed]) -> tuple[Common, ...]:
    """Return what the candidates have in common: each competency that all of them cover, and where they do not,
    each pair that does."""
    everybody = tuple(range(len(candidates)))
    found: list[Common] = []
    for competency in named(candidates):
        groups = [everybody, *combinations(everybody, 2)] if len(everybody) > 2 else [everybody]
        pairs = [each for who in groups if (each := _common(candidates, who, competency))]
        found += pairs[:1] if pairs and pairs[0].who == everybody else pairs
    return tuple(found)


def named(candidates: Sequence[Assessed]) -> tuple[str, ...]:
    """Return the competencies of all the scripts that a question names, in the order of the first script."""
    names = (
        competency
        for each in candidates
        for competency in each.script.competencies
        if any(_naming(each.ratings, each.script, competency))
    )
    return tuple(dict.fromkeys(names))


def _common(candidates: Sequence[Assessed], who: tuple[int, ...], competency: str) -> Common | None:
    some = [candidates[index] for index in who]
    same = len({each.script.id for each in some}) == 1
    among = frozenset.intersection(*(_assessed(each, competency) for each in some)) if same else None
    levels = [
        level
        for each in some
        for level in profile(each.ratings, each.script, among)
        if level.competency == competency and level.level is not None
    ]
    return Common(competency, who, tuple(levels), same) if len(levels) == len(who) else None


def _assessed(each: Assessed, competency: str) -> frozenset[str]:
    counted = _naming(each.ratings, each.script, competency)
    return frozenset(one.question for one in counted if one.score is not None)
