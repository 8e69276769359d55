"""The figures of a campaign as a CSV file, for further use."""

import csv
import io
from collections import Counter
from collections.abc import Iterable

from handlers.console.commands.figures.statistics import days_of, today
from handlers.console.context import CommandContext, Refusal
from handlers.figures.periods import TREND_DAYS, days_until
from handlers.figures.rates import FEW
from handlers.figures.table import COLUMNS, Line, table
from storage.ports import Campaign

WORDS = ("figures", "数据", "统计")
"""Words that ask for the figures, in place of a file format, in `/export CAMPAIGN figures`."""


async def export_figures(context: CommandContext, campaign: Campaign) -> None:
    script = await context.tools.store.directory.script(campaign.script)
    total = Counter(await context.tools.store.interviews.counts(campaign.id))
    if script is None or not total["interviews"]:
        raise Refusal("staff.export.empty", campaign=campaign.id)
    by_day = await days_of(context, [campaign], days_until(today(context), TREND_DAYS + 1))
    said = context.words.say("staff.export.figures", campaign=campaign.id, few=FEW)
    name = f"{campaign.id}-figures-{today(context).isoformat()}.csv"
    await context.attach(said, name, written(table(total, by_day, script)), "text/csv; charset=utf-8")


def written(lines: Iterable[Line]) -> bytes:
    """Return the lines as CSV in UTF-8, with the byte-order mark that spreadsheets need."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    sheet.writerows(["" if cell is None else cell for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")
