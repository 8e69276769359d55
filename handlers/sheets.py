"""Writing tables to CSV and XLSX files, row by row, so that no cell is taken for a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

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


def append(sheet: "WriteOnlyWorksheet", values: Iterable[object]) -> None:
    """Append a row to a sheet. Texts are guarded, cut to what a cell can hold, and written as texts."""
    from openpyxl.cell import WriteOnlyCell

    row: list[object] = []
    for value in map(guarded, values):
        if isinstance(value, str) and value:
            cell = WriteOnlyCell(sheet, value[:MOST_CELL])
            cell.data_type = "s"  # openpyxl would make a formula or an error value of some texts
            row.append(cell)
        else:
            row.append(None if value == "" else value)
    sheet.append(row)


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
