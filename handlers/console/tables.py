"""Files that go back to staff: tables with links, and pictures of links to be scanned."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from typing import NamedTuple
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from handlers.maintenance.export import guarded
from handlers.rosters import Form

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "png": "image/png",
}
_MOST_CELL = 32_767  # characters in a cell of XLSX
_PIXELS = 8  # of a module's side: a link's picture is some 400 wide
_MOST_FILE_NAME = 40
_UNSAFE = re.compile(r'[\s\x00-\x1f\x7f<>:"/\\|?*.\u200b-\u200f\u202a-\u202e\ufeff]+')


class Picture(NamedTuple):
    """What is scanned to follow `link`; `name` is the file's, without its ending."""

    name: str
    link: str


def table(heading: Sequence[str], rows: Iterable[Sequence[str]], form: Form) -> bytes:
    """A file that spreadsheets open, with no formula in it."""
    guarded_rows = ([str(guarded(cell))[:_MOST_CELL] for cell in row] for row in (heading, *rows))
    return _xlsx(guarded_rows) if form == "xlsx" else _csv(guarded_rows)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a byte-order mark: Excel would read Chinese wrongly without it."""
    text = StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[Sequence[str]]) -> bytes:
    from openpyxl import Workbook  # slow to load, and seldom needed

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def picture(link: str) -> bytes:
    """A QR code as PNG."""
    import segno  # seldom needed

    drawn = BytesIO()
    segno.make_qr(link, error="m").save(drawn, kind="png", scale=_PIXELS)
    return drawn.getvalue()


def pictures(wanted: Iterable[Picture]) -> bytes:
    """All of them as a ZIP, the same bytes each time."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as file:  # PNGs do not get smaller
        for each in wanted:
            file.writestr(ZipInfo(f"{each.name}.png"), picture(each.link))
    return packed.getvalue()


def file_name(text: str) -> str:
    """What of it may be part of a file's name anywhere."""
    return _UNSAFE.sub("-", text).strip("-")[:_MOST_FILE_NAME]
