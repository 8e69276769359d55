"""Reading a file with earlier candidates: columns, cleaned people, refused rows, and who may be the same."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from handlers.imports import dates
from handlers.imports.columns import people_columns, proposed, with_told
from handlers.imports.likeness import find
from handlers.imports.model import (
    DATES,
    MOST_FIELDS,
    MOST_ROWS,
    MOST_TEXT,
    Cells,
    Column,
    DayOrder,
    EarlierInterview,
    Fault,
    Field,
    ImportedPerson,
    ImportUnusable,
    Likeness,
    Refusal,
    Request,
    Summary,
    known_of,
)
from handlers.imports.tables import Table, with_table
from handlers.rosters.asides import aside_of
from handlers.rosters.columns import Columns
from handlers.rosters.people import person

_ID_LENGTH = 16
_SAMPLED = 400
_SHOWN = 60
_EMPTY = EarlierInterview()
_TITLES = re.compile(
    r"^(?:mr|mrs|ms|miss|dr|prof)\b\.?\s+|(?<=.{2})\s*(?:先生|女士|小姐|同学|同學|老师|老師)$", re.IGNORECASE
)
_IN_BRACKETS = re.compile(r"(?<=.)\s*[(\[【][^()\[\]【】]*[)\]】]\s*$")
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")
_COLUMN_OF: dict[Fault, tuple[Field, ...]] = {
    "name": ("name", "given", "surname"), "long": ("name", "given", "surname"), "phone": ("phone", "contact"),
    "digits": ("phone", "contact"), "email": ("email", "contact"),
}  # fmt: skip
_TEXTS: tuple[Field, ...] = ("position", "interviewer", "result", "score", "notes", "author")


class Reading(NamedTuple):
    """What a file holds. `refusals` are in the order of its rows."""

    summary: Summary
    people: list[ImportedPerson]
    refusals: list[Refusal]
    likenesses: list[Likeness]


class _Refused(Exception):
    def __init__(self, fault: Fault, column: int = -1) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.column = column


def read(request: Request) -> Reading:
    """Read the file of a request. Raises ImportUnusable."""
    return with_table(request.data, request.file, lambda table: _read(table, request))


def _read(table: Table, request: Request) -> Reading:
    rows = list(islice(table.rows, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise ImportUnusable(request.file, "rows")
    if not rows:
        raise ImportUnusable(request.file, "empty")
    width = max(len(table.heading), *(len(each.cells) for each in rows))
    sample = [each.cells for each in rows[:: max(1, len(rows) // _SAMPLED)]]
    columns = with_told(request.told, proposed(table.heading, sample, width), request.file)
    reader = _Reader(columns, rows, request)
    if not reader.names.found:
        raise ImportUnusable(request.file, "name")
    people, refusals = reader.all(rows)
    known = [known_of(each) for each in people]
    found = find(known, request.known)
    summary = Summary(
        table.form,
        tuple(columns),
        len(rows),
        len(rows) - len(refusals),
        len(people),
        sum(len(each.interviews) for each in people),
        len(refusals),
        len(found.likenesses),
        tuple(sorted(reader.orders.items())),
        found.common,
    )
    return Reading(summary, people, refusals, found.likenesses)


class _Reader:
    def __init__(self, columns: Sequence[Column], rows: Sequence[Cells], request: Request) -> None:
        self._columns = columns
        self._request = request
        self.names: Columns = people_columns(columns)
        self._at: dict[Field, int] = {each.field: at for at, each in reversed(list(enumerate(columns)))}
        self._answers = [at for at, each in enumerate(columns) if each.field == "answer"]
        self._details = [at for at, each in enumerate(columns) if each.field == "detail"]
        self._several = 3 * sum(len(each.cells) - each.cells.count("") > 1 for each in rows) > len(rows)
        self.orders: dict[str, DayOrder] = {}
        for at, each in enumerate(columns):
            if each.field in DATES:
                order = request.day_order or dates.order_of(_cell(row.cells, at) for row in rows)
                if order:
                    self.orders[each.letter] = order

    def all(self, rows: Iterable[Cells]) -> tuple[list[ImportedPerson], list[Refusal]]:
        """Return the people and what is refused. Rows with one number, which JSON may have, are one person's."""
        people: list[ImportedPerson] = []
        refusals: list[Refusal] = []
        for row in rows:
            try:
                made = self._person(row)
            except _Refused as refused:
                refusals.append(self._refusal(row, refused))
                continue
            before = people[-1] if people else None
            if before and before.row == row.number:
                people[-1] = replace(before, interviews=(*before.interviews, *made.interviews))
            else:
                people.append(made)
        return people, refusals

    def _person(self, row: Cells) -> ImportedPerson:
        if row.damaged:
            raise _Refused("quote")
        someone = person(row.cells, self.names)
        reachable = bool(someone.phone or someone.email)
        if aside_of(row.cells, self.names, reachable=reachable, several=self._several):
            raise _Refused("aside")
        name = tidy(someone.name)
        fault: Fault | None = "name" if not name else _fault(someone.fault)
        if fault:
            raise _Refused(fault, self._column_of(fault, row))
        source = self._request.source
        interview = self._interview(row)
        return ImportedPerson(
            sha256(f"{source}:{row.number}".encode()).hexdigest()[:_ID_LENGTH],
            source,
            self._request.unit,
            row.number,
            name,
            someone.phone,
            someone.email,
            self._date("birth", row),
            self._text("school", row),
            self._pairs([*self._details, *(at for at in someone.more if at not in self._details)], row),
            (interview,) if replace(interview, author="", recorded="") != _EMPTY else (),
        )

    def _interview(self, row: Cells) -> EarlierInterview:
        position, interviewer, result, score, notes, author = (self._text(each, row) for each in _TEXTS)
        return EarlierInterview(
            self._date("date", row),
            position,
            interviewer,
            result,
            score,
            notes,
            self._pairs(self._answers, row),
            author,
            self._date("recorded", row),
        )

    def _date(self, field: Field, row: Cells) -> str:
        at = self._at.get(field, -1)
        text = _cell(row.cells, at)
        if dates.is_nothing(text):
            return ""
        made = dates.parse(text, self.orders.get(self._columns[at].letter, ""))
        match made:
            case "date" | "ambiguous":
                raise _Refused(made, at)
            case _:
                return made

    def _text(self, field: Field, row: Cells) -> str:
        return _cell(row.cells, self._at.get(field, -1))[:MOST_TEXT]

    def _pairs(self, columns: Iterable[int], row: Cells) -> tuple[tuple[str, str], ...]:
        found = (
            (self._columns[at].heading or self._columns[at].letter, _cell(row.cells, at)[:MOST_TEXT])
            for at in columns
        )
        return tuple(islice((each for each in found if each[1]), MOST_FIELDS))

    def _column_of(self, fault: Fault, row: Cells) -> int:
        """Return the column with the fault: the first filled one of its fields."""
        fields = _COLUMN_OF[fault]
        among = [at for at, each in enumerate(self._columns) if each.field in fields]
        return next((at for at in among if _cell(row.cells, at)), among[0] if among else -1)

    def _refusal(self, row: Cells, refused: _Refused) -> Refusal:
        if refused.column < 0:
            text = " · ".join(filter(None, row.cells))
            return Refusal(row.number, "", "", refused.fault, text[:_SHOWN])
        column = self._columns[refused.column]
        value = _cell(row.cells, refused.column)
        return Refusal(row.number, column.letter, column.heading, refused.fault, value[:_SHOWN])


def tidy(name: str) -> str:
    """Return a name without titles, remarks in brackets, and spaces between Chinese characters."""
    plain = " ".join(unicodedata.normalize("NFKC", name).split())
    plain = _IN_BRACKETS.sub("", plain) or plain
    return _BETWEEN_HAN.sub("", _TITLES.sub("", plain).strip())


def _fault(said: str) -> Fault | None:
    match said:
        case "name" | "long" | "phone" | "digits" | "email":
            return said
        case _:
            return None


def _cell(cells: Sequence[str], at: int) -> str:
    return cells[at] if 0 <= at < len(cells) else ""
