"""A list of candidates as it was read, and why one cannot be used."""

from typing import Literal, NamedTuple

from conversation.errors import BotError
from handlers.workbooks import MOST_BYTES

MOST_ROWS = 5_000
MOST_DETAILS = 30
_MOST_HEADING = 40
_MOST_VALUE = 200

Form = Literal["csv", "xlsx"]
Fault = Literal["", "name", "long", "phone", "digits", "email", "quote", "duplicate"]
Same = Literal["", "phone", "email", "name"]
Aside = Literal["", "group", "total", "heading", "note", "blank"]
Reason = Literal["bytes", "contents", "rows", "encoding", "csv", "xlsx", "xls", "column", "nobody"]
WHY: dict[Reason, str] = {
    "bytes": f"is larger than {MOST_BYTES // 2**20} MiB",
    "contents": "has too much in it to be read: copy the list into a new workbook, or save it as CSV UTF-8",
    "rows": f"has more than {MOST_ROWS} rows: divide it",
    "encoding": "is in no encoding that is known here: save it as CSV UTF-8, or as .xlsx",
    "csv": "is not a CSV table",
    "xlsx": "cannot be read as an XLSX workbook: save it again, or as CSV UTF-8",
    "xls": "is an old or an encrypted Excel workbook: save it as .xlsx without a password",
    "column": "has no column name or 姓名 (or 姓 and 名, or First name and Last name) among its first lines",
    "nobody": "names nobody below its heading",
}


class RosterUnusable(BotError):
    """Raised when a list cannot be used at all. `reason` lets callers word the message themselves."""

    def __init__(self, file: str, reason: Reason) -> None:
        super().__init__(f"{file} {WHY[reason]}")
        self.reason = reason


class Row(NamedTuple):
    """One row of a list.

    - `number`: row number as spreadsheets count it, from 1.
    - `cells`: the row's text, without invisible characters and a leading formula guard.
    - `fault`: why the row cannot be used; empty if it can.
    - `of`: number of the row that this one duplicates, else 0. `same`: what is equal in both.
    - `phone`: last four digits of the phone number; empty if there is no usable one. `e164`: the whole number.
    - `email`: the e-mail address; empty if there is no usable one.
    - `more`: the columns of name, phone number and e-mail address whose cells have more in them than was read.
    - `aside`: why the row is about no person: a group's title, a total, the heading again, a note, or nothing but
      a number; empty if it is about one.
    """

    number: int
    cells: tuple[str, ...]
    name: str
    fault: Fault = ""
    of: int = 0
    phone: str = ""
    e164: str = ""
    email: str = ""
    same: Same = ""
    more: tuple[int, ...] = ()
    aside: Aside = ""


class Roster(NamedTuple):
    """A list with its heading. Empty rows are left out; all others are in `rows`.

    `person` are the columns from which name, phone number and e-mail address were read.
    """

    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    form: Form = "csv"
    person: tuple[int, ...] = ()

    @property
    def good(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.fault and not row.aside)

    @property
    def faulty(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.fault)

    @property
    def asides(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.aside)

    def details(self, row: Row) -> tuple[tuple[str, str], ...]:
        """Return what else the row says, as pairs of heading and value. A column without heading is called by its
        letter. Cells that are wholly in the name, phone number or e-mail address are left out."""
        found = [
            (self._title(column), value[:_MOST_VALUE])
            for column, value in enumerate(row.cells)
            if value and (column not in self.person or column in row.more)
        ]
        return tuple(found[:MOST_DETAILS])

    def _title(self, column: int) -> str:
        said = " ".join(self.heading[column].split())[:_MOST_HEADING] if column < len(self.heading) else ""
        return said or _letter(column)


def _letter(column: int) -> str:
    """Return the column's letter as spreadsheets show it."""
    return (chr(64 + column // 26) if column >= 26 else "") + chr(65 + column % 26)
