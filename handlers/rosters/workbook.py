"""Reading the sheets of an XLSX workbook."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from handlers.rosters.cells import clean
from handlers.rosters.csv_text import Line
from handlers.rosters.model import MOST_COLUMNS, Roster, RosterUnusable
from handlers.sheets import MOST_CELL

_MOST_UNPACKED = 64 * 1024 * 1024
_MOST_TAGS = 2_000_000
"""The most XML tags in a workbook. A cell has two to eight, so that the longest list may have 50 columns."""
_MOST_SHEETS = 50
_MOST_READ = 100_000
"""The most rows read of a workbook, empty ones included."""
_PIECE = 1 << 16


def read_workbook(data: bytes, file: str, first: Callable[[Iterator[Iterator[Line]]], Roster]) -> Roster:
    """Return what `first` makes of the workbook's sheets. Raises RosterUnusable."""
    from openpyxl import load_workbook  # slow to import and rarely needed

    try:
        _measure(data, file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that openpyxl would lose on saving: we only read
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            with closing(book):
                left = iter(range(_MOST_READ))
                found = first(_rows(sheet, left, file) for sheet in book.worksheets[:_MOST_SHEETS])
    except RosterUnusable:
        raise
    except MemoryError:
        raise RosterUnusable(file, "contents") from None
    except Exception:  # a damaged workbook makes openpyxl raise all sorts of errors
        raise RosterUnusable(file, "xlsx") from None
    return found._replace(form="xlsx")


def _measure(data: bytes, file: str) -> None:
    """Raise RosterUnusable if the workbook is too large to be read.

    openpyxl keeps all texts and all cells of a row in memory, which takes hundreds of bytes for a tag of four.
    """
    with ZipFile(BytesIO(data)) as packed:
        if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
            raise RosterUnusable(file, "contents")
        tags = 0
        for each in packed.infolist():
            with packed.open(each) as part:
                while piece := part.read(_PIECE):
                    tags += piece.count(b"<")
        if tags > _MOST_TAGS:
            raise RosterUnusable(file, "contents")


def _rows(sheet: Any, left: Iterator[int], file: str) -> Iterator[Line]:
    """Yield the rows, as long as `left` yields numbers. Raises RosterUnusable if a cell holds more than it can."""
    sheet.reset_dimensions()  # some programs write wrong ones
    for row, _ in zip(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), left, strict=False):
        if any(isinstance(value, str) and len(value) > MOST_CELL for value in row):
            raise RosterUnusable(file, "contents")
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
