"""All figures of a campaign as one table, for further use in a spreadsheet."""

from typing import ClassVar

from handlers.actions.context import Context, Refused
from handlers.figures.periods import TREND_DAYS, days_until
from handlers.figures.table import Line, table
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.agreement import ShowAgreement
from handlers.queries.base import Answer, Query
from handlers.queries.figures.declared import declared_groups
from handlers.queries.selection import days_of, one_campaign, script_of, today, total_of
from handlers.rounding import rounded


class FigureTable(Answer, frozen=True):
    """A campaign's figures on a day (ISO date). The lines have the columns `handlers.figures.table.COLUMNS`."""

    campaign: str
    day: str
    lines: tuple[Line, ...]


class ShowFigureTable(Query, frozen=True, tag="show_figure_table"):
    """Show all figures of a campaign. Refused if it has no candidates."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> FigureTable:
        campaign = await one_campaign(context, self.campaign)
        script = await script_of(context, campaign)
        total = await total_of(context, [campaign])
        if script is None or not total["interviews"]:
            raise Refused("export.empty", campaign=campaign.id)
        day = today(context)
        by_day = await days_of(context, [campaign], days_until(day, TREND_DAYS + 1))
        declared = await declared_groups(context, [campaign])
        lines = (
            *table(total, by_day, script, declared[1] if declared else ()),
            *await _agreement(context, campaign.id),
        )
        return FigureTable(campaign.id, day.isoformat(), lines)


async def _agreement(context: Context, campaign: str) -> list[Line]:
    """Return the agreement of raters on each question where there are enough answers for kappa, as `ShowAgreement`
    tells it to the reader, in per cent. Where others read along, there is none."""
    if not context.private:
        return []
    questions = (await ShowAgreement(campaign).answer(context)).questions
    lines: list[Line] = []
    for each in questions:
        if each.kappa is not None:
            ends = (_percent(each.kappa), _percent(each.low), _percent(each.high))
            kind = "rating" if each.between == "people" else "assistant"
            lines += [
                Line(f"{kind}_kappa", each.question, each.answers, None, *ends),
                Line(f"{kind}_same", each.question, each.answers, None, _percent(each.same)),
                Line(f"{kind}_adjacent", each.question, each.answers, None, _percent(each.adjacent)),
            ]
    return lines


def _percent(share: float | None) -> int | None:
    return None if share is None else int(rounded(share * 100))
