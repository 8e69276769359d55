"""Where people stop, by one dimension: question, channel, device, hour of the day, script version or unit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

import msgspec

from conversation.script import Script, Wording
from handlers.actions.context import Context
from handlers.figures.dimensions import Dimension, Row, rows
from handlers.figures.rates import Share, share
from handlers.figures.suppression import rows_disclosed
from handlers.organisation.rights import FIGURES
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, counts_of, script_of, select_for_figures, summed
from storage.ports import Campaign

By = Dimension | Literal["unit"]


class BreakdownRow(msgspec.Struct, frozen=True):
    """One value of the dimension: a question's id, a channel, and so on.

    - `number`, `ask`: the number (from 1) and the text of a question that the script still asks; else 0 and empty.
    - `stopped`, `total`: how many stopped, and of how many; None if suppressed.
    - `share`: the share that stopped; None with too few people.
    """

    name: str
    number: int
    ask: Wording
    stopped: int | None
    total: int | None
    share: Share | None


class Breakdown(Answer, frozen=True):
    subject: Subject
    rows: tuple[BreakdownRow, ...]


class ShowBreakdown(Query, frozen=True, omit_defaults=True, tag="show_breakdown"):
    """Show where people stop in a campaign, a unit with all units below it, or (empty) all that one may see."""

    by: By
    of: str = ""
    roles: ClassVar[frozenset[Role]] = FIGURES

    async def answer(self, context: Context) -> Breakdown:
        subject, campaigns, exact = await select_for_figures(context, self.of)
        counters = await counts_of(context, campaigns)
        script = await _script(context, campaigns) if self.by == "question" else None
        if self.by == "unit":
            found = _units(campaigns, counters)
        else:
            found = rows(summed(counters, campaigns), self.by, script)
        steps = enumerate(script.steps if script else (), start=1)
        asked = {step.question.id: (number, step.question.ask) for number, step in steps}
        told = rows_disclosed(found, self.by, exact=exact)
        return Breakdown(
            subject,
            tuple(_row(each, *asked.get(each.name, (0, Wording())), told=each.name in told) for each in found),
        )


def _row(row: Row, number: int, ask: Wording, *, told: bool) -> BreakdownRow:
    if not told:
        return BreakdownRow(row.name, number, ask, None, None, None)
    return BreakdownRow(row.name, number, ask, row.number, row.total, share(row.number, row.total))


async def _script(context: Context, among: Sequence[Campaign]) -> Script | None:
    """Return the script that gives the order of questions: the first campaign's, or None if the campaigns have
    different scripts."""
    same = among and len({each.script_id for each in among}) == 1
    return await script_of(context, among[0]) if same else None


def _units(among: Sequence[Campaign], counters: Mapping[str, Counter[str]]) -> list[Row]:
    by_unit: dict[str, list[int]] = {}
    for each in among:
        stopped, over = (
            sum(n for name, n in counters[each.id].items() if name.startswith(prefix))
            for prefix in ("stop.ch:", "done.ch:")
        )
        numbers = by_unit.setdefault(each.unit, [0, 0])
        numbers[0] += stopped
        numbers[1] += stopped + over
    found = [Row(unit, stopped, total) for unit, (stopped, total) in by_unit.items() if total]
    return sorted(found, key=lambda row: (-row.total, row.name))
