"""Interview scripts as spreadsheets: a sheet of questions, one row each, and one of the interview's own texts."""

from handlers.authoring.workbook.cells import MOST_QUESTIONS, Book, BookUnusable, Why, read_cells
from handlers.authoring.workbook.reading import is_script, read_book
from handlers.authoring.workbook.writing import template, workbook
from handlers.workbooks import MOST_BYTES

__all__ = [
    "MOST_BYTES",
    "MOST_QUESTIONS",
    "Book",
    "BookUnusable",
    "Why",
    "is_script",
    "read_book",
    "read_cells",
    "template",
    "workbook",
]
