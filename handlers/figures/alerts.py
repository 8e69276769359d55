"""When a question suddenly loses people.

The rule: of those who were asked the question in the last three days, more were away at it than of those asked in
the 28 days before, by Fisher's exact test, one-sided, at a level of 0.1 % divided by the number of questions. So a
look at a campaign in which nothing has changed raises a false alarm at most once in a thousand times.
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
"""Of false alarms, for one look at one campaign."""
LEAST_LOST = 5
"""Fewer people are no alarm, whatever the test says: they would be told of singly."""


class Sudden(NamedTuple):
    """At the question, `lost` of `asked` were away in the last days, and `lost_before` of `asked_before`."""

    question: str
    lost: int
    asked: int
    lost_before: int
    asked_before: int


def sudden(by_day: Mapping[str, Counter[str]], today: date) -> list[Sudden]:
    """Today's alarms; of questions that were asked in both times."""
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
    """The chance of so many losses among the recent ones, or more, if nothing had changed (R. A. Fisher, 1922)."""
    everybody, losses = asked + asked_before, lost + lost_before
    ways = sum(
        comb(losses, n) * comb(everybody - losses, asked - n)
        for n in range(lost, min(losses, asked) + 1)
        if asked - n <= everybody - losses
    )
    return ways / comb(everybody, asked)
