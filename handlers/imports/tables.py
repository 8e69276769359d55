"""The rows of a file with earlier candidates: CSV, XLSX or JSON, in any usual encoding.

What is read here comes from outside and may take much memory and time: read it in a process with limits.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

from handlers.imports.columns import is_heading, is_unknown_heading
from handlers.imports.model import MOST_BYTES, Cells, Form, ImportUnusable
from handlers.rosters import RosterUnusable
from handlers.rosters.cells import clean
from handlers.rosters.columns import is_below, merged
from handlers.rosters.csv_text import Line, divided
from handlers.rosters.encodings import readings
from handlers.rosters.workbook import sheets
from handlers.workbooks import MOST_COLUMNS, Limits, WorkbookTooLarge, WorkbookUnreadable

_LIMITS = Limits(unpacked_bytes=512 * 1024 * 1024, tags=16_000_000)
_MOST_SHEET_ROWS = 1_000_000
"""The most rows of a workbook, empty ones included."""
_HEADING_WITHIN = 10
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_DEPTH = 4
T = TypeVar("T")


class Table(NamedTuple):
    """A table: its heading, empty if it has none, and its rows in order without empty ones, read once."""

    form: Form
    heading: tuple[str, ...]
    rows: Iterator[Cells]


def with_table(data: bytes, file: str, use: Callable[[Table], T]) -> T:
    """Return what `use` makes of the file's table: the first one that has a heading, else the first one at all.

    Raises ImportUnusable.
    """
    if len(data) > MOST_BYTES:
        raise ImportUnusable(file, "bytes")
    if data.startswith(_OLE):
        raise ImportUnusable(file, "xls")
    if data.startswith(_ZIP):
        return _of_workbook(data, file, use)
    texts = list(readings(data))
    if not texts:
        raise ImportUnusable(file, "encoding")
    for text in texts:
        if text.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
            return use(_of_json(text, file))
    try:
        return use(_first("csv", chain.from_iterable(divided(text, file) for text in texts), file))
    except RosterUnusable:
        raise ImportUnusable(file, "csv") from None


def _of_workbook(data: bytes, file: str, use: Callable[[Table], T]) -> T:
    try:
        with sheets(data, _LIMITS, _MOST_SHEET_ROWS) as found:
            return use(_first("xlsx", found, file))
    except WorkbookTooLarge:
        raise ImportUnusable(file, "contents") from None
    except WorkbookUnreadable:
        raise ImportUnusable(file, "xlsx") from None


def _first(form: Form, tables: Iterable[Iterable[Line]], file: str) -> Table:
    """Return the first table with a heading; without any, the first of several columns."""
    without: list[tuple[list[Cells], Iterator[Cells]]] = []
    for lines in tables:
        rows = _numbered(lines)
        top = list(islice(rows, _HEADING_WITHIN + 1))
        for at, row in enumerate(top[:_HEADING_WITHIN]):
            below = top[at + 1].cells if at + 1 < len(top) else ()
            two = merged(row.cells, below)
            if len(row.cells) > 1 and is_below(row.cells, below) and is_heading(two):
                return Table(form, two, chain(top[at + 2 :], rows))
            if is_heading(row.cells):
                return Table(form, row.cells, chain(top[at + 1 :], rows))
        if top:
            without.append((top, rows))
    if not without:
        raise ImportUnusable(file, "empty")
    top, rows = max(without, key=lambda table: len(table[0][-1].cells))
    if len(top) > 1 and is_unknown_heading(top[0].cells, top[1].cells):
        return Table(form, top[0].cells, chain(top[1:], rows))
    return Table(form, (), chain(top, rows))


def _numbered(lines: Iterable[Line]) -> Iterator[Cells]:
    for number, line in enumerate(lines, 1):
        used = max((at for at, cell in enumerate(line.cells, 1) if cell), default=0)
        if used:
            yield Cells(number, tuple(line.cells[: min(used, MOST_COLUMNS)]), line.damaged)


# JSON


def _of_json(text: str, file: str) -> Table:
    """Return a list of objects as a table, or one object a line. Objects within an object have columns of their
    own; a list of objects, such as somebody's interviews, makes a row of each."""
    items = _items(text.lstrip("\ufeff"))
    if not items:
        raise ImportUnusable(file, "json")
    flat = [(number, row) for number, item in enumerate(items, 1) for row in _flat(item)]
    heading = tuple(dict.fromkeys(key for _, row in flat for key in row))[:MOST_COLUMNS]
    rows = (Cells(number, tuple(row.get(key, "") for key in heading)) for number, row in flat)
    return Table("json", heading, (row for row in rows if any(row.cells)))


def _items(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        try:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
        except (ValueError, RecursionError):
            return []
    if isinstance(found, dict):
        lists = [each for each in found.values() if isinstance(each, list) and each and isinstance(each[0], dict)]
        found = lists[0] if len(lists) == 1 and not _is_person(found) else [found]
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _is_person(found: dict[str, Any]) -> bool:
    return is_heading([key for key, value in found.items() if isinstance(value, str | int | float)])


def _flat(item: dict[str, Any], prefix: str = "", depth: int = 0) -> list[dict[str, str]]:
    """Return the item's rows, with a text for each value."""
    own: dict[str, str] = {}
    within: list[list[dict[str, str]]] = []
    for key, value in item.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and depth < _MOST_DEPTH:
            for row in _flat(value, f"{name}.", depth + 1)[:1]:
                own |= row
        elif isinstance(value, list) and any(isinstance(each, dict) for each in value) and depth < _MOST_DEPTH:
            within.append(
                [row for each in value if isinstance(each, dict) for row in _flat(each, f"{name}.", depth + 1)]
            )
        else:
            own[name] = _text(value)
    if not within:
        return [own]
    return [own | row for rows in within for row in rows]


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return str(int(value))
        case list():
            return clean(", ".join(map(_text, value)))
        case dict():
            return clean(json.dumps(value, ensure_ascii=False))
        case _:
            return clean(str(value))
