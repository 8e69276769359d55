"""Dividing CSV text into rows and cells, so that a quotation mark that is not closed swallows no other rows.

Each line is looked at by itself. A cell may run over several lines only if it is closed as CSV demands, and if the
lines make no rows of their own.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from handlers.rosters.cells import clean
from handlers.rosters.model import RosterUnusable

DELIMITERS = (",", ";", "\t", "，", "；", "|")
_SEP = re.compile(
    r'"?sep=(.)"?(?:\r\n|\r|\n|$)', re.IGNORECASE
)  # Excel reads it as a setting and does not show it
_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_LINES = 30
"""The most lines of a cell."""
_MOST_CELL = 100_000
_MOST_COUNTED = 2_000


class Line(NamedTuple):
    """A row: its cells, and whether it cannot be told where its cells end (`damaged`)."""

    cells: Sequence[str]
    damaged: bool = False


class _Alone(NamedTuple):
    """A text read for itself, with every quote that is not closed as plain text.

    - `closed`: every cell that begins with a quote is closed as CSV demands.
    - `open`: the last cell that begins with one may go on in the next line.
    - `stray`: there is a single quote in some cell.
    """

    cells: tuple[str, ...]
    closed: bool
    open: bool
    stray: bool


def divided(text: str, file: str) -> Iterator[Iterator[Line]]:
    """Yield the table once for each delimiter that may divide its cells. Raises RosterUnusable."""
    told = _SEP.match(text)
    lines = _LINE_END.split(text[told.end() :] if told else text)
    if lines and not lines[-1]:
        lines.pop()
    if any(len(line) > _MOST_CELL for line in lines):
        raise RosterUnusable(file, "csv")
    for delimiter in (told[1],) if told else DELIMITERS:
        yield _rows(lines, delimiter)


def _rows(lines: Sequence[str], delimiter: str) -> Iterator[Line]:
    divide = _Divider(delimiter)
    width = divide.width(lines)
    at = 0
    while at < len(lines):
        taken, rows = divide.rows(lines, at, width)
        yield from rows
        at += taken


class _Divider:
    def __init__(self, delimiter: str) -> None:
        mark = re.escape(delimiter)
        blank = "[ \t]*" if delimiter != "\t" else " *"
        self._cell = re.compile(f'{blank}"((?:[^"]|"")*)"{blank}(?={mark}|\\Z)|([^{mark}]*)')
        self._opening = re.compile(f'(?:^|{mark}){blank}"(?:[^"]|"")*\\Z')
        self._delimiter = delimiter

    def width(self, lines: Sequence[str]) -> int:
        """Return how many cells most rows have."""
        widths = Counter[int]()
        for line in filter(None, lines[:_MOST_COUNTED]):
            if '"' not in line:
                widths[line.count(self._delimiter) + 1] += 1
            elif (alone := self._alone(line)).closed and not alone.stray:
                widths[len(alone.cells)] += 1
        return max(widths, key=lambda cells: (widths[cells], cells), default=0)

    def rows(self, lines: Sequence[str], at: int, width: int) -> tuple[int, list[Line]]:
        """Return how many lines the next rows take, and these rows."""
        first = self._alone(lines[at])
        if not first.open:
            return 1, [self._by_itself(first, width)]
        for end in range(at + 2, min(at + _MOST_LINES, len(lines)) + 1):
            joined = self._alone("\n".join(lines[at:end]))
            if joined.closed:
                return self._joined(joined, lines[at:end], width)
            if not joined.open:
                break
        return 1, [self._by_itself(first, width)]

    def _joined(self, joined: _Alone, lines: Sequence[str], width: int) -> tuple[int, list[Line]]:
        """Return the rows that these lines make: one row, or each line for itself. Damaged if both may be."""
        alone = [self._alone(line) for line in lines]
        counts = [len(each.cells) for each in alone]
        if len(joined.cells) == width:
            one_row = counts[0] == 1 < width or max(counts[1:]) < width
        else:
            one_row = width not in counts
        if one_row:
            return len(lines), [Line(_cleaned(joined.cells))]
        if len(joined.cells) != width and set(counts) == {width}:
            return 1, [Line(_cleaned(alone[0].cells))]
        return len(lines), [Line(_cleaned(each.cells), damaged=True) for each in alone]

    def _by_itself(self, line: _Alone, width: int) -> Line:
        return Line(_cleaned(line.cells), damaged=(line.stray or not line.closed) and len(line.cells) != width)

    def _alone(self, text: str) -> _Alone:
        cells = list[str]()
        at, closed, is_open, stray = 0, True, False, False
        while at <= len(text):
            found = self._cell.match(text, at)
            assert found is not None  # the second alternative matches anything
            quoted, plain = found.groups()
            if quoted is not None:
                cells.append(quoted.replace('""', '"'))
            else:
                cells.append(plain)
                stray = stray or plain.count('"') % 2 == 1
                if plain.lstrip().startswith('"'):
                    closed = False
                    is_open = is_open or bool(self._opening.match(text, max(at - 1, 0)))
            at = found.end() + 1
        return _Alone(tuple(cells), closed, is_open, stray)


def _cleaned(cells: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(clean, cells))
