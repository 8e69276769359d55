"""Reading a list: its heading, and who is in it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from conversation.words import normal
from handlers.limits import PHONE_DIGITS
from handlers.rosters.asides import aside_of
from handlers.rosters.columns import Columns, columns, is_below, merged
from handlers.rosters.csv_text import Line, divided
from handlers.rosters.encodings import readings
from handlers.rosters.model import MOST_ROWS, Roster, RosterUnusable, Row, Same
from handlers.rosters.people import person
from handlers.rosters.workbook import read_workbook
from handlers.workbooks import MOST_BYTES, MOST_COLUMNS

_HEADING_WITHIN = 10
"""The heading must be among this many non-empty rows: tables often have titles above them."""
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

_Table = Iterable[Line]


class _Numbered(NamedTuple):
    """A row that is not empty, with its number as spreadsheets count it."""

    number: int
    cells: tuple[str, ...]
    damaged: bool


def read(data: bytes, file: str) -> Roster:
    """Parse a list of candidates. `file` is its name for error messages. Raises RosterUnusable."""
    if len(data) > MOST_BYTES:
        raise RosterUnusable(file, "bytes")
    if data.startswith(_OLE):
        raise RosterUnusable(file, "xls")
    if data.startswith(_ZIP):
        return read_workbook(data, file, lambda sheets: _first(sheets, file))
    texts = list(readings(data))
    if not texts:
        raise RosterUnusable(file, "encoding")
    return _first(chain.from_iterable(divided(text, file) for text in texts), file)


def _first(tables: Iterable[_Table], file: str) -> Roster:
    """Return the first table that has a heading. Raises RosterUnusable if there is none, or if it is empty."""
    for table in tables:
        if found := _table(table, file):
            if all(row.aside for row in found.rows):
                raise RosterUnusable(file, "nobody")
            return found
    raise RosterUnusable(file, "column")


def _table(rows: _Table, file: str) -> Roster | None:
    """Return the table as a roster, or None if none of its first rows is a heading."""
    numbered = (
        _Numbered(number, _trimmed(row.cells), row.damaged) for number, row in enumerate(rows, 1) if any(row.cells)
    )
    top = list(islice(numbered, _HEADING_WITHIN + 1))
    for at, row in enumerate(top[:_HEADING_WITHIN]):
        below = top[at + 1].cells if at + 1 < len(top) else ()
        two = merged(row.cells, below)
        if _is_upper(row.cells) and is_below(row.cells, below) and columns(two).found:
            return _roster(two, chain(top[at + 2 :], numbered), file)
        if columns(row.cells).found:
            return _roster(row.cells, chain(top[at + 1 :], numbered), file)
    return None


def _is_upper(cells: Sequence[str]) -> bool:
    """Return whether a row may be the upper part of a heading, not a title over the whole table."""
    return len(cells) > 1


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Return the row's first MOST_COLUMNS cells without empty ones at the end. Not for empty rows."""
    used = max(number for number, each in enumerate(row, 1) if each)
    return tuple(row[: min(used, MOST_COLUMNS)])


def _roster(heading: tuple[str, ...], below: Iterator[_Numbered], file: str) -> Roster:
    found = columns(heading)
    rows = list(islice(below, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise RosterUnusable(file, "rows")
    several = 3 * sum(len(row.cells) - row.cells.count("") > 1 for row in rows) > len(rows)
    read_rows = (_row(row, found, several=several) for row in rows)
    return Roster(heading, tuple(_without_duplicates(read_rows)), person=found.person)


def _row(row: _Numbered, found: Columns, *, several: bool) -> Row:
    someone = person(row.cells, found)
    made = Row(
        row.number,
        row.cells,
        someone.name,
        phone=someone.phone[-PHONE_DIGITS:],
        e164=someone.phone,
        email=someone.email,
        more=someone.more,
    )
    if row.damaged:
        return made._replace(fault="quote")
    reachable = bool(someone.phone or someone.email)
    if aside := aside_of(row.cells, found, reachable=reachable, several=several):
        return made._replace(aside=aside)
    return made._replace(fault=someone.fault)


def _without_duplicates(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows. Of several that are the same person the first is good."""
    met: dict[tuple[Same, str], int] = {}
    for row in rows:
        if row.fault or row.aside:
            yield row
            continue
        keys = _keys(row)
        same = next((key for key in keys if key in met), None)
        if same:
            yield row._replace(fault="duplicate", of=met[same], same=same[0])
        else:
            yield row
            met |= dict.fromkeys(keys, row.number)


def _keys(row: Row) -> list[tuple[Same, str]]:
    """Return what identifies a candidate: phone number and e-mail address, or the name if both are missing."""
    keys: list[tuple[Same, str]] = []
    if row.e164:
        keys.append(("phone", row.e164))
    if row.email:
        keys.append(("email", row.email.casefold()))
    return keys or [("name", normal(row.name))]
