"""Files sent to staff: tables as CSV or XLSX, and links as QR codes."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from handlers import qr_codes
from handlers.rosters import Form
from handlers.sheets import MOST_CELL, append, guarded

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "png": "image/png",
}
_MOST_FILE_NAME = 40
_UNSAFE = re.compile(r'[\s\x00-\x1f\x7f<>:"/\\|?*.\u200b-\u200f\u202a-\u202e\ufeff]+')


class QrPicture(NamedTuple):
    """A QR code to make: the link, and the file's name without its extension."""

    name: str
    link: str


def table(heading: Sequence[str], rows: Iterable[Sequence[str]], form: Form) -> bytes:
    """Return a spreadsheet file, with no cell that is taken for a formula."""
    lines = (heading, *rows)
    return _xlsx(lines) if form == "xlsx" else _csv(lines)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """Return CSV in UTF-8 with a byte-order mark, without which Excel would misread Chinese."""
    text = StringIO(newline="")
    csv.writer(text).writerows([str(guarded(cell))[:MOST_CELL] for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # imported here because it is slow to load and seldom needed

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        append(sheet, row)
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def pictures(wanted: Iterable[QrPicture]) -> bytes:
    """Return a ZIP file of the QR codes. The same input always gives the same bytes."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as file:  # PNGs are already compressed
        for each in wanted:
            file.writestr(ZipInfo(f"{each.name}.png"), qr_codes.picture(each.link))
    return packed.getvalue()


def file_name(text: str) -> str:
    """Return the text as part of a file name, without characters that some file system forbids."""
    return _UNSAFE.sub("-", text).strip("-")[:_MOST_FILE_NAME]
