"""The workbook for people: what it contains, in whose language, and what it withholds."""

import io
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from conversation.inbound import Address
from handlers.sheets import CellValue, Column, Marked
from handlers.sheets import Workbook as Written
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import ZONE, Desk

LOCAL = datetime(2026, 11, 25, 9, 30, tzinfo=ZONE).replace(tzinfo=None)


async def _desk(language: str) -> Desk:
    """A campaign with one candidate in each state, of whom two raters have rated one."""
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    await desk.campaign("spring")
    await desk.answers("张三", "spring", 4)
    await desk.exits("=cmd|'/c calc'!A1", "spring", "too_long")
    await desk.opens("王五", "spring")
    await desk.invites("赵六", "spring")
    await desk.joins("小李", "recruiter")
    await desk.joins("小王", "recruiter")
    await desk.says("boss", "/decide 张三 yes 表达清楚")
    for who, scores in (("小李", "4343"), ("小王", "5")):
        for number, score in enumerate(scores, start=1):
            await desk.says(who, f"/rate 张三 {number} {score}")
    return desk


async def _export(desk: Desk, who: str, line: str = "/export spring") -> Workbook:
    yes = {"zh": "确定", "en": "Yes, do it"}[desk.language]
    await desk.says(who, line)
    (message,) = await desk.presses(who, yes)
    assert message.file
    assert message.file.name == "spring-2026-11-23.xlsx"
    return load_workbook(io.BytesIO(desk.archive[message.file.sha256]))


def _is_time(value: object) -> bool:
    return isinstance(value, datetime)


def _table(sheet: Worksheet) -> list[dict[str, object]]:
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


async def test_one_row_a_candidate() -> None:
    book = await _export(await _desk("zh"), "小李")
    assert book.sheetnames == ["候选人", "回答"]
    rows = {str(row["姓名"]): row for row in _table(book["候选人"])}
    assert {*rows} == {"张三", "'=cmd|'/c calc'!A1", "王五", "赵六"}
    done = rows["张三"]
    asked = [name for name in done if name.endswith(("？", "。"))]
    assert len(asked) == 4, "the questions' texts are headings"
    assert (done["状态"], done["已答题"], done["决定"], done["备注"]) == ("已完成", "4/4", "进入复试", "表达清楚")
    assert (done["总分（1–5）"], done["评分人"], done["已评权重"]) == (3.6, "小李、小王", 1)
    assert [done[name] for name in asked] == [4.5, 3, 4, 3]
    assert isinstance(done["开始时间"], datetime)
    assert done["开始时间"].hour == 10, "the staff's time, not UTC"
    left = rows["'=cmd|'/c calc'!A1"]
    assert (left["状态"], left["离开原因（本人说的）"], left["总分（1–5）"]) == ("中途退出", "面试太长", None)
    assert (rows["赵六"]["状态"], rows["赵六"]["开始时间"], rows["赵六"]["渠道"]) == ("未打开", None, None)


async def test_one_row_an_answer() -> None:
    book = await _export(await _desk("en"), "小李", "/export spring xlsx")
    rows = [row for row in _table(book["Answers"]) if row["Name"] == "张三"]
    assert [row["No."] for row in rows] == [1, 2, 3, 4]
    assert [row["Form"] for row in rows] == ["text", "text", "choice", "number"]
    assert rows[0]["Answer"] == "我学统计,做过预测课题。"
    assert rows[0]["Question"]
    assert rows[0]["Score"] == 4.5
    assert isinstance(rows[0]["Submitted"], datetime)


async def test_it_reads_well() -> None:
    book = await _export(await _desk("zh"), "小李")
    for sheet in book.worksheets:
        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(width.width >= 6 for width in sheet.column_dimensions.values())
        assert len(sheet.column_dimensions) == sheet.max_column
        assert all(cell.alignment.wrap_text and cell.font.bold for cell in sheet[1])
        formats = {cell.number_format for row in sheet.iter_rows() for cell in row if _is_time(cell.value)}
        assert formats == {"yyyy-mm-dd hh:mm"}
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


async def test_who_has_not_finished_rating_sees_no_scores() -> None:
    book = await _export(await _desk("zh"), "小王")
    done = next(row for row in _table(book["候选人"]) if row["姓名"] == "张三")
    assert (done["总分（1–5）"], done["评分人"], done["已评权重"]) == (None, "您评完后才显示", None)
    assert {value for name, value in done.items() if name.endswith(("？", "。"))} == {None}
    assert {row["评分"] for row in _table(book["回答"])} == {None}


async def test_a_group_gets_no_columns_about_ratings() -> None:
    desk = await _desk("zh")
    group = Address("telegram-staff", "700900", "-1001")
    (asked,) = await desk.receive(replace(desk.message("小李", "/export spring", "group:1"), chat=group))
    (yes,) = [choice.token for choice in asked.choices if choice.label == "确定"]
    (message,) = await desk.receive(replace(desk.message("小李", yes, "group:2"), chat=group))
    assert message.file
    book = load_workbook(io.BytesIO(desk.archive[message.file.sha256]))
    heads = [str(cell.value) for cell in book["候选人"][1]]
    assert not {"总分（1–5）", "评分人", "已评权重"} & {*heads}
    assert "决定" in heads
    assert "评分" not in [cell.value for cell in book["回答"][1]]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
async def test_the_forms_for_machines_stay(form: str) -> None:
    desk = await _desk("zh")
    await desk.says("小李", f"/export spring {form}")
    (message,) = await desk.presses("小李", "确定")
    assert message.file
    assert message.file.name.endswith(form)
    data = desk.archive[message.file.sha256].decode("utf-8-sig")
    assert desk.script.steps[0].question.id in data
    assert desk.script.steps[0].question.ask.zh not in data


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("2026-11-25", "2026-11-25"),
        ("#REF!", "#REF!"),
        ("a\x00b", "ab"),
        ("x" * 40_000, "x" * 32_767),
        (3.5, 3.5),
        (None, None),
        ("", None),
        (LOCAL, LOCAL),
    ],
)
def test_cells(value: CellValue, expected: CellValue, tmp_path: Path) -> None:
    book = Written(tmp_path / "book.xlsx")
    book.sheet("sheet", [Column("=heading", 10)]).row([value])
    book.save()
    sheet = load_workbook(tmp_path / "book.xlsx").worksheets[0]
    assert (sheet["A1"].value, sheet["A2"].value) == ("'=heading", expected)


def test_a_mark_is_shown_behind_its_own_number_only(tmp_path: Path) -> None:
    book = Written(tmp_path / "book.xlsx")
    columns = [Column(str(number), 10) for number in range(4)]
    book.sheet("sheet", columns).row(
        [Marked(5, "（自动）"), 4, Marked(3.5, " (automatic)"), Marked(2, "（自动）")]
    )
    book.save()
    cells = load_workbook(tmp_path / "book.xlsx").worksheets[0][2]
    assert [(cell.value, cell.number_format) for cell in cells] == [
        (5, 'General"（自动）"'),
        (4, "General"),
        (3.5, 'General" (automatic)"'),
        (2, 'General"（自动）"'),
    ]
