"""How started interviews end, and what is known of those that stopped."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from conversation.dropout.attribution import CAUSES, RULES
from conversation.views.counters import UNSAID
from handlers.figures.rates import Share, kept_back, share

GROUPS = ("technical", "time", "flow", "personal")
SUBJECTIVE = ("flow", "personal")
"""Reasons that lie in the interview, or in what the candidate wants: not in technology, nor in time."""
WAYS = ("saved", "reminder", "extension", "support", "channel", "announcement")
_CAUSE_OF = {rule.name: rule.cause for rule in RULES}


class Outcomes(NamedTuple):
    """Of the interviews that were started and are over: `completed`, and `stopped` midway (exited, lapsed,
    unreachable). Of the latter: those who `said` why, by group; who did not say (`unsaid`); and of whom nothing is
    known, neither said nor derived (`unexplained`)."""

    completed: int
    stopped: int
    said: Mapping[str, int]
    unsaid: int
    unexplained: int

    @property
    def over(self) -> int:
        return self.completed + self.stopped

    @property
    def tellable(self) -> bool:
        """Whether shares of those who stopped tell of nobody singly: neither alone nor beside each other, or
        beside the reasons."""
        explained = self.unsaid - self.unexplained
        said_otherwise = sum(self.said.values()) - self.subjective_stopped
        together = {
            "other": said_otherwise,
            "subjective": self.subjective_stopped,
            "explained": explained,
            "unexplained": self.unexplained,
        }
        return not kept_back(together) and not kept_back({**self.said, "unsaid": self.unsaid})

    @property
    def direct(self) -> Share | None:
        """The direct exit rate: who stopped midway and has not come back."""
        return share(self.stopped, self.over)

    @property
    def silent(self) -> Share | None:
        """Of those who stopped, who did not say why."""
        return share(self.unsaid, self.stopped)

    @property
    def dark(self) -> Share | None:
        """Of those who stopped, of whom nothing is known."""
        return share(self.unexplained, self.stopped)

    @property
    def subjective_stopped(self) -> int:
        """Who stopped for a subjective reason, as they said."""
        return sum(self.said[group] for group in SUBJECTIVE)

    @property
    def subjective(self) -> Share | None:
        """The same, of all that are over."""
        return share(self.subjective_stopped, self.over)


def by_kind(total: Counter[str]) -> dict[str, int]:
    """Times away that were an end, as it seemed: exits, lapses, and candidates out of reach."""
    return {"exits": total["away:exit"], "lapsed": total["away:lapse"], "unreachable": total["away:unreachable"]}


def departures(total: Counter[str]) -> int:
    return sum(by_kind(total).values())


def outcomes(total: Counter[str]) -> Outcomes:
    """From a campaign's counters, or the sum of several."""
    said = {group: total[f"stop:{group}"] for group in GROUPS}
    unsaid = sum(total[f"stop:{word}"] for word in UNSAID)
    return Outcomes(
        completed=total["phase:completed"],
        stopped=sum(said.values()) + unsaid,
        said=said,
        unsaid=unsaid,
        unexplained=total["stop.unexplained"],
    )


def rules(total: Counter[str]) -> dict[str, dict[str, int]]:
    """Times away by their likely cause, and by the rule that says so. One of an earlier version is unknown."""
    found: dict[str, dict[str, int]] = {cause: {} for cause in CAUSES}
    for name, number in sorted(total.items()):
        rule = name.removeprefix("away.rule:")
        if rule != name and number > 0:
            found[_CAUSE_OF.get(rule, "unknown")][rule] = number
    return found


def causes(total: Counter[str]) -> dict[str, int]:
    """Times away by their likely cause."""
    return {cause: sum(parts.values()) for cause, parts in rules(total).items() if parts}


class Attribution(NamedTuple):
    """What became of those who were interrupted: each time away, and each that was none because of the warning.

    `through` has what was done last for those who came back; `stayed` is who read the warning and went on;
    `away` who has not come back."""

    through: Mapping[str, int]
    stayed: int
    away: int

    @property
    def back(self) -> int:
        return sum(self.through.values())

    @property
    def all(self) -> int:
        return self.back + self.stayed + self.away


def attribution(total: Counter[str]) -> Attribution:
    through = {way: total[f"returns:{way}"] for way in WAYS}
    return Attribution(through, total["stayed"], max(0, total["away"] - sum(through.values())))
