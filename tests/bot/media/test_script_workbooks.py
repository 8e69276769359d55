"""Scripts' workbooks are read in a child process with limits."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from bot.media import spreadsheets
from bot.media.limited_process import LimitExceeded, Limits, Rejected, TookTooLong
from bot.media.spreadsheets import read_cells
from handlers.authoring import workbook
from handlers.authoring.workbook import BookUnusable, read_book, template


async def test_the_template_is_read() -> None:
    data = template("zh")
    book = await read_cells(data)
    assert book == workbook.read_cells(data)
    assert read_book(book, "x.xlsx").script is not None


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"nonsense"])
async def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(BookUnusable) as refused:
        await read_cells(data)
    assert refused.value.why == "sheet.unreadable"


async def test_what_unpacks_to_gigabytes_is_refused() -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b" " * (200 << 20))
    with pytest.raises(BookUnusable) as refused:
        await read_cells(packed.getvalue())
    assert refused.value.why == "sheet.large"


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (LimitExceeded("memory"), "sheet.large"),
        (TookTooLong("time"), "sheet.large"),
        (Rejected("sheet.large"), "sheet.large"),
        (Rejected("anything"), "sheet.unreadable"),
    ],
)
async def test_a_child_that_fails_is_a_refusal(
    error: Exception, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def failing(_function: str, _data: bytes, _limits: Limits) -> bytes:
        raise error

    monkeypatch.setattr(spreadsheets, "run", failing)
    with pytest.raises(BookUnusable) as refused:
        await read_cells(b"x")
    assert refused.value.why == why
