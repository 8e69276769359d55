"""Figures that do not say more than they know: intervals instead of bare percentages, small numbers kept back."""

from collections.abc import Mapping
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import NamedTuple

FEW = 5
"""Of fewer people nothing is said but that they are few."""
_Z = NormalDist().inv_cdf(0.975)
CELLS = 10
"""So many characters a bar has: with a number and a word beside it, it fits a phone."""


class Share(NamedTuple):
    """A share in per cent, and the interval that has it with 95 % confidence, rounded outwards."""

    percent: int
    low: int
    high: int


def share(number: int, total: int) -> Share | None:
    """By Wilson's score interval (E. B. Wilson, 1927), which holds for small numbers too. None: too few."""
    if total < FEW:
        return None
    part = number / total
    scale = 1 + _Z**2 / total
    middle = (part + _Z**2 / (2 * total)) / scale
    half = _Z * sqrt(part * (1 - part) / total + _Z**2 / (4 * total**2)) / scale
    low, high = (round(max(0.0, min(1.0, end)) * 100, 9) for end in (middle - half, middle + half))
    return Share(round(part * 100), floor(low), ceil(high))


def kept_back(counts: Mapping[str, int]) -> dict[str, bool]:
    """Which of these parts of a known sum must not be shown, and whether that is for being few themselves.

    Where one part alone is kept back it could be worked out from the others: the next smallest is kept back too.
    """
    there = sorted((number, name) for name, number in counts.items() if number > 0)
    hidden = {name: True for number, name in there if number < FEW}
    if len(hidden) == 1 and len(there) > 1:
        hidden[there[1][1]] = False
    return hidden


def bar(number: int, most: int) -> str:
    """A bar of `CELLS` characters; whoever is there at all can be seen."""
    filled = 0 if number <= 0 or most <= 0 else min(CELLS, max(1, round(CELLS * number / most)))
    return "█" * filled + "░" * (CELLS - filled)
