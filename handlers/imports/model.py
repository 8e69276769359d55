"""Earlier candidates and interviews as they are imported: what a file's columns mean, and what was read in it."""

from typing import Literal, NamedTuple, get_args

import msgspec

from conversation.errors import BotError

MOST_BYTES = 32 * 1024 * 1024
"""The largest file."""
MOST_ROWS = 200_000
MOST_TEXT = 4_000
"""The longest text that is kept of a cell, in characters."""
MOST_FIELDS = 40
"""How many answers, and how many further details, are kept of a row."""

Field = Literal[
    "name", "surname", "given", "phone", "email", "contact", "birth", "school",
    "date", "position", "interviewer", "result", "score", "notes", "author", "recorded",
    "answer", "detail", "omit",
]  # fmt: skip
"""What a column is about. `answer`: its heading is a question. `detail`: it is kept under its heading. `omit`: it
is not kept."""
FIELDS: tuple[Field, ...] = get_args(Field)
DATES: frozenset[Field] = frozenset({"birth", "date", "recorded"})
SEVERAL: frozenset[Field] = frozenset({"phone", "email", "contact", "answer", "detail", "omit"})
"""Fields that several columns may have."""
Found = Literal["heading", "content", "rest", "told"]
"""Why a column has its field: its heading says so, its contents look like it, nothing says so, or somebody told
so."""
DayOrder = Literal["", "dmy", "mdy", "ymd"]
"""In which order dates such as 03/04/2026 or 26.3.5 are written; empty: unknown."""
Form = Literal["csv", "xlsx", "json"]
Trouble = Literal["bytes", "contents", "rows", "encoding", "csv", "xlsx", "xls", "json", "empty", "name", "column"]
WHY: dict[Trouble, str] = {
    "bytes": f"is larger than {MOST_BYTES // 2**20} MiB: divide it",
    "contents": "has too much in it to be read: divide it, or save it as CSV UTF-8",
    "rows": f"has more than {MOST_ROWS} rows: divide it",
    "encoding": "is in no encoding that is known here: save it as CSV UTF-8, or as .xlsx",
    "csv": "is not a CSV table",
    "xlsx": "cannot be read as an XLSX workbook: save it again, or as CSV UTF-8",
    "xls": "is an old or an encrypted Excel workbook: save it as .xlsx without a password",
    "json": "is not JSON with a list of candidates",
    "empty": "has no rows below its heading",
    "name": "has no column that is known to hold names: tell which one it is, as in name=B",
    "column": "has no such column, or two columns for one field",
}
Fault = Literal["name", "long", "phone", "digits", "email", "date", "ambiguous", "quote", "aside"]


class ImportUnusable(BotError):
    """Raised when a file cannot be imported at all. `reason` lets callers word the message themselves."""

    def __init__(self, file: str, reason: Trouble) -> None:
        super().__init__(f"{file} {WHY[reason]}")
        self.reason = reason


class Column(msgspec.Struct, frozen=True, array_like=True):
    """A column: its letter as spreadsheets show it, its heading, what it is about, and how that was found out.

    `example` is one of its values.
    """

    letter: str
    heading: str
    field: Field
    found: Found
    example: str = ""


class EarlierInterview(msgspec.Struct, frozen=True, omit_defaults=True):
    """An interview before this system. Dates are ISO dates, or year and month; all empty if unknown.

    `author` and `recorded`: who wrote it down, and when.
    """

    date: str = ""
    position: str = ""
    interviewer: str = ""
    result: str = ""
    score: str = ""
    notes: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    author: str = ""
    recorded: str = ""


class ImportedPerson(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody in an imported file, with the interviews that the file tells of.

    - `id`: 16 hex digits.
    - `source`: the import.
    - `row`: where in the file, as spreadsheets count rows.
    - `phone`: E.164.
    """

    id: str
    source: str
    unit: str
    row: int
    name: str
    phone: str = ""
    email: str = ""
    birth: str = ""
    school: str = ""
    details: tuple[tuple[str, str], ...] = ()
    interviews: tuple[EarlierInterview, ...] = ()


class Known(msgspec.Struct, frozen=True, array_like=True):
    """Somebody already known, to be compared with those in a file: an imported person, or a candidate's
    interview."""

    id: str
    name: str
    phone: str = ""
    email: str = ""
    birth: str = ""
    school: str = ""
    positions: tuple[str, ...] = ()


def known_of(each: ImportedPerson) -> Known:
    """Return what is compared of an imported person."""
    positions = tuple(dict.fromkeys(one.position for one in each.interviews if one.position))
    return Known(each.id, each.name, each.phone, each.email, each.birth, each.school, positions)


class Refusal(msgspec.Struct, frozen=True, array_like=True):
    """A row that cannot be imported: its number, the column's letter and heading, what is wrong, and the value."""

    row: int
    letter: str
    heading: str
    fault: Fault
    value: str = ""


Evidence = Literal[
    "phone", "phone_near", "email", "email_near", "name", "sound", "name_near", "birth", "school", "position",
]  # fmt: skip
"""What two people have in common. `sound`: their names are written alike in pinyin, in any order."""


class Likeness(msgspec.Struct, frozen=True, array_like=True):
    """Two people who may be the same. `score` is 0 to 100."""

    one: str
    other: str
    evidence: tuple[Evidence, ...]
    score: int


class Summary(msgspec.Struct, frozen=True):
    """What was read in a file. `rows` is the sum of those that were read and those `refused`.

    - `people`: those in the rows that were read; several rows of one JSON object are one person's.
    - `interviews`: earlier interviews that these rows tell of.
    - `day_orders`: the order of day and month in columns of dates, by letter, where it was found.
    - `common`: phone numbers and e-mail addresses in too many rows to tell who is who: how many of each.
    """

    form: Form
    columns: tuple[Column, ...]
    rows: int
    read: int
    people: int
    interviews: int
    refused: int
    duplicates: int
    day_orders: tuple[tuple[str, DayOrder], ...] = ()
    common: tuple[tuple[Evidence, int], ...] = ()


class Request(msgspec.Struct, frozen=True, array_like=True):
    """A file to be read, and those to compare with it.

    - `told`: pairs of a field and a column's letter or heading, in place of what would be proposed.
    - `whole`: whether the people are wanted, too, not only the summary, refusals and likenesses.
    """

    data: bytes
    file: str
    source: str
    unit: str
    told: tuple[tuple[str, str], ...] = ()
    day_order: DayOrder = ""
    known: tuple[Known, ...] = ()
    whole: bool = True


class Cells(NamedTuple):
    """A row that is not empty. `damaged`: it cannot be told where its cells end."""

    number: int
    cells: tuple[str, ...]
    damaged: bool = False


def letter(column: int) -> str:
    """Return the column's letters as spreadsheets show them; `column` counts from 0."""
    said = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said
