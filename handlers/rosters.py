"""Reading lists of candidates: CSV or XLSX, in any of the forms that spreadsheets write.

What is read here comes from strangers and may take much memory and time: read it in a process with limits
(`Tools.read_roster`).
"""

import csv
import re
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Any, Literal, NamedTuple
from zipfile import ZipFile

from conversation.errors import BotError
from conversation.words import normal
from handlers.campaigns import MOST_NAME, PHONE_DIGITS

MOST_ROWS = 5_000
MOST_BYTES = 2 * 1024 * 1024
_MOST_UNPACKED = 64 * 1024 * 1024
_MOST_TAGS = 2_000_000
"""The most XML tags in a workbook. A cell has two to eight, so that the longest list may have 50 columns."""
_MOST_SHEETS = 50
_MOST_COLUMNS = 60
_HEADING_WITHIN = 10
"""The heading must be among this many non-empty rows: tables often have titles above them."""
_MOST_READ = 100_000
"""The most rows read of a workbook, empty ones included."""
_PIECE = 1 << 16
NAMES = (
    "name", "full name", "candidate", "candidate name", "student name", "applicant",
    "姓名", "名字", "候选人", "候选人姓名", "考生姓名", "学生姓名", "应聘者", "应聘者姓名", "应聘人", "应聘人姓名",
)  # fmt: skip
PHONES = (
    "phone", "phone number", "phone no", "mobile", "mobile number", "mobile no", "mobile phone", "cell",
    "cell phone", "cell number", "tel", "telephone", "telephone number", "contact number",
    "手机", "手机号", "手机号码", "移动电话", "电话", "电话号码", "联系电话", "联系手机", "联系手机号", "本人手机",
    "本人手机号", "本人电话", "候选人手机", "候选人手机号", "考生手机", "考生手机号",
)  # fmt: skip
EMAILS = ("email", "e-mail", "mail", "email address", "邮箱", "邮箱地址", "电子邮箱", "邮件", "电子邮件")
_DELIMITERS = (",", ";", "\t", "，", "；", "|")
_SEP = re.compile(r'"?sep=(.)"?[\r\n]+', re.IGNORECASE)  # a line that Excel reads as a setting and does not show
_MANDATORY = re.compile(r"(必填|required)$")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)
_MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9][0-9]{9}")
_ABROAD = re.compile(r"(?:\+|00)(?!86)[0-9]{7,15}")
_FIXED = re.compile(r"(?:\+?86)?0?[0-9]{2,3}[0-9]{7,8}(?:[x转#][0-9]{1,6})?")
_BETWEEN_DIGITS = re.compile(r"[\s().−–—-]+")
_EXTENSION = re.compile(r"[x转#]")
_FORMULA = tuple("+-=@＋－＝＠")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"

Form = Literal["csv", "xlsx"]
Fault = Literal["", "name", "long", "phone", "email", "duplicate"]
Reason = Literal["bytes", "contents", "rows", "encoding", "csv", "xlsx", "xls", "column", "nobody"]
_WHY: dict[Reason, str] = {
    "bytes": f"is larger than {MOST_BYTES // 2**20} MiB",
    "contents": "has too much in it to be read: copy the list into a new workbook, or save it as CSV UTF-8",
    "rows": f"has more than {MOST_ROWS} rows: divide it",
    "encoding": "is neither UTF-8 nor GBK text: save it as CSV UTF-8",
    "csv": "is not a CSV table",
    "xlsx": "cannot be read as an XLSX workbook: save it again, or as CSV UTF-8",
    "xls": "is an old or an encrypted Excel workbook: save it as .xlsx without a password",
    "column": f"has no column {NAMES[0]} or 姓名 in its first line",
    "nobody": "names nobody below its first line",
}


class RosterUnusable(BotError):
    """Raised when a list cannot be used at all. `reason` lets callers word the message themselves."""

    def __init__(self, file: str, reason: Reason) -> None:
        super().__init__(f"{file} {_WHY[reason]}")
        self.reason = reason


