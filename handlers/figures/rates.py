"""Figures that do not say more than they know: intervals instead of bare percentages, small numbers kept back."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import NamedTuple

FEW = 5
"""Of fewer people nothing is said but that they are few."""
_Z = NormalDist().inv_cdf(0.975)
CELLS = 10
"""Width of a bar in characters. With a number and a word beside it, it fits a phone."""


class Share(NamedTuple):
    """A share in per cent, and the interval that has it with 95 % confidence, rounded outwards."""

    percent: int
    low: int
    high: int


def share(number: int, total: int) -> Share | None:
    """By Wilson's score interval (E. B. Wilson, 1927), which holds for small numbers too. None: too few. (More
    than all are all: a stage that was moved may have been completed by more than have come to it.)"""
    if total < FEW:
        return None
    part = min(number, total) / total
    low, high = (round(end * 100, 9) for end in _wilson(part, total))
    return Share(round(part * 100), floor(low), ceil(high))


class Difference(NamedTuple):
    """Of two shares, in percentage points, and the interval that has it with 95 % confidence, rounded outwards."""

    points: int
    low: int
    high: int

    @property
    def shown(self) -> bool:
        """Whether the interval leaves no doubt that there is one."""
        return self.low > 0 or self.high < 0


def difference(
    number: int, total: int, before: int, total_before: int, *, comparisons: int = 1
) -> Difference | None:
    """By Newcombe's hybrid score interval (R. G. Newcombe, 1998, method 10), made of two of Wilson's. One of so
    many `comparisons` that are to hold together has a wider one (Bonferroni). None: too few in one of them."""
    if min(total, total_before) < FEW:
        return None
    part, part_before = min(number, total) / total, min(before, total_before) / total_before
    z = NormalDist().inv_cdf(1 - 0.025 / comparisons) if comparisons > 1 else _Z
    low, high = _wilson(part, total, z)
    low_before, high_before = _wilson(part_before, total_before, z)
    apart = part - part_before
    down = sqrt((part - low) ** 2 + (high_before - part_before) ** 2)
    up = sqrt((high - part) ** 2 + (part_before - low_before) ** 2)
    ends = (round(max(-1.0, apart - down) * 100, 9), round(min(1.0, apart + up) * 100, 9))
    return Difference(round(apart * 100), floor(ends[0]), ceil(ends[1]))


def _wilson(part: float, total: int, z: float = _Z) -> tuple[float, float]:
    scale = 1 + z**2 / total
    middle = (part + z**2 / (2 * total)) / scale
    half = z * sqrt(part * (1 - part) / total + z**2 / (4 * total**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def kept_back(counts: Mapping[str, int]) -> frozenset[str]:
    """Which of these parts of a known sum must not be shown: those that are few, and the next smallest, for as
    long as the hidden ones could be worked out from their sum. All of them look alike."""
    there = sorted((number, name) for name, number in counts.items() if number > 0)
    hidden = sum(number < FEW for number, _ in there)
    while 0 < hidden < len(there) and not _ambiguous([number for number, _ in there[:hidden]]):
        hidden += 1
    return frozenset(name for _, name in there[:hidden])


def _ambiguous(hidden: Sequence[int]) -> bool:
    """Whether parts of which only the sum can be worked out tell nothing of single people: there are several, not
    all of them 1, and together they are not few."""
    return len(hidden) > 1 and sum(hidden) >= max(FEW, len(hidden) + 1)


def bar(number: int, most: int) -> str:
    """A bar of `CELLS` characters; whoever is there at all can be seen."""
    filled = 0 if number <= 0 or most <= 0 else min(CELLS, max(1, round(CELLS * number / most)))
    return "█" * filled + "░" * (CELLS - filled)
