"""Opening workbooks of strangers: what is too large or damaged is refused, whoever reads it."""

import io
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from handlers.authoring.workbook import BookUnusable, read_cells
from handlers.rosters import RosterUnusable, read
from handlers.workbooks import Limits, WorkbookTooLarge, WorkbookUnreadable, opened

LIMITS = Limits(unpacked_bytes=100_000, tags=2_000)


def workbook(rows: int = 1, text: str = "name") -> bytes:
    book = Workbook()
    for _ in range(rows):
        book.worksheets[0].append([text])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def with_part(name: str, contents: bytes) -> bytes:
    """Return a workbook in which a part has other contents."""
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(workbook())) as old, ZipFile(changed, "w", ZIP_DEFLATED) as new:
        for each in old.infolist():
            new.writestr(each.filename, contents if each.filename == name else old.read(each))
    return changed.getvalue()


def archive() -> bytes:
    """Return an archive that is no workbook."""
    packed = io.BytesIO()
    with ZipFile(packed, "w") as new:
        new.writestr("letter.txt", "Hello")
    return packed.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
TOO_LARGE: dict[str, bytes] = {
    "unpacks to much": with_part(SHEET, bytes(70 * 1024 * 1024)),
    "many tags": with_part(SHEET, b"<c>" * 2_100_000),
}
UNREADABLE: dict[str, bytes] = {
    "no archive": b"PK\x03\x04 and nothing else",
    "another archive": archive(),
    "a damaged sheet": with_part(SHEET, b"<worksheet><sheetData><row><c r='A1'>"),
    "half of it": workbook()[:2_000],
}
READERS: dict[str, tuple[Callable[[bytes], object], str, str]] = {
    "roster": (lambda data: read(data, "list.xlsx"), "has too much in it", "cannot be read as an XLSX workbook"),
    "script": (read_cells, "sheet.large", "sheet.unreadable"),
}


@pytest.mark.parametrize("what", TOO_LARGE)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_too_large_is_refused_as_that(reader: str, what: str) -> None:
    reading, too_large, _ = READERS[reader]
    with pytest.raises((RosterUnusable, BookUnusable), match=too_large):
        reading(TOO_LARGE[what])


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_damaged_is_refused_as_that(reader: str, what: str) -> None:
    reading, _, unreadable = READERS[reader]
    with pytest.raises((RosterUnusable, BookUnusable), match=unreadable):
        reading(UNREADABLE[what])


def test_each_reader_has_limits_of_its_own() -> None:
    data = workbook(rows=600)
    with opened(data, LIMITS._replace(tags=10_000)) as book:
        assert sum(1 for _ in book.worksheets[0].iter_rows()) == 600
    with pytest.raises(WorkbookTooLarge), opened(data, LIMITS):
        pass
    with pytest.raises(WorkbookTooLarge), opened(data, LIMITS._replace(tags=10_000, unpacked_bytes=10_000)):
        pass


@pytest.mark.parametrize(
    ("raised", "then"),
    [
        (MemoryError(), WorkbookTooLarge),
        (KeyError("A1"), WorkbookUnreadable),
        (BookUnusable("sheet.large"), BookUnusable),
        (RosterUnusable("list.xlsx", "nobody"), RosterUnusable),
    ],
)
def test_what_is_met_while_reading_counts_too(raised: Exception, then: type[Exception]) -> None:
    with pytest.raises(then), opened(workbook(), LIMITS):
        raise raised
