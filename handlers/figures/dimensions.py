"""Where people stop, broken down by one dimension: question, channel, device, script version or hour."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal, NamedTuple

from conversation.script import Script
from handlers.figures.rates import Share, share

Dimension = Literal["question", "channel", "device", "version", "hour"]
HOURS = 3
"""Hours in one row of the breakdown by hour."""


class Row(NamedTuple):
    """`number` of `total` for one value of the dimension, `name` (a question's id, a channel, …)."""

    name: str
    number: int
    total: int

    @property
    def share(self) -> Share | None:
        return share(self.number, self.total)


def rows(total: Counter[str], by: Dimension, script: Script | None) -> list[Row]:
    """Return the rows of one dimension, without empty ones.

    question: those who were away at it, of those asked, in the script's order.
    channel, device, version: those who stopped midway, of the interviews that are over, largest total first.
    hour: times away that began then, of these plus the answers submitted then, in order.
    """
    match by:
        case "question":
            return _questions(total, script)
        case "hour":
            return _hours(total)
        case "channel":
            return _ended(total, "ch")
        case "device":
            return _ended(total, "dev")
        case "version":
            return _ended(total, "v")


def _questions(total: Counter[str], script: Script | None) -> list[Row]:
    """Return the script's questions in order, then those that only earlier versions asked."""
    asked = dict.fromkeys(step.question.id for step in script.steps) if script else {}
    asked |= dict.fromkeys(sorted(_named(total, "asked:")))
    found = (Row(name, total[f"lost:{name}"], total[f"asked:{name}"]) for name in asked)
    return [row for row in found if row.total > 0]


def _ended(total: Counter[str], of: str) -> list[Row]:
    names = {*_named(total, f"stop.{of}:"), *_named(total, f"done.{of}:")}
    found = (_over(total, of, name) for name in names)
    return sorted((row for row in found if row.total > 0), key=lambda row: (-row.total, row.name))


def _over(total: Counter[str], of: str, name: str) -> Row:
    stopped = total[f"stop.{of}:{name}"]
    return Row(name, stopped, stopped + total[f"done.{of}:{name}"])


def _hours(total: Counter[str]) -> list[Row]:
    found = []
    for first in range(0, 24, HOURS):
        hours = [f"{hour:02d}" for hour in range(first, first + HOURS)]
        away, answers = (sum(total[f"{what}.h:{hour}"] for hour in hours) for what in ("away", "answer"))
        found.append(Row(f"{first:02d}", away, away + answers))
    return [row for row in found if row.total > 0]


def _named(total: Counter[str], prefix: str) -> Iterator[str]:
    return (name.removeprefix(prefix) for name, number in total.items() if name.startswith(prefix) and number > 0)
