"""Results of an experiment: completion and direct exit rates by variant, compared with the first variant."""

from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

from handlers.figures.rates import Difference, Share, difference, share

LEAST = 20
"""Fewest interviews per variant that must be over. With fewer it is too early to tell, whatever the interval."""
WORTH_SEEING = 10
"""The smallest effect that an employer would act on, in percentage points."""


class Outcome(NamedTuple):
    """Counts of one variant's interviews: `started` of them began, and `over` are over.

    `apart` is the difference between its completion rate and that of the first variant. It is None for the first
    variant itself and where there are too few. With more than two variants each interval is wider, so that all of
    them hold together with 95 %.
    """

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
        """Return the variants that are significantly better or worse than the first; empty if it is too early."""
        if self.early:
            return ()
        return [each for each in self.outcomes if each.apart and each.apart.shown]

    @property
    def needed(self) -> int:
        """Return the approximate number of interviews that each variant needs to detect an effect of
        `WORTH_SEEING` with a power of 80 %, by the usual formula for two shares (16 p (1 - p) / d²)."""
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
