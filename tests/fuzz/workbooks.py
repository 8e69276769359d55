"""Spreadsheets: a list of candidates and an interview script, with one of the files inside them mutated.

An input is the name of the workbook and of the file in it, a line feed, and the file's new contents. A mutation of
the packed workbook itself would hardly ever get past its checksums; `packed` takes those.
"""

import io
from functools import cache
from zipfile import ZIP_STORED, ZipFile

import msgspec
from openpyxl import Workbook

from handlers import rosters
from handlers.authoring import workbook

_ROWS = (
    ("姓名", "手机", "邮箱", "到期"),
    ("张三", 13800000000, "a@b.cn", "2026-12-01"),
    ("O'Neil", "=1+1", None, True),
    ("李四", 1.5, " ", "#REF!"),
)


def in_workbook(data: bytes) -> str:
    """Read a workbook with one file replaced. Raises RosterUnusable, BookUnusable."""
    where, _, contents = data.partition(b"\n")
    book, _, name = where.decode("utf-8", "replace").partition(" ")
    if book not in _READ or name not in _members(book):
        return "another file"
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as file:
        for each, former in _members(book).items():
            file.writestr(each, contents if each == name else former)
    return _READ[book](packed.getvalue())


def packed(data: bytes) -> str:
    """Read a workbook whose bytes were mutated. Raises RosterUnusable, BookUnusable."""
    book = "script" if len(data) % 2 else "list"
    return _READ[book](data)


def _list(data: bytes) -> str:
    found = rosters.read(data, "list.xlsx")
    msgspec.json.encode(found)
    return f"list {min(len(found.rows), 3)} " + " ".join(sorted({row.fault for row in found.rows}))


def _script(data: bytes) -> str:
    reading = workbook.read_book(workbook.read_cells(data), "x.xlsx")
    assert reading.script or reading.faults
    return "script " + " ".join(sorted({fault.what[:40] for fault in reading.faults})[:3])


_READ = {"list": _list, "script": _script}


@cache
def seeds() -> list[bytes]:
    """Return each file of both workbooks, as it is."""
    return [f"{book} {name}\n".encode() + contents for book in _READ for name, contents in _members(book).items()]


@cache
def packed_seeds() -> list[bytes]:
    return [_whole(book) for book in _READ]


@cache
def _members(book: str) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(_whole(book))) as file:
        return {name: file.read(name) for name in file.namelist()}


@cache
def _whole(book: str) -> bytes:
    if book == "script":
        return workbook.template("zh")
    made = Workbook()
    for row in _ROWS:
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
