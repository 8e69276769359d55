"""How started interviews end, what is known about those that stopped, and what brought people back."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from conversation.dropout.attribution import CAUSES, RULES
from conversation.views.counters import UNSAID
from handlers.figures.rates import Share, kept_back, share

GROUPS = ("technical", "time", "flow", "personal")
SUBJECTIVE = ("flow", "personal")
"""Groups of reasons that lie in the interview or in the candidate's wishes, rather than in technology or time."""
WAYS = ("saved", "reminder", "extension", "support", "channel", "announcement")
KINDS = ("silence", "pause", "exit", "lapse", "unreachable", "aside")
"""The ways of being away."""
FINAL = ("exit", "lapse", "unreachable")
"""The ways of being away that looked final: departures."""
SUMS_OF_KINDS = (KINDS, FINAL, tuple(kind for kind in KINDS if kind not in FINAL))
"""The kinds whose sums are known together: all, the departures, and so the others."""
_CAUSE_OF = {rule.name: rule.cause for rule in RULES}


class Outcomes(NamedTuple):
    """Counts of interviews that were started and are over.

    `completed`: finished.
    `stopped`: ended midway (exited, lapsed or unreachable).
    `said`: stopped interviews whose candidate gave a reason, by group.
    `unsaid`: stopped interviews without a stated reason.
    `unexplained`: those of `unsaid` without a likely cause either.
    """

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
        """Whether shares of those who stopped can be shown without identifying individuals, alone, together or
        next to the reasons."""
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
        """Return the direct exit rate: those who stopped midway and have not come back, of all that are over."""
        return share(self.stopped, self.over)

    @property
    def silent(self) -> Share | None:
        """Return the share of those who stopped that did not say why."""
        return share(self.unsaid, self.stopped)

    @property
    def dark(self) -> Share | None:
        """Return the share of those who stopped about whom nothing is known."""
        return share(self.unexplained, self.stopped)

    @property
    def subjective_stopped(self) -> int:
        """Return how many stopped and gave a subjective reason."""
        return sum(self.said[group] for group in SUBJECTIVE)

    @property
    def subjective(self) -> Share | None:
        """Return the subjective exit rate: `subjective_stopped`, of all that are over."""
        return share(self.subjective_stopped, self.over)


def by_kind(total: Counter[str]) -> dict[str, int]:
    """Return the counts of times away that looked final: exits, lapses, and candidates out of reach."""
    return {"exits": total["away:exit"], "lapsed": total["away:lapse"], "unreachable": total["away:unreachable"]}


def departures(total: Counter[str]) -> int:
    return sum(by_kind(total).values())


def outcomes(total: Counter[str]) -> Outcomes:
    """Return the outcomes for the counters of one campaign or the sum of several."""
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
    """Return the times away by likely cause, then by the rule that derived it. Rules that this version no longer
    has count as "unknown"."""
    found: dict[str, dict[str, int]] = {cause: {} for cause in CAUSES}
    for name, number in sorted(total.items()):
        rule = name.removeprefix("away.rule:")
        if rule != name and number > 0:
            found[_CAUSE_OF.get(rule, "unknown")][rule] = number
    return found


def causes(total: Counter[str]) -> dict[str, int]:
    """Return the times away by likely cause, without causes that never occurred."""
    return {cause: sum(parts.values()) for cause, parts in rules(total).items() if parts}


class Attribution(NamedTuple):
    """What became of interruptions, including those that the warning before leaving prevented.

    `through`: returns, by what was done last before them (one of `WAYS`).
    `stayed`: candidates who read the warning and continued.
    `away`: times away that have not ended.
    """

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