class Row(NamedTuple):
    """One row of a list.

    - `number`: row number as spreadsheets count it, from 1.
    - `cells`: the row's text, without invisible characters and a leading formula guard.
    - `fault`: why the row cannot be used; empty if it can.
    - `of`: number of the row that this one duplicates, else 0.
    - `phone`: last four digits of the phone number; empty if there is no usable one.
    """

    number: int
    cells: tuple[str, ...]
    name: str
    fault: Fault = ""
    of: int = 0
    phone: str = ""


class Roster(NamedTuple):
    """A list with its heading. Empty rows are left out; faulty ones are kept."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]
    form: Form = "csv"

    @property
    def good(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.fault)

    @property
    def faulty(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.fault)


def read(data: bytes, file: str) -> Roster:
    """Parse a list of candidates. `file` is its name for error messages. Raises RosterUnusable."""
    if len(data) > MOST_BYTES:
        raise RosterUnusable(file, "bytes")
    if data.startswith(_OLE):
        raise RosterUnusable(file, "xls")
    if data.startswith(_ZIP):
        return _from_workbook(data, file)
    return _first(_divided(_text(data, file), file), file)


# finding the table

_Table = Iterable[Sequence[str]]
_Numbered = Iterator[tuple[int, tuple[str, ...]]]


class _Columns(NamedTuple):
    """The index of each known column; -1 if the table has none."""

    name: int
    phone: int
    email: int


def _first(tables: Iterable[_Table], file: str) -> Roster:
    """Return the first table that has a heading. Raises RosterUnusable if there is none, or if it is empty."""
    for table in tables:
        if found := _table(table, file):
            if not found.rows:
                raise RosterUnusable(file, "nobody")
            return found
    raise RosterUnusable(file, "column")


def _table(rows: _Table, file: str) -> Roster | None:
    """Return the table as a roster, or None if none of its first rows is a heading."""
    numbered: _Numbered = ((number, _trimmed(row)) for number, row in enumerate(rows, 1) if any(row))
    for _, row in islice(numbered, _HEADING_WITHIN):
        columns = _columns(row)
        if columns.name >= 0:
            return Roster(row, tuple(_checked(numbered, columns, file)))
    return None


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Return the row's first _MOST_COLUMNS cells without empty ones at the end. Not for empty rows."""
    used = max(number for number, cell in enumerate(row, 1) if cell)
    return tuple(row[: min(used, _MOST_COLUMNS)])


def _columns(heading: Sequence[str]) -> _Columns:
    said = [_MANDATORY.sub("", normal(cell).strip("*")) for cell in heading]

    def at(names: Iterable[str]) -> int:
        return next((said.index(each) for name in names if (each := normal(name)) in said), -1)

    return _Columns(at(NAMES), at(PHONES), at(EMAILS))


def _checked(numbered: _Numbered, columns: _Columns, file: str) -> Iterator[Row]:
    met: dict[tuple[str, ...], int] = {}
    for count, (number, cells) in enumerate(numbered):
        if count == MOST_ROWS:
            raise RosterUnusable(file, "rows")
        name, phone, email = (_cell(cells, column) for column in columns)
        name = " ".join(name.split())
        if fault := _fault(name, phone, email):
            yield Row(number, cells, name, fault, phone=last_digits(phone))
            continue
        keys = _keys(name, phone, email)
        of = next((met[key] for key in keys if key in met), 0)
        yield Row(number, cells, name, "duplicate" if of else "", of, last_digits(phone))
        if not of:
            met |= dict.fromkeys(keys, number)


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if 0 <= column < len(cells) else ""


def _fault(name: str, phone: str, email: str) -> Fault:
    if not name:
        return "name"
    if len(name) > MOST_NAME:
        return "long"
    if phone and not _is_phone(phone):
        return "phone"
    if email and not _EMAIL.fullmatch(email):
        return "email"
    return ""


