"""Rosters are read in a child process: what unpacks to gigabytes is refused, and honest ones are read."""

import io
import subprocess
import sys
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from bot.media import spreadsheets
from bot.media.limited_process import LimitExceeded, Limits, Rejected, TookTooLong
from bot.media.spreadsheets import read_roster
from handlers import rosters
from handlers.rosters import MOST_ROWS, RosterUnusable
from handlers.sheets import MOST_CELL

_PEAK = """
import asyncio, resource, sys
from bot.media.spreadsheets import read_roster
from handlers.rosters import RosterUnusable
try:
    print(len(asyncio.run(read_roster(sys.stdin.buffer.read(), "list.xlsx")).rows))
except RosterUnusable as error:
    print(error.reason)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEADING = b'<row><c t="inlineStr"><is><t>name</t></is></c></row>'
_ANNA = b'<row><c t="inlineStr"><is><t>Anna</t></is></c></row>'
_UNPACKED = 60 << 20


def workbook(rows: bytes, texts: bytes = b"", sheets: int = 1) -> bytes:
    """Return a workbook with these rows in each sheet, and these shared texts."""
    names = range(1, sheets + 1)
    parts = [f"worksheets/sheet{each}" for each in names]
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as file:
        types = [f'<Override PartName="/xl/{name}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for name in parts]
        types += [f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>']
        types += [f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/>']
        file.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types">{"".join(types)}</Types>')
        file.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        relations = [("worksheet", f"worksheets/sheet{each}.xml") for each in names]
        file.writestr("xl/_rels/workbook.xml.rels", _relations(relations))
        listed = "".join(f'<sheet name="s{each}" sheetId="{each}" r:id="r{each}"/>' for each in names)
        book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>'
        file.writestr("xl/workbook.xml", book)
        file.writestr("xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">'.encode() + texts + b"</sst>")
        for name in parts:
            sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode() + rows + b"</sheetData></worksheet>"
            file.writestr(f"xl/{name}.xml", sheet)
    return packed.getvalue()


def _relations(targets: list[tuple[str, str]]) -> str:
    listed = [
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    ]
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(listed)}</Relationships>'


def times(piece: bytes, most_bytes: int = _UNPACKED) -> bytes:
    return piece * (most_bytes // len(piece))


BOMBS: dict[str, Callable[[], bytes]] = {
    "shared texts": lambda: workbook(_HEADING, times(b"<si><t>abcdefgh</t></si>")),
    "cells of a row": lambda: workbook(_HEADING + b"<row>" + times(b"<c/>") + b"</row>"),
    "rows": lambda: workbook(_HEADING + times(b"<row/>")),
    "one text": lambda: workbook(_HEADING + _ANNA.replace(b"Anna", times(b"a"))),
}


def peak_mib(roster: bytes) -> tuple[str, int]:
    """Return the number of rows read, or why there are none, and the peak memory of the child in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK],
        input=roster,
        env={"PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    *_, outcome, mib = done.stdout.decode().splitlines()  # after lines of the log
    return outcome, int(mib)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_small_file_that_unpacks_to_very_much_takes_little_memory(bomb: str) -> None:
    data = BOMBS[bomb]()
    assert len(data) < 200_000
    outcome, mib = peak_mib(data)
    assert outcome == "contents"
    assert mib < 300


async def test_where_counting_does_not_help_the_limit_on_memory_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "_LIMITS", spreadsheets._LIMITS._replace(memory_bytes=160 << 20))
    assert len((await read_roster(workbook(_HEADING + _ANNA), "list.xlsx")).rows) == 1
    with pytest.raises(RosterUnusable) as unusable:
        await read_roster(workbook(_HEADING + b"<row>" + b"<c/>" * 1_000_000 + b"</row>"), "list.xlsx")
    assert unusable.value.reason == "contents"


def test_a_cell_holds_no_more_than_spreadsheets_let_it() -> None:
    def named(length: int) -> bytes:
        return workbook(_HEADING + _ANNA.replace(b"Anna", b"a" * length))

    assert len(rosters.read(named(MOST_CELL), "list.xlsx").rows) == 1
    with pytest.raises(RosterUnusable) as unusable:
        rosters.read(named(MOST_CELL + 1), "list.xlsx")
    assert unusable.value.reason == "contents"


def test_workbooks_of_the_same_make_are_read() -> None:
    assert peak_mib(workbook(_HEADING + _ANNA))[0] == "1"


def test_sheets_of_a_million_empty_rows_are_not_read_to_their_ends() -> None:
    far = b'<row r="1048576"><c t="inlineStr"><is><t>name</t></is></c></row>'
    outcome, mib = peak_mib(workbook(far, sheets=200))
    assert outcome == "column"
    assert mib < 200


def test_the_longest_list_with_many_columns_is_read() -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    columns = range(29)
    sheet.append(["name", *(f"column {each}" for each in columns)])
    for number in range(MOST_ROWS):
        sheet.append([f"candidate {number}", *columns])
    packed = io.BytesIO()
    book.save(packed)
    assert peak_mib(packed.getvalue())[0] == str(MOST_ROWS)


@pytest.mark.parametrize(
    "data", ["姓名,手机\n张三,13812345678\n张三,1\n".encode(), workbook(_HEADING + _ANNA * 2)]
)
async def test_a_roster_is_the_same_as_without_a_child(data: bytes) -> None:
    assert await read_roster(data, "list") == rosters.read(data, "list")


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "column"), (b"PK\x03\x04", "xlsx"), (b"\xd0\xcf\x11\xe0", "xls"), (b"name\n", "nobody")],
)
async def test_reasons_come_out_of_the_child_with_the_files_name(data: bytes, reason: str) -> None:
    with pytest.raises(RosterUnusable, match=r"^my list\.csv ") as unusable:
        await read_roster(data, "my list.csv")
    assert unusable.value.reason == reason


@pytest.mark.parametrize(
    "answer",
    [
        LimitExceeded("it crashed"),
        TookTooLong("it took too long"),
        Rejected("<script>"),
        b"no roster",
        b'[["a"],[1]]',
    ],
)
async def test_a_reader_that_fails_or_lies_gives_no_roster(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception
) -> None:
    async def run(function: str, data: bytes, limits: Limits) -> bytes:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(spreadsheets, "run", run)
    with pytest.raises(RosterUnusable) as unusable:
        await read_roster(b"name\nAnna\n", "list.csv")
    assert unusable.value.reason == "contents"
