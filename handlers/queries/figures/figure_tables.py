"""All figures of a campaign as one table, for further use in a spreadsheet."""

from typing import ClassVar

from handlers.actions.context import Context, Refused
from handlers.figures.periods import TREND_DAYS, days_until
from handlers.figures.table import Line, table
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import days_of, one_campaign, script_of, today, total_of


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
        return FigureTable(campaign.id, day.isoformat(), tuple(table(total, by_day, script)))
