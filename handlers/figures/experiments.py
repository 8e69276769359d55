"""What an experiment shows: completion and direct exit by variant, against the first one."""

from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from handlers.figures.rates import Difference, Share, difference, share

LEAST = 20
"""Interviews that are over, in each variant: with fewer it is too early to tell, whatever the interval says."""
WORTH_SEEING = 10
"""Percentage points: an effect that an employer would act on."""


class Outcome(NamedTuple):
    """Of a variant's interviews that are over. `apart` is the difference of its completion rate to the first
    variant's; with several of those, each interval is wider, so that together they hold with 95 %."""

    version: str
    started: int
    completed: int
    stopped: int
    apart: Difference | None

    @property
    def over(self) -> int:
        return self.completed + self.stopped

    @property
    def completion(self) -> Share | None:
        return share(self.completed, self.over)

    @property
    def exit(self) -> Share | None:
        return share(self.stopped, self.over)


class Experiment(NamedTuple):
    outcomes: Sequence[Outcome]

    @property
    def early(self) -> bool:
        """Whether it is too early to tell."""
        return any(each.over < LEAST for each in self.outcomes)

    @property
    def shown(self) -> Sequence[Outcome]:
        """The variants that are better or worse than the first, beyond doubt."""
        if self.early:
            return ()
        return [each for each in self.outcomes if each.apart and each.apart.shown]

    @property
    def needed(self) -> int:
        """About so many interviews are needed in each variant to see an effect that is worth it, at a power of
        80 %: by the usual formula for two shares (16 p (1 - p) / d²)."""
        completed, over = (sum(getattr(each, name) for each in self.outcomes) for name in ("completed", "over"))
        p = completed / over if over else 0.5
        return ceil(16 * max(p * (1 - p), 0.05) / (WORTH_SEEING / 100) ** 2)


def experiment(total: Counter[str], versions: Sequence[str]) -> Experiment:
    first = versions[0]
    found = []
    for version in versions:
        completed, stopped = total[f"done.v:{version}"], total[f"stop.v:{version}"]
        apart = None
        if version != first:
            before = total[f"done.v:{first}"]
            over_before = before + total[f"stop.v:{first}"]
            comparisons = len(versions) - 1
            apart = difference(completed, completed + stopped, before, over_before, comparisons=comparisons)
        found.append(Outcome(version, total[f"start.v:{version}"], completed, stopped, apart))
    return Experiment(found)
