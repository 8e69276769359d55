"""Detection of questions that suddenly lose people.

An alert is raised if, of those asked a question in the last three days, a larger share was away at it than of
those asked in the 28 days before, by Fisher's one-sided exact test at a level of 0.1 % divided by the number of
questions. If nothing has changed, checking a campaign raises a false alarm at most once in a thousand times.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from math import comb
from typing import NamedTuple

from handlers.figures.periods import days_until

RECENT_DAYS = 3
BEFORE_DAYS = 28
LEVEL = 0.001
"""Probability of a false alarm each time a campaign is checked."""
LEAST_LOST = 5
"""Fewest people lost for an alert, whatever the test says. Smaller numbers could identify individuals."""


class Sudden(NamedTuple):
    """A question that suddenly loses people: `lost` of `asked` were away at it in the last `RECENT_DAYS`, and
    `lost_before` of `asked_before` in the `BEFORE_DAYS` before."""

    question: str
    lost: int
    asked: int
    lost_before: int
    asked_before: int


def sudden(by_day: Mapping[str, Counter[str]], today: date) -> list[Sudden]:
    """Return the alerts of `today`, among the questions that were asked in both periods."""
    days = days_needed(today)
    recent, before = _summed(by_day, days[BEFORE_DAYS:]), _summed(by_day, days[:BEFORE_DAYS])
    names = sorted(name.removeprefix("asked:") for name, n in recent.items() if name.startswith("asked:") and n)
    found = [
        Sudden(q, recent[f"lost:{q}"], recent[f"asked:{q}"], before[f"lost:{q}"], before[f"asked:{q}"])
        for q in names
    ]
    both = [each for each in found if each.asked_before]
    return [each for each in both if each.lost >= LEAST_LOST and _p(each) < LEVEL / len(both)]


def days_needed(today: date) -> list[str]:
    return days_until(today, RECENT_DAYS + BEFORE_DAYS)


def _summed(by_day: Mapping[str, Counter[str]], days: Sequence[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for day in days:
        total.update(by_day.get(day, Counter()))
    return total


def _p(found: Sudden) -> float:
    return fisher(found.lost, found.asked, found.lost_before, found.asked_before)


def fisher(lost: int, asked: int, lost_before: int, asked_before: int) -> float:
    """Return the probability of `lost` or more recent losses if nothing had changed (R. A. Fisher, 1922)."""
    everybody, losses = asked + asked_before, lost + lost_before
    ways = sum(
        comb(losses, n) * comb(everybody - losses, asked - n)
        for n in range(lost, min(losses, asked) + 1)
        if asked - n <= everybody - losses
    )
    return ways / comb(everybody, asked)
