"""Rows of lists that are about no person are counted and named, and nobody is made of them."""

import io

import pytest
from openpyxl import Workbook

from handlers.rosters import read

ASIDES = {
    "group": [
        "部门：市场部", "市场部", "一组", "第一组", "A组", "第1批", "二班", "软件学院", "技术岗", "北京校区",
        "【产品组】", "—— 前端 ——", "第一组（上午）", "Group A", "Team 2", "Marketing department",
        "Engineering", "Department: Sales", "后端", "上海",
    ],
    "total": [
        "合计", "小计", "总计：12", "共 12 人", "共计12人", "合计：2人", "总人数", "Total",
        "TOTAL: 12", "Subtotal",
        "12 people in total", "本页小计", "Grand total", "本组共3人", "總計",
    ],
    "note": [
        "注：请提前十分钟到场", "备注：", "制表人：李四", "审核：", "Note: bring your ID", "Prepared by: HR",
        "第 1 页 共 3 页", "示例：王小明", "签字：", "制表日期：2026-11-30", "----", "Page 2 of 3", "以下空白",
        "请各部门于下周一前提交。",
    ],
}  # fmt: skip
TABLE = [(aside, text) for aside, texts in ASIDES.items() for text in texts]


@pytest.mark.parametrize(("aside", "text"), TABLE)
@pytest.mark.parametrize("column", [0, 1])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_rows_about_nobody(aside: str, text: str, column: int, form: str) -> None:
    odd = ["", "", ""]
    odd[column] = text
    rows = [["序号", "姓名", "手机"], odd, ["1", "张三", "13800138000"], odd, ["2", "李四", "13800138001"], odd]
    roster = read(_written(rows, form), "list")
    assert [row.name for row in roster.good] == ["张三", "李四"]
    assert [(row.number, row.aside) for row in roster.asides] == [(2, aside), (4, aside), (6, aside)]
    assert not roster.faulty


def _written(rows: list[list[str]], form: str) -> bytes:
    if form == "csv":
        return "\n".join(map(",".join, rows)).encode()
    book = Workbook()
    for row in rows:
        book.worksheets[0].append([cell or None for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("row", "aside"),
    [
        ("合计,,2", "total"),
        (",合计,12人", "total"),
        ("Total,2,", "total"),
        ("共 2 人,,", "total"),
        ("序号,姓名,手机", "heading"),
        ("No.,Name,Phone", "heading"),
        ("制表人：赵六,,日期：2026-11-30", "note"),
        ("示例,王小明,13900000000", "note"),
        ("3,,", "blank"),
        ("4.,,", "blank"),
    ],
)
def test_rows_of_several_cells_about_nobody(row: str, aside: str) -> None:
    text = f"序号,姓名,手机\n1,张三,13800138000\n{row}\n2,李四,13800138001\n"
    roster = read(text.encode(), "list.csv")
    assert [(each.number, each.aside) for each in roster.asides] == [(3, aside)]
    assert [each.name for each in roster.good] == ["张三", "李四"]


@pytest.mark.parametrize(
    "name",
    [
        "张三",
        "欧阳娜娜",
        "Finn",
        "Anna Li",
        "司马 光",
        "阿卜杜拉·买买提",
        "Jean-Luc",
        "党组",
        "Ann Total",
        "程思",
        "诸葛亮",
        "O'Neil",
        "Ng",
    ],
)
def test_a_name_that_stands_alone_is_a_persons(name: str) -> None:
    text = f"姓名,手机,学校\n王五,13800138000,x\n{name},,\n李四,13800138001,y\n"
    roster = read(text.encode(), "list.csv")
    found = {row.name for row in roster.good}
    assert name in found or (name == "党组" and len(roster.asides) == 1)


def test_a_row_with_a_usable_number_is_a_persons_whatever_the_name() -> None:
    text = "姓名,手机\n合计,13800138000\n市场部,13800138001\n共和,13800138002\nTeam A,13800138003\n"
    assert len(read(text.encode(), "list.csv").good) == 4


def test_a_list_of_names_alone() -> None:
    text = "姓名\n一组\n张三\n阿依古丽\n娜塔莎\n二组\nFinn\n李四\n合计：5人\n"
    roster = read(text.encode(), "list.csv")
    assert [row.name for row in roster.good] == ["张三", "阿依古丽", "娜塔莎", "Finn", "李四"]
    assert [row.aside for row in roster.asides] == ["group", "group", "total"]


@pytest.mark.parametrize("row", [",13800138002", ",2", ",abc"])
def test_a_number_without_a_name_is_a_fault_of_the_list(row: str) -> None:
    roster = read(f"姓名,手机\n张三,13800138000\n{row}\n".encode(), "list.csv")
    assert [(each.number, each.fault) for each in roster.faulty] == [(3, "name")]
