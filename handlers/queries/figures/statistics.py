"""The figures of campaigns: how many came, how interviews ended, and whether that is changing.

Everything comes from counters, so that the cost does not depend on the number of interviews.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar

import msgspec

from handlers.actions.context import Context
from handlers.figures import outcomes, periods
from handlers.figures.periods import DAYS, TREND_DAYS, days_until, period
from handlers.figures.rates import Difference, Share
from handlers.figures.suppression import (
    disclosed,
    is_small,
    part_disclosed,
    parts_of_sums,
    rows_kept_back,
    share_of,
    steps,
)
from handlers.figures.table import ENDED, PHASES, SUMS_OF_PHASES
from handlers.organisation.rights import FIGURES
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query, page_of
from handlers.queries.promises import overdue
from handlers.queries.selection import (
    Selection,
    Subject,
    counts_of,
    days_of,
    select_for_figures,
    summed,
    today,
)
from storage.ports import Campaign

PAGE = 10


class OutcomeShares(msgspec.Struct, frozen=True):
    """How interviews that were started and are over ended.

    - `direct`: the share that stopped midway and has not come back, of `over`.
    - `stopped`: how many stopped, with the shares of those who gave a subjective reason (of `over`), gave
      none, or about whom nothing is known. None where too few people could be worked out from them.
    """

    direct: Share
    over: int
    stopped: int | None = None
    subjective: Share | None = None
    silent: Share | None = None
    dark: Share | None = None


class Comparison(msgspec.Struct, frozen=True):
    """Completion rates of the seven days up to yesterday and of the seven before, of the interviews over in each.

    `significant` says whether the difference could hardly be chance.
    """

    now: Share
    over: int
    before: Share
    over_before: int
    difference: Difference
    significant: bool


class Week(msgspec.Struct, frozen=True):
    """The completion rate of a week, None if too few people ended. Days are ISO dates."""

    first: str
    last: str
    rate: Share | None


class UnitStatistics(msgspec.Struct, frozen=True):
    """The figures of one unit alone. `rate` is the completion rate; None with too few people. The numbers are None
    if they are suppressed."""

    unit: str
    candidates: int | None
    started: int | None
    completed: int | None
    rate: Share | None


class Statistics(Answer, frozen=True):
    """The figures of a selection of campaigns. Numbers are None if they are suppressed.

    - `phases`: how many candidates are in each phase.
    - `overdue`: how many completed the interview and were told nothing by the day that the script promises, up to
      30 days ago.
    - `ended`: how many interviews ended, with the shares of those completed and exited; None with too few.
    - `weeks`: the latest weeks; empty if fewer than two have a rate.
    - `units`: a page of the units, those with most candidates first; empty if there is only one.
    - `exact`: whether the reader sees numbers of few people.
    """

    subject: Subject
    candidates: int | None
    opened: int | None
    started: int | None
    phases: dict[str, int | None]
    overdue: int | None
    ended: int | None
    completed: Share | None
    exited: Share | None
    outcomes: OutcomeShares | None
    comparison: Comparison | None
    weeks: tuple[Week, ...]
    units: tuple[UnitStatistics, ...]
    page: int
    pages: int
    exact: bool


class ShowStatistics(Query, frozen=True, omit_defaults=True, tag="show_statistics"):
    """Show the figures of a campaign, of a unit with all units below it, or (empty) of all that one may see."""

    of: str = ""
    page: int = 1
    roles: ClassVar[frozenset[Role]] = FIGURES

    async def answer(self, context: Context) -> Statistics:
        selection = await select_for_figures(context, self.of)
        exact = selection.exact
        counters = await counts_of(context, selection.campaigns)
        total = summed(counters, selection.campaigns)
        by_day = await days_of(context, selection.campaigns, days_until(today(context), TREND_DAYS + 1))
        units, page, pages = page_of(_units(selection, counters), self.page, PAGE)
        candidates, opened, started = steps(
            [total["interviews"], total["interviews"] - total["phase:invited"], total["started"]], exact=exact
        )
        phases = parts_of_sums({phase: total[f"phase:{phase}"] for phase in PHASES}, SUMS_OF_PHASES, exact=exact)
        ended = _ended(total)
        rates = {
            phase: share_of(total[f"phase:{phase}"], ended, exact=exact)
            for phase in ("completed", "exited")
            if phases.numbers[phase] is not None and phases.sums_told
        }
        return Statistics(
            selection.subject,
            candidates,
            opened,
            started,
            phases.numbers,
            part_disclosed(await overdue(context, total), total["phase:completed"], exact=exact),
            disclosed(ended, exact=exact) if phases.sums_told else None,
            rates.get("completed"),
            rates.get("exited"),
            _outcomes(total, ended, exact=exact) if phases.sums_told else None,
            comparison(by_day, today(context), exact=exact),
            _weeks(by_day, today(context), exact=exact),
            tuple(units),
            page,
            pages,
            exact,
        )


def _outcomes(total: Counter[str], ended: int, *, exact: bool) -> OutcomeShares | None:
    found = outcomes.outcomes(total)
    direct = share_of(found.stopped, found.over, exact=exact)
    if direct is None or (not exact and is_small(ended - found.over)):
        return None
    if not ((exact or found.tellable) and found.subjective and found.silent and found.dark):
        return OutcomeShares(direct, found.over)
    return OutcomeShares(direct, found.over, found.stopped, found.subjective, found.silent, found.dark)


def comparison(by_day: Mapping[str, Counter[str]], day: date, *, exact: bool) -> Comparison | None:
    """Compare the last seven days with those before. Returns None with too few people."""
    found = periods.comparison(by_day, day)
    now, before = (share_of(each.completed, each.over, exact=exact) for each in found)
    apart = found.apart
    if now is None or before is None or apart is None:
        return None
    return Comparison(now, found.now.over, before, found.before.over, apart, apart.shown)


def _weeks(by_day: Mapping[str, Counter[str]], day: date, *, exact: bool) -> tuple[Week, ...]:
    """Return the weekly completion rates up to yesterday, if at least two weeks have enough people."""
    days = days_until(day - timedelta(days=1), TREND_DAYS)
    weeks = [days[first : first + DAYS] for first in range(0, TREND_DAYS, DAYS)]
    ended = [period(by_day, week) for week in weeks]
    rates = [share_of(each.completed, each.over, exact=exact) for each in ended]
    found = tuple(Week(week[0], week[-1], rate) for week, rate in zip(weeks, rates, strict=True))
    return found if sum(each.rate is not None for each in found) > 1 else ()


def _units(selection: Selection, counters: Mapping[str, Counter[str]]) -> list[UnitStatistics]:
    by_unit: dict[str, list[Campaign]] = {}
    for each in selection.campaigns:
        by_unit.setdefault(each.unit, []).append(each)
    if len(by_unit) < 2:
        return []
    totals = {unit: summed(counters, among) for unit, among in by_unit.items()}
    hidden = frozenset[str]() if selection.exact else _units_kept_back(totals)
    ordered = sorted(totals, key=lambda unit: (unit in hidden, -totals[unit]["interviews"], unit))
    return [
        UnitStatistics(unit, None, None, None, None) if unit in hidden else _unit(unit, totals[unit])
        for unit in ordered
    ]


def _units_kept_back(totals: Mapping[str, Counter[str]]) -> frozenset[str]:
    return rows_kept_back(
        [
            {unit: total["interviews"] for unit, total in totals.items()},
            {unit: total["interviews"] - total["started"] for unit, total in totals.items()},
            {unit: total["started"] for unit, total in totals.items()},
            {unit: max(0, total["started"] - total["phase:completed"]) for unit, total in totals.items()},
            {unit: total["phase:completed"] for unit, total in totals.items()},
            {unit: _ended(total) for unit, total in totals.items()},
            {unit: _ended(total) - total["phase:completed"] for unit, total in totals.items()},
        ]
    )


def _ended(total: Counter[str]) -> int:
    return sum(total[f"phase:{phase}"] for phase in ENDED)


def _unit(unit: str, total: Counter[str]) -> UnitStatistics:
    completed = total["phase:completed"]
    rate = share_of(completed, _ended(total), exact=True)
    return UnitStatistics(unit, total["interviews"], total["started"], completed, rate)
