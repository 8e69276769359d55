"""Reading the sheets of an XLSX workbook."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from handlers.rosters.cells import clean
from handlers.rosters.csv_text import Line
from handlers.rosters.model import Roster, RosterUnusable
from handlers.sheets import MOST_CELL
from handlers.workbooks import MOST_COLUMNS, Limits, WorkbookTooLarge, WorkbookUnreadable, opened

_LIMITS = Limits(unpacked_bytes=64 * 1024 * 1024, tags=2_000_000)
"""The longest list may have 50 columns."""
_MOST_SHEETS = 50
_MOST_READ = 100_000
"""The most rows read of a workbook, empty ones included."""


def read_workbook(data: bytes, file: str, first: Callable[[Iterator[Iterator[Line]]], Roster]) -> Roster:
    """Return what `first` makes of the workbook's sheets. Raises RosterUnusable."""
    try:
        with sheets(data, _LIMITS, _MOST_READ) as found:
            read = first(found)
    except WorkbookTooLarge:
        raise RosterUnusable(file, "contents") from None
    except WorkbookUnreadable:
        raise RosterUnusable(file, "xlsx") from None
    return read._replace(form="xlsx")


@contextmanager
def sheets(data: bytes, limits: Limits, most_rows: int) -> Iterator[Iterator[Iterator[Line]]]:
    """Yield the rows of each of the workbook's sheets, `most_rows` in all. They are read as they are looked at.

    Raises WorkbookTooLarge and WorkbookUnreadable, also within the context.
    """
    left = iter(range(most_rows))
    with opened(data, limits) as book:
        yield (_rows(sheet, left) for sheet in book.worksheets[:_MOST_SHEETS])


def _rows(sheet: Any, left: Iterator[int]) -> Iterator[Line]:
    """Yield the rows, as long as `left` yields numbers. Raises WorkbookTooLarge for a cell with too much text."""
    sheet.reset_dimensions()  # some programs write wrong ones
    for row, _ in zip(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), left, strict=False):
        if any(isinstance(value, str) and len(value) > MOST_CELL for value in row):
            raise WorkbookTooLarge("a cell is longer than a spreadsheet's can be")
        yield Line([_written(value) for value in row])


def _written(value: object) -> str:
    """Return a cell's value roughly as the spreadsheet displays it."""
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return clean(str(value))
