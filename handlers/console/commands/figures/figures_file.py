"""The figures of a campaign as a CSV file, for further use."""

import csv
import io
from collections.abc import Iterable

from handlers.console.context import CommandContext
from handlers.figures.rates import FEW
from handlers.figures.table import COLUMNS, Line
from handlers.queries.figures.figure_tables import ShowFigureTable
from handlers.sheets import guarded

WORDS = ("figures", "数据", "统计")
"""Words that ask for the figures, in place of a file format, in `/export CAMPAIGN figures`."""


async def export_figures(context: CommandContext, campaign: str) -> None:
    found = await ShowFigureTable(campaign).answer(context)
    said = context.words.say("staff.export.figures", campaign=found.campaign, few=FEW)
    name = f"{found.campaign}-figures-{found.day}.csv"
    await context.attach(said, name, written(found.lines), "text/csv; charset=utf-8")


def written(lines: Iterable[Line]) -> bytes:
    """Return the lines as CSV in UTF-8, with the byte-order mark that spreadsheets need."""
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow(COLUMNS)
    sheet.writerows(["" if cell is None else guarded(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")
