"""Shares, differences and ratios with confidence intervals, and suppression of small numbers."""

from collections.abc import Mapping, Sequence
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import NamedTuple

from handlers.rounding import percent, rounded

FEW = 5
"""Fewest people about whom a number is shown. With fewer, only the fact that they are few is shown."""
_Z = NormalDist().inv_cdf(0.975)
CELLS = 10
"""Width of a text bar in characters. With a number and a word beside it, it fits on a phone."""


class Share(NamedTuple):
    """A share in per cent with its 95 % confidence interval, rounded outwards."""

    percent: int
    low: int
    high: int


def share(number: int, total: int) -> Share | None:
    """Return the share with Wilson's score interval (E. B. Wilson, 1927), which also holds for small numbers.

    Returns None if `total` is less than `FEW`. A `number` greater than `total` counts as all: more people may have
    completed a stage than reached it if the stage was moved.
    """
    if total < FEW:
        return None
    part = min(number, total) / total
    low, high = (round(end * 100, 9) for end in _wilson(part, total))
    return Share(percent(part, 1), floor(low), ceil(high))


class Difference(NamedTuple):
    """The difference of two shares in percentage points, with its 95 % confidence interval, rounded outwards."""

    points: int
    low: int
    high: int

    @property
    def shown(self) -> bool:
        """Whether the difference is significant: the interval does not contain 0."""
        return self.low > 0 or self.high < 0


def difference(
    number: int, total: int, before: int, total_before: int, *, comparisons: int = 1
) -> Difference | None:
    """Return the difference of `number`/`total` and `before`/`total_before` with its interval.

    The interval is Newcombe's hybrid score interval (R. G. Newcombe, 1998, method 10), built from two Wilson
    intervals. It is widened (Bonferroni) if this is one of several `comparisons` that must hold together. Returns
    None if either total is less than `FEW`.
    """
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
    return Difference(percent(apart, 1), floor(ends[0]), ceil(ends[1]))


class Ratio(NamedTuple):
    """The ratio of two shares with its 95 % confidence interval, rounded outwards to hundredths. `high` is None if
    the interval has no upper end, because the second share may be as good as 0."""

    value: float
    low: float
    high: float | None


def ratio(number: int, total: int, other: int, total_other: int, *, comparisons: int = 1) -> Ratio | None:
    """Return the ratio of `number`/`total` to `other`/`total_other` with its interval.

    The interval is built from two Wilson intervals by the method MOVER-R (A. Donner and G. Y. Zou, 2012), and
    widened (Bonferroni) if this is one of several `comparisons`. Returns None if either total is less than `FEW`,
    or if the second share is 0.
    """
    if min(total, total_other) < FEW or other <= 0:
        return None
    part, part_other = min(number, total) / total, min(other, total_other) / total_other
    z = NormalDist().inv_cdf(1 - 0.025 / comparisons) if comparisons > 1 else _Z
    low, high = _wilson(part, total, z)
    low_other, high_other = _wilson(part_other, total_other, z)
    both = part * part_other
    above, below = low * (2 * part - low), high_other * (2 * part_other - high_other)
    least = above / (both + sqrt(max(0.0, both**2 - above * below))) if above > 0 else 0.0
    above, below = high * (2 * part - high), low_other * (2 * part_other - low_other)
    most = (both + sqrt(max(0.0, both**2 - above * below))) / below if below > 0 else None
    return Ratio(
        rounded(part / part_other, 2),
        floor(round(least * 100, 9)) / 100,
        None if most is None else ceil(round(most * 100, 9)) / 100,
    )


def _wilson(part: float, total: int, z: float = _Z) -> tuple[float, float]:
    scale = 1 + z**2 / total
    middle = (part + z**2 / (2 * total)) / scale
    half = z * sqrt(part * (1 - part) / total + z**2 / (4 * total**2)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)


def kept_back(counts: Mapping[str, int]) -> frozenset[str]:
    """Return the names of those parts of a known sum that must not be shown.

    These are the parts below `FEW`, and further ones, smallest first, until the hidden values cannot be worked out
    from the sum. Parts that are 0 can be shown.
    """
    there = sorted((number, name) for name, number in counts.items() if number > 0)
    hidden = sum(number < FEW for number, _ in there)
    while 0 < hidden < len(there) and not ambiguous([number for number, _ in there[:hidden]]):
        hidden += 1
    return frozenset(name for _, name in there[:hidden])


def suppressed(counts: Mapping[str, int]) -> dict[str, int | None]:
    """Return the parts of a known sum, with None in place of those that must not be shown."""
    hidden = kept_back(counts)
    return {name: None if name in hidden else number for name, number in counts.items()}


def ambiguous(hidden: Sequence[int]) -> bool:
    """Whether hidden parts identify nobody even if their sum is known: there are several, not all of them are 1,
    and the sum is at least `FEW`."""
    return len(hidden) > 1 and sum(hidden) >= max(FEW, len(hidden) + 1)


def bar(number: int, most: int) -> str:
    """Return a text bar of `CELLS` characters. Any `number` above 0 fills at least one."""
    filled = 0 if number <= 0 or most <= 0 else min(CELLS, max(1, round(CELLS * number / most)))
    return "█" * filled + "░" * (CELLS - filled)
