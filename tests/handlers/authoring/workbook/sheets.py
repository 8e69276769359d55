"""Workbooks for tests: the template with cells changed, as people change them in a spreadsheet program."""

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from handlers.authoring import Reading
from handlers.authoring.workbook import read_book, read_cells, template


def changed(changes: dict[tuple[str, str], Any], language: str = "zh") -> bytes:
    """Return the template with other values in cells, each named by (sheet, cell)."""
    book = load_workbook(BytesIO(template(language)))
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    return saved(book)


def saved(book: Any) -> bytes:
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def column(heading: str, language: str = "zh") -> str:
    """Return the letter of the column with this heading on the template's sheet of questions."""
    sheet = load_workbook(BytesIO(template(language)))["题目" if language == "zh" else "Questions"]
    return next(cell.column_letter for cell in sheet[1] if cell.value == heading)


def read(data: bytes, name: str = "面试.xlsx") -> Reading:
    return read_book(read_cells(data), name)
