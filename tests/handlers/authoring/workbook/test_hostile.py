"""Workbooks that are no scripts, or too much, are refused with a reason."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from handlers.authoring import ScriptUnusable
from handlers.authoring.workbook import MOST_QUESTIONS, BookUnusable, is_script, read_book, read_cells
from tests.handlers.authoring.workbook.sheets import changed, column, saved


def roster() -> bytes:
    book = Workbook()
    for row in (["姓名", "手机"], ["张三", "13800000000"]):
        book.worksheets[0].append(row)
    return saved(book)


def test_a_list_of_candidates_is_no_script() -> None:
    book = read_cells(roster())
    assert not is_script(book)
    with pytest.raises(ScriptUnusable, match="has no sheet of questions"):
        read_book(book, "list.xlsx")


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"\x00" * 100, b"\xd0\xcf\x11\xe0", b"id: x"]
)
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(BookUnusable) as refused:
        read_cells(data)
    assert refused.value.why == "sheet.unreadable"


def test_what_unpacks_to_much_is_refused() -> None:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", b"\x00" * (33 << 20))
    with pytest.raises(BookUnusable) as refused:
        read_cells(packed.getvalue())
    assert refused.value.why == "sheet.large"


def test_too_many_questions_and_too_long_texts_are_refused() -> None:
    letter = column("题目（中文）")
    many = {("题目", f"{letter}{row}"): "问" for row in range(2, MOST_QUESTIONS + 10)}
    for data in (changed(many), changed({("题目", f"{letter}2"): "问" * 25_000})):
        with pytest.raises(BookUnusable) as refused:
            read_cells(data)
        assert refused.value.why == "sheet.large"


def test_a_formula_without_a_result_is_an_empty_cell() -> None:
    reading = read_book(read_cells(changed({("题目", f"{column('建议分钟')}2"): "=1+1"})), "x.xlsx")
    assert reading.script is None
    assert any("建议分钟" in fault.worded("zh") for fault in reading.faults)