def last_digits(phone: str) -> str:
    """Return the last four digits of a phone number as people write it, ignoring an extension.

    Returns an empty string if it is not a phone number.
    """
    return _EXTENSION.split(_digits(phone))[0][-PHONE_DIGITS:] if _is_phone(phone) else ""


def _digits(phone: str) -> str:
    """Return the number without spaces and punctuation, full-width characters made plain.

    Also removes the leading apostrophe that makes spreadsheets treat a cell as text.
    """
    return _BETWEEN_DIGITS.sub("", unicodedata.normalize("NFKC", phone).lstrip(" '‘’`"))


def _is_phone(phone: str) -> bool:
    digits = _digits(phone)
    if re.match(r"(?:\+?86|0086)?1[0-9]", digits):
        return bool(_MOBILE.fullmatch(digits))
    return bool(_ABROAD.fullmatch(digits) or _FIXED.fullmatch(digits))


def _keys(name: str, phone: str, email: str) -> list[tuple[str, ...]]:
    """Return what identifies a candidate: phone number and e-mail address, or the name if both are missing."""
    keys: list[tuple[str, ...]] = []
    if phone:
        keys.append(("phone", _digits(phone)[-11:]))
    if email:
        keys.append(("email", email.casefold()))
    return keys or [("name", normal(name))]


# CSV


def _text(data: bytes, file: str) -> str:
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")  # Excel's "Unicode text"
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise RosterUnusable(file, "encoding")


def _divided(text: str, file: str) -> Iterator[Iterator[list[str]]]:
    """Yield the table once for each delimiter that may divide its cells."""
    told = _SEP.match(text)
    for delimiter in (told[1],) if told else _DELIMITERS:
        yield _csv_rows(text[told.end() :] if told else text, delimiter, file)


def _csv_rows(text: str, delimiter: str, file: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(StringIO(text, newline=None), delimiter=delimiter):
            yield [_clean(cell) for cell in row]
    except csv.Error:
        raise RosterUnusable(file, "csv") from None


def _clean(text: str) -> str:
    """Remove invisible characters, surrounding whitespace and the formula guard of our own exports."""
    plain = _INVISIBLE.sub("", text).strip()
    return plain[1:] if plain[:1] == "'" and plain[1:2] in _FORMULA else plain


# XLSX


def _from_workbook(data: bytes, file: str) -> Roster:
    from openpyxl import load_workbook  # slow to import and rarely needed

    try:
        _measure(data, file)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about features that openpyxl would lose on saving: we only read
            book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            with closing(book):
                left = iter(range(_MOST_READ))
                found = _first((_xlsx_rows(sheet, left) for sheet in book.worksheets[:_MOST_SHEETS]), file)
    except RosterUnusable:
        raise
    except MemoryError:
        raise RosterUnusable(file, "contents") from None
    except Exception:  # a damaged workbook makes openpyxl raise all sorts of errors
        raise RosterUnusable(file, "xlsx") from None
    return found._replace(form="xlsx")


def _measure(data: bytes, file: str) -> None:
    """Raise RosterUnusable if the workbook is too large to be read.

    openpyxl keeps all texts and all cells of a row in memory, which takes hundreds of bytes for a tag of four.
    """
    with ZipFile(BytesIO(data)) as packed:
        if sum(each.file_size for each in packed.infolist()) > _MOST_UNPACKED:
            raise RosterUnusable(file, "contents")
        tags = 0
        for each in packed.infolist():
            with packed.open(each) as part:
                while piece := part.read(_PIECE):
                    tags += piece.count(b"<")
        if tags > _MOST_TAGS:
            raise RosterUnusable(file, "contents")


def _xlsx_rows(sheet: Any, left: Iterator[int]) -> Iterator[list[str]]:
    """Yield the rows, as long as `left` yields numbers."""
    sheet.reset_dimensions()  # some programs write wrong ones
    for row, _ in zip(sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS), left, strict=False):
        yield [_written(value) for value in row]


def _written(value: object) -> str:
    """Return a cell's value roughly as the spreadsheet displays it."""
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == datetime.min.time():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case _:
            return _clean(str(value))
