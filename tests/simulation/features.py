"""The features to switch on and off. A feature is off if its messages do not reach the candidate."""

from collections.abc import Iterable
from itertools import combinations
from typing import Literal

Feature = Literal["saved", "reminders", "warning", "device", "reason", "later", "circumstances"]
FEATURES: tuple[Feature, ...] = ("saved", "reminders", "warning", "device", "reason", "later", "circumstances")
KEEPING: tuple[Feature, ...] = ("saved", "reminders", "warning", "device")
"""The features that retain people. The others find out why people leave."""
WHAT: dict[Feature, str] = {
    "saved": "saved progress: whoever comes back goes on where they were",
    "reminders": "reminders",
    "warning": "the warning before an exit, with [Continue] and [Pause]",
    "device": "going on on another device",
    "reason": "the one-tap reason",
    "later": "the question after the deadline",
    "circumstances": "circumstances, and the likely cause derived from them",
}
Features = frozenset[Feature]
NONE: Features = frozenset()
ALL: Features = frozenset(FEATURES)


def subsets(of: Iterable[Feature]) -> list[Features]:
    """Return all subsets, the smallest first."""
    every = list(of)
    return [frozenset(some) for size in range(len(every) + 1) for some in combinations(every, size)]
