"""Writing tables to CSV and XLSX files, row by row, so that no cell is taken for a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

MOST_CELL = 32_767
"""The most characters that a cell can hold."""
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)
"""What XML 1.0 cannot hold, and noncharacters."""
_SIGNS = "=+-@"
_CONTROLS = ("\t", "\r", "\n")
_FILLERS = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters and symbols that look like spaces: Hangul fillers, and the Braille pattern without a dot."""


class Csv:
    """A CSV file, UTF-8 with a byte-order mark, without which Excel misreads Chinese."""

    def __init__(self, target: Path) -> None:
        self._file = target.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def row(self, values: Iterable[object]) -> None:
        self._writer.writerow(map(guarded, values))

    def __enter__(self) -> "Csv":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class Xlsx:
    """An XLSX workbook with one sheet, written to disk when the context ends."""

    def __init__(self, target: Path) -> None:
        from openpyxl import Workbook  # slow to import and rarely needed

        self._target = target
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("answers")

    def row(self, values: Iterable[object]) -> None:
        append(self._sheet, values)

    def __enter__(self) -> "Xlsx":
        return self

    def __exit__(self, *_: object) -> None:
        buffer = io.BytesIO()
        self._book.save(buffer)
        self._target.write_bytes(buffer.getvalue())


class Marked(NamedTuple):
    """A number that is shown with a mark behind it (without quotation marks), and still sorts as a number."""

    number: float
    mark: str


CellValue = str | float | datetime | Marked | None


class Column(NamedTuple):
    """A column of a sheet for people. `width` is in characters."""

    heading: str
    width: int


class Sheet:
    """A sheet of a `Workbook`. Its heading stays in view, and rows can be filtered."""

    def __init__(self, sheet: "Worksheet", columns: Sequence[Column]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill
        from openpyxl.utils import get_column_letter

        self._sheet = sheet
        self._rows = 1
        self._marks: dict[str, Cell] = {}
        self._last = get_column_letter(len(columns))
        self._heading, self._text, self._number, self._time = (WriteOnlyCell(sheet) for _ in range(4))
        self._heading.font, self._heading.fill = Font(bold=True), PatternFill("solid", fgColor="E8EEF2")
        self._heading.alignment = self._text.alignment = Alignment(vertical="top", wrap_text=True)
        self._number.alignment = self._time.alignment = Alignment(vertical="top")
        self._time.number_format = "yyyy-mm-dd hh:mm"
        for number, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = column.width
        sheet.freeze_panes = "B2"
        sheet.append([_filled(self._heading, column.heading) for column in columns])

    def row(self, values: Iterable[CellValue]) -> None:
        """Append a row: texts (guarded), numbers, marked or not, local times, and None for an empty cell."""
        self._sheet.append([self._cell(value) for value in values])
        self._rows += 1

    def _cell(self, value: CellValue) -> "Cell | None":
        match value:
            case None | "":
                return None
            case str():
                return _filled(self._text, value)
            case datetime():
                return _filled(self._time, value)
            case Marked(number, mark):
                return _filled(self._marked(mark), number)
            case _:
                return _filled(self._number, value)

    def _marked(self, mark: str) -> "Cell":
        """Return the model of numbers with this mark. Copies of a model share its style, which must not change."""
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment

        if mark not in self._marks:
            model = WriteOnlyCell(self._sheet)
            model.alignment, model.number_format = Alignment(vertical="top"), f'General"{mark}"'
            self._marks[mark] = model
        return self._marks[mark]

    def finish(self) -> None:
        self._sheet.auto_filter.ref = f"A1:{self._last}{self._rows}"


class Workbook:
    """An XLSX workbook for people with several sheets, to which rows are appended in any order.

    Rows go to temporary files at once, so that memory use does not grow with their number. The workbook is written
    by `save`, which must be called once, at the end.
    """

    def __init__(self, target: Path) -> None:
        from openpyxl import Workbook as Book

        self._target = target
        self._book = Book(write_only=True)
        self._sheets: list[Sheet] = []

    def sheet(self, title: str, columns: Sequence[Column]) -> Sheet:
        sheet = Sheet(cast("Worksheet", self._book.create_sheet(title)), columns)
        self._sheets.append(sheet)
        return sheet

    def save(self) -> None:
        for sheet in self._sheets:
            sheet.finish()
        self._book.save(self._target)


def append(sheet: "WriteOnlyWorksheet", values: Iterable[object]) -> None:
    """Append a row to a sheet. Texts are guarded, cut to what a cell can hold, and written as texts."""
    row: list[object] = []
    for value in map(guarded, values):
        if isinstance(value, str) and value:
            row.append(_text_cell(sheet, value))
        else:
            row.append(None if value == "" else value)
    sheet.append(row)


def _filled(model: "Cell", value: str | float | datetime) -> "Cell":
    """Return a cell with the style of `model`. Copying is much faster than setting the style of each cell."""
    cell = copy(model)
    if isinstance(value, str):
        cell.value = str(guarded(value))[:MOST_CELL]
        cell.data_type = "s"
    else:
        cell.value = value
    return cell


def _text_cell(sheet: "WriteOnlyWorksheet", text: str) -> "Cell":
    """Return a cell that holds a text, cut to what a cell can hold."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, text[:MOST_CELL])
    cell.data_type = "s"  # openpyxl would make a formula or an error value of some texts
    return cell


def guarded(value: object) -> object:
    """Return a cell's value so that no spreadsheet takes it for a formula.

    Characters that a sheet cannot hold are removed from texts. A text that then begins like a formula gets an
    apostrophe before it; what cannot be seen at its beginning does not count, because programs may drop it.
    Source: owasp.org, "CSV Injection". Chinese and Japanese spreadsheets also accept full-width signs.
    """
    if not isinstance(value, str):
        return value
    text = _FORBIDDEN.sub("", value)
    return f"'{text}" if text.startswith(_CONTROLS) or _begins_formula(text) else text


def _begins_formula(text: str) -> bool:
    """Return whether the first character that can be seen is a formula's sign, in whatever width."""
    seen = next((each for each in text if not _is_unseen(each)), "")
    return unicodedata.normalize("NFKC", seen)[:1] in tuple(_SIGNS)


def _is_unseen(character: str) -> bool:
    """Return whether the character is a space, a control or format character, unassigned or a combining mark."""
    return unicodedata.category(character)[0] in "CZM" or character in _FILLERS
