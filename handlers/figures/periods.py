"""Comparison of a period with the preceding one of the same length."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from handlers.figures.rates import Difference, Share, difference, share

DAYS = 7
TREND_DAYS = 28


class Period(NamedTuple):
    """Interviews that ended in the period: completed, or stopped midway and not resumed since."""

    completed: int
    stopped: int

    @property
    def over(self) -> int:
        return self.completed + self.stopped

    @property
    def rate(self) -> Share | None:
        """Return the completion rate: completed, of all that ended in the period."""
        return share(self.completed, self.over)


class Comparison(NamedTuple):
    now: Period
    before: Period

    @property
    def apart(self) -> Difference | None:
        return difference(self.now.completed, self.now.over, self.before.completed, self.before.over)


def days_until(last: date, number: int) -> list[str]:
    """Return the `number` days up to and including `last`, as ISO dates, oldest first."""
    return [(last - timedelta(days=back)).isoformat() for back in reversed(range(number))]


def period(by_day: Mapping[str, Counter[str]], days: Sequence[str]) -> Period:
    return Period(*(sum(by_day[day][name] for day in days if day in by_day) for name in ("completed", "stopped")))


def comparison(by_day: Mapping[str, Counter[str]], today: date) -> Comparison:
    """Compare the seven days up to yesterday with the seven before. Today is left out because it is not over."""
    days = days_until(today - timedelta(days=1), 2 * DAYS)
    return Comparison(period(by_day, days[DAYS:]), period(by_day, days[:DAYS]))
