"""Runs of the simulator: one for each set of features, with people of its own; and what each feature adds."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
"""On in all runs that ask what keeps people."""
_Z = 1.959964


@dataclass(frozen=True)
class Run:
    """`candidates` people; `seed` makes them others than those of another run."""

    features: Features
    candidates: int
    seed: int
    assumed: Assumptions
    script: str = "campus-analyst"


class Result(NamedTuple):
    """Of the people of a run, who completed it in the end (`completed`), whatever the number of attempts. The rest
    is of the campaign's own counters: of interviews, as `/stats` shows them."""

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
        """Who stopped midway and never completed it."""
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
        """Who stopped for a subjective reason, said or not: by what the simulator knows, see `Person.truth`."""
        return share(self.counters["truth:subjective"], self.candidates)


def play(run: Run) -> Result:
    """One run."""
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
    """All of them, in the order in which they were asked for."""
    if processes < 2:
        return [play(run) for run in runs]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(play, runs))


def keeping(assumed: Assumptions, candidates: int, seed: int) -> list[Run]:
    """A run for each set of the features that are to keep people."""
    return [
        Run(features | TELLING, candidates, seed + number, assumed)
        for number, features in enumerate(subsets(KEEPING))
    ]


class Contribution(NamedTuple):
    """How much of the fall of the direct exit rate is a feature's: in percentage points, with its interval of 95
    %, and of the whole fall."""

    feature: Feature
    points: float
    low: float
    high: float
    share: float

    @property
    def shown(self) -> bool:
        return self.low > 0 or self.high < 0


def contributions(results: Iterable[Result]) -> list[Contribution]:
    """By Shapley's value (L. S. Shapley, 1953): what a feature adds, on average over all orders in which they
    could have been switched on, so that the parts add up to the whole fall. Each run has people of its own: the
    variance of the weighted sum is the sum of theirs."""
    rates = {each.features - TELLING: each for each in results}
    fall = _rate(rates[frozenset()]) - _rate(rates[frozenset(KEEPING)])
    found = []
    for feature in KEEPING:
        weights = _weights(feature)
        points = sum(weight * _rate(rates[features]) for features, weight in weights.items())
        variance = sum(weight**2 * _variance(rates[features]) for features, weight in weights.items())
        half = _Z * sqrt(variance)
        found.append(
            Contribution(feature, 100 * points, 100 * (points - half), 100 * (points + half), _part(points, fall))
        )
    return found


def _weights(feature: Feature) -> Mapping[Features, float]:
    """How much each set of features counts in what this one adds: with it against without it."""
    weights: dict[Features, float] = {}
    number = len(KEEPING)
    for without in subsets(each for each in KEEPING if each != feature):
        size = len(without)
        weight = factorial(size) * factorial(number - size - 1) / factorial(number)
        weights |= {without: weight, without | {feature}: -weight}
    return weights


def _rate(result: Result) -> float:
    return result.left / result.candidates


def _variance(result: Result) -> float:
    rate = _rate(result)
    return rate * (1 - rate) / result.candidates


def _part(points: float, fall: float) -> float:
    return points / fall if fall > 0 else 0.0
