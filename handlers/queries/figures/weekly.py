"""The weekly report: how interviews ended in the last week from Monday to Sunday, by unit, and eight weeks' trend.

Everything comes from the counters of days, so that the cost does not depend on the number of interviews.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from conversation.views.counters import STOPPED
from handlers.actions.context import Context
from handlers.figures.outcomes import GROUPS
from handlers.figures.periods import DAYS, days_until, period
from handlers.figures.rates import Difference, Share, difference
from handlers.figures.suppression import parts, share_of
from handlers.organisation.rights import FIGURES
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, days_of, select_for_figures, today
from storage.ports import Campaign

WEEKS = 8


class WeekOfUnit(msgspec.Struct, frozen=True):
    """How the interviews of a unit ended in the week. Numbers are None if they are suppressed.

    - `unit`: the unit alone, without those below it.
    - `completed`, `stopped`: how many were completed, or stopped midway and not resumed since.
    - `invited`, `started`: how many were invited (or came without an invitation) and how many were started in the
      week.
    - `ways`: how many of `stopped` were exited, lapsed or unreachable. Empty for people who may not see small
      numbers, and if it was not counted at the time.
    - `reason`: the group of the reason that most of `stopped` gave, and how many; None where `ways` is empty, or
      if nobody gave one.
    - `rates`: the completion rate of each week, oldest first; None for weeks with too few people.
    - `change`: against the week before, if both have enough people.
    """

    unit: str
    completed: int | None
    stopped: int | None
    rates: tuple[Share | None, ...]
    change: Difference | None
    invited: int | None = None
    started: int | None = None
    ways: dict[str, int] = {}
    reason: tuple[str, int] | None = None

    @property
    def rate(self) -> Share | None:
        return self.rates[-1]


class Weekly(Answer, frozen=True):
    """The report.

    - `weeks`: the first day of each week (ISO date), oldest first. `last` is the last day of the last one.
    - `units`: those with interviews that ended in the week first. Empty if there is only one, or if the reader may
      not see numbers of few people (not `exact`), because one week of one unit has few.
    """

    subject: Subject
    weeks: tuple[str, ...]
    last: str
    total: WeekOfUnit
    units: tuple[WeekOfUnit, ...]
    exact: bool


class ShowWeekly(Query, frozen=True, omit_defaults=True, tag="show_weekly"):
    """Show the last full week of a unit with all units below it, or (empty) of all that one may see."""

    of: str = ""
    roles: ClassVar[frozenset[Role]] = FIGURES

    async def answer(self, context: Context) -> Weekly:
        selection = await select_for_figures(context, self.of)
        day = today(context)
        days = days_until(day - timedelta(days=day.weekday() + 1), WEEKS * DAYS)
        weeks = [days[first : first + DAYS] for first in range(0, len(days), DAYS)]
        by_unit: dict[str, list[Campaign]] = {}
        for each in selection.campaigns:
            by_unit.setdefault(each.unit, []).append(each)
        counted = {unit: await days_of(context, among, days) for unit, among in by_unit.items()}
        total = _summed(counted.values(), days)
        units = [_of(unit, by_day, weeks, exact=True) for unit, by_day in counted.items()]
        units.sort(
            key=lambda each: (
                -(each.completed or 0) - (each.stopped or 0),
                -(each.started or 0),
                -(each.invited or 0),
                each.unit,
            )
        )
        return Weekly(
            selection.subject,
            tuple(week[0] for week in weeks),
            days[-1],
            _of("", total, weeks, exact=selection.exact),
            tuple(units) if selection.exact and len(units) > 1 else (),
            selection.exact,
        )


def _summed(counted: Iterable[Mapping[str, Counter[str]]], days: Sequence[str]) -> dict[str, Counter[str]]:
    total = {day: Counter[str]() for day in days}
    for by_day in counted:
        for day, counts in by_day.items():
            total[day].update(counts)
    return total


def _of(
    unit: str, by_day: Mapping[str, Counter[str]], weeks: Sequence[Sequence[str]], *, exact: bool
) -> WeekOfUnit:
    ended = [period(by_day, week) for week in weeks]
    before, now = ended[-2:]
    rates = tuple(share_of(each.completed, each.over, exact=exact) for each in ended)
    numbers = parts({"completed": now.completed, "stopped": now.stopped}, exact=exact)
    known = rates[-1] and rates[-2]
    change = difference(now.completed, now.over, before.completed, before.over) if known else None
    found = WeekOfUnit(unit, numbers["completed"], numbers["stopped"], rates, change)
    return _in_detail(found, _summed_days(by_day, weeks[-1])) if exact else found


def _in_detail(found: WeekOfUnit, week: Counter[str]) -> WeekOfUnit:
    """Add what only people who see every number are shown."""
    found = replace(found, invited=week["interviews"], started=week["started"])
    ways = {phase: week[f"stopped:{phase}"] for phase in STOPPED}
    if sum(ways.values()) != found.stopped:
        return found
    said = {group: week[f"stopped.group:{group}"] for group in GROUPS}
    most = max(said.items(), key=lambda each: each[1])
    return replace(found, ways=ways, reason=most if most[1] else None)


def _summed_days(by_day: Mapping[str, Counter[str]], days: Sequence[str]) -> Counter[str]:
    total: Counter[str] = Counter()
    for day in days:
        total.update(by_day[day])
    return total
