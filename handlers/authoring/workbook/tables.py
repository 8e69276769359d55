"""Finding the sheets of a script in a workbook by their headings, and the places of their cells."""

from collections.abc import Iterator
from typing import NamedTuple

from handlers.authoring.faults import Spot
from handlers.authoring.workbook.cells import Book, BookSheet, Cell
from handlers.authoring.workbook.layout import Sheet

_HEADING_WITHIN = 10
LEAST_HEADINGS = 3


class Table(NamedTuple):
    """A sheet with a heading.

    `number` counts sheets, and `heading` rows, from 0. `columns`: the index of each column; `unknown`: the
    headings that are not known, by index.
    """

    number: int
    sheet: BookSheet
    heading: int
    columns: dict[str, int]
    unknown: dict[int, str]

    def spot(self, row: int, key: str) -> Spot:
        return spot_of(self.number, self.sheet, row, self.columns.get(key, 0))

    def rows(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """Yield the rows that are not empty, with their index."""
        for row in range(self.heading + 1, len(self.sheet.rows)):
            cells = self.sheet.rows[row]
            given = {key: cells[at] if at < len(cells) else None for key, at in self.columns.items()}
            if any(cell is not None for cell in given.values()):
                yield row, given


def spot_of(index: int, sheet: BookSheet, row: int, column: int) -> Spot:
    return Spot(row + 1, column + 1, f"{sheet.title}!{_letters(column)}{row + 1}", index + 1)


def _letters(column: int) -> str:
    """Return the name of a column, counted from 0: A, B, … Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def table_of(book: Book, kind: Sheet) -> Table | None:
    """Return the sheet that has these headings in one of its first rows."""
    least = min(LEAST_HEADINGS, len(kind.columns) - 1)
    for index, sheet in enumerate(book.sheets):
        for row, cells in enumerate(sheet.rows[:_HEADING_WITHIN]):
            columns: dict[str, int] = {}
            unknown: dict[int, str] = {}
            for at, cell in enumerate(cells):
                if found := kind.column(str(cell)) if cell is not None else None:
                    columns.setdefault(found.key, at)
                elif cell is not None:
                    unknown[at] = str(cell)
            if len(columns) >= least:
                return Table(index, sheet, row, columns, unknown)
    return None
