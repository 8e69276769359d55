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
from handlers.figures.rates import Difference, Share, share
from handlers.figures.table import PHASES
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query, page_of
from handlers.queries.selection import Selection, Subject, counts_of, days_of, select, summed, today
from storage.ports import Campaign

PAGE = 10
_ENDED = ("completed", "exited", "lapsed", "unreachable")


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
    """The figures of one unit alone. `rate` is the completion rate; None with too few people."""

    unit: str
    candidates: int
    started: int
    completed: int
    rate: Share | None


class Statistics(Answer, frozen=True):
    """The figures of a selection of campaigns.

    - `phases`: how many candidates are in each phase.
    - `ended`: how many interviews ended, with the shares of those completed and exited; None with too few.
    - `weeks`: the latest weeks; empty if fewer than two have a rate.
    - `units`: a page of the units, those with most candidates first; empty if there is only one.
    """

    subject: Subject
    candidates: int
    started: int
    phases: dict[str, int]
    ended: int
    completed: Share | None
    exited: Share | None
    outcomes: OutcomeShares | None
    comparison: Comparison | None
    weeks: tuple[Week, ...]
    units: tuple[UnitStatistics, ...]
    page: int
    pages: int


class ShowStatistics(Query, frozen=True, omit_defaults=True, tag="show_statistics"):
    """Show the figures of a campaign, of a unit with all units below it, or (empty) of all that one may see."""

    of: str = ""
    page: int = 1
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Statistics:
        selection = await select(context, self.of)
        counters = await counts_of(context, selection.campaigns)
        total = summed(counters, selection.campaigns)
        by_day = await days_of(context, selection.campaigns, days_until(today(context), TREND_DAYS + 1))
        ended = sum(total[f"phase:{phase}"] for phase in _ENDED)
        units, page, pages = page_of(_units(selection, counters), self.page, PAGE)
        return Statistics(
            selection.subject,
            total["interviews"],
            total["started"],
            {phase: total[f"phase:{phase}"] for phase in PHASES},
            ended,
            share(total["phase:completed"], ended),
            share(total["phase:exited"], ended),
            _outcomes(total),
            comparison(by_day, today(context)),
            _weeks(by_day, today(context)),
            tuple(units),
            page,
            pages,
        )


def _outcomes(total: Counter[str]) -> OutcomeShares | None:
    found = outcomes.outcomes(total)
    if found.direct is None:
        return None
    if not (found.tellable and found.subjective and found.silent and found.dark):
        return OutcomeShares(found.direct, found.over)
    return OutcomeShares(found.direct, found.over, found.stopped, found.subjective, found.silent, found.dark)


def comparison(by_day: Mapping[str, Counter[str]], day: date) -> Comparison | None:
    """Compare the last seven days with those before. Returns None with too few people."""
    found = periods.comparison(by_day, day)
    now, before, apart = found.now.rate, found.before.rate, found.apart
    if now is None or before is None or apart is None:
        return None
    return Comparison(now, found.now.over, before, found.before.over, apart, apart.shown)


def _weeks(by_day: Mapping[str, Counter[str]], day: date) -> tuple[Week, ...]:
    """Return the weekly completion rates up to yesterday, if at least two weeks have enough people."""
    days = days_until(day - timedelta(days=1), TREND_DAYS)
    weeks = [days[first : first + DAYS] for first in range(0, TREND_DAYS, DAYS)]
    found = tuple(Week(week[0], week[-1], period(by_day, week).rate) for week in weeks)
    return found if sum(each.rate is not None for each in found) > 1 else ()


def _units(selection: Selection, counters: Mapping[str, Counter[str]]) -> list[UnitStatistics]:
    by_unit: dict[str, list[Campaign]] = {}
    for each in selection.campaigns:
        by_unit.setdefault(each.unit, []).append(each)
    if len(by_unit) < 2:
        return []
    units = [_unit(unit, summed(counters, among)) for unit, among in by_unit.items()]
    return sorted(units, key=lambda each: (-each.candidates, each.unit))


def _unit(unit: str, total: Counter[str]) -> UnitStatistics:
    completed = total["phase:completed"]
    rate = share(completed, sum(total[f"phase:{phase}"] for phase in _ENDED))
    return UnitStatistics(unit, total["interviews"], total["started"], completed, rate)
