"""The simulator's runs, one for each set of features, and each feature's contribution.

Each run has people of its own.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from math import factorial, sqrt
from typing import NamedTuple

from msgspec.structs import replace

from conversation.script import Script
from handlers.figures.outcomes import outcomes
from handlers.figures.rates import Share, share
from tests.dialogues.playing import script_named
from tests.simulation.assumptions import Assumptions
from tests.simulation.features import KEEPING, Feature, Features, subsets
from tests.simulation.interview import Interviews
from tests.simulation.person import Person

TELLING: Features = frozenset({"reason", "later", "circumstances"})
"""Features that are on in all runs about retaining people."""
_Z = 1.959964


@dataclass(frozen=True)
class Run:
    """A run with `candidates` people. `seed` makes them differ from those of another run."""

    features: Features
    candidates: int
    seed: int
    assumed: Assumptions
    script: str = "campus-analyst"


class Result(NamedTuple):
    """The results of a run.

    `completed` counts the people who completed the interview in the end, after any number of attempts. The
    counters are the campaign's own and count interviews, as `/stats` shows them.
    """

    features: Features
    candidates: int
    completed: int
    counters: Counter[str]
    steps: int

    @property
    def left(self) -> int:
        return self.candidates - self.completed

    @property
    def completion(self) -> Share | None:
        return share(self.completed, self.candidates)

    @property
    def direct(self) -> Share | None:
        """The share of people who stopped midway and never completed."""
        return share(self.left, self.candidates)

    @property
    def unsaid(self) -> Share | None:
        found = outcomes(self.counters)
        return share(found.unsaid, found.stopped)

    @property
    def unexplained(self) -> Share | None:
        found = outcomes(self.counters)
        return share(found.unexplained, found.stopped)

    @property
    def subjective(self) -> Share | None:
        """The share of people who stopped for a subjective reason, stated or not, according to `Person.truth`."""
        return share(self.counters["truth:subjective"], self.candidates)


def play(run: Run) -> Result:
    """Play one run."""
    interviews = Interviews(_script(run), random.Random(f"{run.seed}"))
    completed, truths = 0, Counter[str]()
    for number in range(run.candidates):
        chance = random.Random(f"{run.seed}/{number}")
        person = Person(interviews, run.features, run.assumed, chance, number).play()
        completed += person.completed
        if not person.completed and person.truth in ("too_long", "too_hard", "lost_interest"):
            truths["truth:subjective"] += 1
    counters = Counter(interviews.total)
    counters.update(truths)
    return Result(run.features, run.candidates, completed, counters, interviews.steps)


def _script(run: Run) -> Script:
    script = script_named(run.script)
    return script if "reminders" in run.features else replace(script, reminders=())


def play_all(runs: Sequence[Run], processes: int) -> list[Result]:
    """Play all runs. Returns the results in the order of the runs."""
    if processes < 2:
        return [play(run) for run in runs]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(play, runs))


class Question(NamedTuple):
    """A question about the features `of`, while the features `on` stay on.

    `counts` returns (number of those meant, total number) of a run.
    """

    of: Sequence[Feature]
    on: Features
    counts: Callable[[Result], tuple[int, int]]

    def runs(self, assumed: Assumptions, candidates: int, seed: int) -> list[Run]:
        """Return a run for each subset of the features."""
        return [
            Run(features | self.on, candidates, seed + number, assumed)
            for number, features in enumerate(subsets(self.of))
        ]


def _left(result: Result) -> tuple[int, int]:
    return result.left, result.candidates


def _unexplained(result: Result) -> tuple[int, int]:
    found = outcomes(result.counters)
    return found.unexplained, found.stopped


KEPT = Question(KEEPING, TELLING, _left)
"""How many people stop and are lost."""
TOLD = Question(tuple(sorted(TELLING)), frozenset(KEEPING), _unexplained)
"""Of how many of those who stop nothing is known."""


class Contribution(NamedTuple):
    """A feature's contribution to the fall of a share.

    It is given in percentage points, with its 95 % interval from `low` to `high`, and as the `share` of the whole
    fall.
    """

    feature: Feature
    points: float
    low: float
    high: float
    share: float

    @property
    def shown(self) -> bool:
        return self.low > 0 or self.high < 0


def contributions(question: Question, results: Iterable[Result]) -> list[Contribution]:
    """Return each feature's contribution by the Shapley value (L. S. Shapley, 1953).

    It is what a feature adds on average over all orders of switching features on, so the contributions add up to
    the whole fall. As each run has its own people, the variance of the weighted sum is the sum of the terms'
    variances.
    """
    counts = {each.features - question.on: question.counts(each) for each in results}
    fall = _rate(counts[frozenset()]) - _rate(counts[frozenset(question.of)])
    found = []
    for feature in question.of:
        weights = _weights(feature, question.of)
        points = sum(weight * _rate(counts[features]) for features, weight in weights.items())
        variance = sum(weight**2 * _variance(counts[features]) for features, weight in weights.items())
        half = _Z * sqrt(variance)
        found.append(
            Contribution(feature, 100 * points, 100 * (points - half), 100 * (points + half), _part(points, fall))
        )
    return found


def _weights(feature: Feature, among: Sequence[Feature]) -> Mapping[Features, float]:
    """Return the weight of each set of features in what this one adds, negative for sets that contain it."""
    weights: dict[Features, float] = {}
    number = len(among)
    for without in subsets(each for each in among if each != feature):
        size = len(without)
        weight = factorial(size) * factorial(number - size - 1) / factorial(number)
        weights |= {without: weight, without | {feature}: -weight}
    return weights


def _rate(counts: tuple[int, int]) -> float:
    number, total = counts
    return number / total if total else 0.0


def _variance(counts: tuple[int, int]) -> float:
    rate = _rate(counts)
    return rate * (1 - rate) / max(1, counts[1])


def _part(points: float, fall: float) -> float:
    return points / fall if fall > 0 else 0.0
