"""The cells of a workbook as plain values. Workbooks come from strangers: read them in a process with limits."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec

from conversation.errors import BotError
from handlers.workbooks import MOST_BYTES, MOST_COLUMNS, Limits, WorkbookTooLarge, WorkbookUnreadable, opened

MOST_QUESTIONS = 300
_LIMITS = Limits(unpacked_bytes=32 * 1024 * 1024, tags=500_000)
_MOST_SHEETS = 12
_MOST_CHARACTERS = 20_000
"""The longest text of a cell."""

Cell = str | int | float | None
Why = Literal["sheet.large", "sheet.unreadable"]


class BookSheet(msgspec.Struct, frozen=True):
    """A sheet: its title, and the cells of its rows from the first."""

    title: str
    rows: list[list[Cell]]


class Book(msgspec.Struct, frozen=True):
    sheets: list[BookSheet]


class BookUnusable(BotError):
    """The workbook cannot be read. `why` is the catalogue's text that says so."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


def read_cells(data: bytes) -> Book:
    """Parse a workbook. Raises BookUnusable."""
    if len(data) > MOST_BYTES:
        raise BookUnusable("sheet.large")
    try:
        with opened(data, _LIMITS) as book:
            shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            return Book([BookSheet(sheet.title, _rows(sheet)) for sheet in shown[:_MOST_SHEETS]])
    except WorkbookTooLarge:
        raise BookUnusable("sheet.large") from None
    except WorkbookUnreadable:
        raise BookUnusable("sheet.unreadable") from None


def _rows(sheet: Any) -> list[list[Cell]]:
    sheet.reset_dimensions()  # some programs write wrong ones
    rows: list[list[Cell]] = []
    empty = 0
    for row in sheet.iter_rows(max_col=MOST_COLUMNS):
        cells = [_value(cell) for cell in row]
        while cells and cells[-1] is None:
            cells.pop()
        empty = 0 if cells else empty + 1
        if len(rows) - empty > MOST_QUESTIONS:
            raise BookUnusable("sheet.large")
        if empty > MOST_QUESTIONS:
            break
        rows.append(cells)
    return rows


def _value(cell: Any) -> Cell:
    value = cell.value
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            percent = "%" in (cell.number_format or "")
            number = round(value * 100, 6) if percent else value
            return int(number) if float(number).is_integer() and abs(number) < 1e15 else number
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case None:
            return None
        case _:
            text = str(value).replace("\r\n", "\n").replace("_x000D_", "").strip()
            if len(text) > _MOST_CHARACTERS:
                raise BookUnusable("sheet.large")
            return text or None
