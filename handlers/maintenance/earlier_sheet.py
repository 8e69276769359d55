"""The sheet of a campaign's workbook with imported interviews, which is only there if there are any."""

from collections.abc import Callable, Iterable
from datetime import datetime

from conversation.words import Words
from handlers.imports.history import Earlier
from handlers.sheets import CellValue, Column, Sheet, Workbook

_PRIVATE = ("score", "notes", "answers")
_WIDTHS = {"notes": 60, "answers": 60, "position": 24, "imported": 17, "source": 18}


class EarlierSheet:
    """`colleague` returns a colleague's name by id, `time` a local time.

    Without `private`, as in a group, there are no columns for scores, notes and answers.
    """

    def __init__(
        self,
        book: Workbook,
        words: Words,
        colleague: Callable[[str], str],
        time: Callable[[int], datetime | None],
        *,
        private: bool,
    ) -> None:
        self._book = book
        self._words = words
        self._colleague = colleague
        self._time = time
        self._private = private
        self._sheet: Sheet | None = None

    def add(self, name: str, interview: str, found: Iterable[Earlier]) -> None:
        """Add a row for each earlier interview of a candidate. Cells of what is not known stay empty."""
        for each in found:
            cells = self._cells(each)
            if self._sheet is None:
                self._sheet = self._opened(cells)
            self._sheet.row([name, *cells.values(), interview])

    def _opened(self, cells: Iterable[str]) -> Sheet:
        text = self._words.text
        columns = [Column(text(f"staff.workbook.earlier.{each}"), _WIDTHS.get(each, 12)) for each in cells]
        first, last = Column(text("staff.workbook.name"), 24), Column(text("staff.workbook.interview"), 18)
        return self._book.sheet(text("staff.workbook.earlier"), [first, *columns, last])

    def _cells(self, each: Earlier) -> dict[str, CellValue]:
        """Return the cells by their columns."""
        one = each.interview
        answers = "\n".join(f"{question}: {answer}" for question, answer in one.answers)
        cells: dict[str, CellValue] = {
            "date": one.date,
            "position": one.position,
            "interviewer": one.interviewer,
            "result": one.result,
            "score": one.score,
            "notes": one.notes,
            "answers": answers,
            "author": one.author,
            "recorded": one.recorded,
            "imported": self._time(each.imported_ms),
            "by": self._colleague(each.by),
            "source": each.source,
            "row": each.row,
        }
        return {name: value for name, value in cells.items() if self._private or name not in _PRIVATE}
