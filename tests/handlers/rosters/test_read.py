"""Rosters as Excel, WPS and people write them."""

import csv
import io
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from handlers import rosters
from handlers.rosters import MOST_BYTES, MOST_ROWS, Roster, RosterUnusable, read
from handlers.rosters.phones import last_digits


def book(*rows: list[object], title_sheet: bool = False) -> bytes:
    workbook = Workbook()
    if title_sheet:
        workbook.worksheets[0].append(["read me first"])
        workbook.create_sheet("list")
    sheet = workbook.worksheets[-1]
    for row in rows:
        sheet.append(row)
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()


def names(roster: Roster) -> list[str]:
    return [row.name for row in roster.good]


def faults(roster: Roster) -> list[tuple[int, str, int]]:
    return [(row.number, row.fault, row.of) for row in roster.faulty]


TEXTS = {
    "utf-8": "姓名,手机\n张三,13800000000\n李四,13900000000\n".encode(),
    "with mark": "\ufeff姓名,手机\r\n张三,1380000 0000\r\n李四,+86-139-0000-0000\r\n".encode(),
    "gbk": "手机号码,考生姓名\r\n13800000000,张三\r\n13900000000,李四\r\n".encode("gbk"),
    "unicode text of Excel": "姓名\t电话\r\n张三\t13800000000\r\n李四\t010-62345678\r\n".encode("utf-16"),
    "semicolons": "Name;Phone\n张三;13800000000\n李四;\n".encode(),
    "sep=": "sep=;\r\nname;phone\r\n张三;13800000000\r\n李四;+1 (415) 555-2671\r\n".encode(),
    "full-width commas": "姓名，手机\n张三，13800000000\n李四，13900000000\n".encode(),
    "a title above": "2026 届名单,,\n,,\n序号,姓名（必填）,手机\n1,张三,\n2,李四,\n".encode(),
    "empty rows": "name,phone\n\n,\n张三,\n , \n李四,\n\n".encode(),
    "full-width and unseen spaces": "　姓 名　\n　张三　\n\u200b李四\ufeff\n".encode(),
    "old line ends": "name\r张三\r李四\r".encode(),
    "quoted": '"x","Name "\n"1","张三"\n"2"," 李四 "\n'.encode(),
}


@pytest.mark.parametrize("text", TEXTS)
def test_csv_as_it_is_saved(text: str) -> None:
    roster = read(TEXTS[text], "list.csv")
    assert (names(roster), roster.faulty, roster.form) == (["张三", "李四"], (), "csv")


def test_xlsx_as_it_is_saved() -> None:
    data = book(
        ["校招名单", None],
        [],
        ["候选人姓名", "手机", "日期", "分数"],
        ["张　三", 13800000000, date(2026, 11, 24), 1.5],
        [None, None],
        ["李四", 13900000000.0, None, None],
        title_sheet=True,
    )
    roster = read(data, "list.xlsx")
    assert roster.form == "xlsx"
    assert names(roster) == ["张 三", "李四"]
    assert roster.rows[0].cells == ("张　三", "13800000000", "2026-11-24", "1.5")
    assert [row.number for row in roster.rows] == [4, 6]


def test_rows_that_cannot_be_used_are_told_with_their_numbers() -> None:
    text = (
        "name,phone,email\n"
        "Anna,13800000000,\n"
        ",13800000001,\n"
        "Ben,1380000000,\n"
        "Carl,1.38E+10,\n"
        "Dora,,dora\n"
        f"{'x' * 61},,\n"
        "Anna again,+86 138 0000 0000,\n"
        "Eve,,eve@example.com\n"
        "Eve,,EVE@example.com\n"
        "Finn,,\n"
        "FINN,,\n"
        "Anna,13800000009,\n"
    )
    roster = read(text.encode(), "list.csv")
    assert names(roster) == ["Anna", "Eve", "Finn", "Anna"]
    assert faults(roster) == [
        (3, "name", 0),
        (4, "phone", 0),
        (5, "digits", 0),
        (6, "email", 0),
        (7, "long", 0),
        (8, "duplicate", 2),
        (10, "duplicate", 9),
        (12, "duplicate", 11),
    ]


@pytest.mark.parametrize(
    ("phone", "last"),
    [
        ("13812345678", "5678"),
        ("+8613812345678", "5678"),
        ("+86 138-1234-5678", "5678"),
        ("0086 138 1234 5678", "5678"),
        ("138 1234 0007", "0007"),
        ("'13812345678", "5678"),
        ("’13812345678", "5678"),
        ("'+86 138 1234 5678", "5678"),
        ("１３８１２３４５６７８", "5678"),
        ("＋８６　１３８－１２３４－５６７８", "5678"),
        ("（0755）12345678转12", "5678"),
        ("010-62345678x9001", "5678"),
        ("+44 20 7946 0958", "0958"),
        ("1381234567", ""),
        ("1.38E+10", ""),
        ("١٣٨١٢٣٤٥٦٧٨", ""),
        ("", ""),
    ],
)
def test_the_last_digits_of_a_telephone_number(phone: str, last: str) -> None:
    assert last_digits(phone) == last
    (row,) = read(f'姓名,手机\n张三,"{phone}"\n'.encode(), "x").rows
    assert row.phone == last
    assert bool(row.fault) == bool(phone and not last)


@pytest.mark.parametrize(
    "heading",
    ["手机", "手机号", "手机号码（必填）", "电话", "联系电话", "本人手机号", "考生手机", " 手 机 ", "手机*",
     "*手机号", "Phone", "Phone number", "Mobile", "mobile no.", "TEL"],
)  # fmt: skip
def test_headings_of_telephone_numbers(heading: str) -> None:
    text = f"{heading},姓名,身份证后四位\n13812345678,张三,4321\n"
    (row,) = read(text.encode(), "list.csv").rows
    assert (row.name, row.phone) == ("张三", "5678")


def test_without_such_a_column_no_number_is_taken() -> None:
    (row,) = read("姓名,备注\n张三,13812345678\n".encode(), "list.csv").rows
    assert row.phone == ""


def test_the_last_digits_of_a_workbooks_numbers() -> None:
    roster = read(book(["姓名", "手机"], ["张三", 13812340007.0], ["李四", "'13912345678"]), "list.xlsx")
    assert [row.phone for row in roster.good] == ["0007", "5678"]


def test_one_number_in_two_forms_is_a_duplicate() -> None:
    roster = read("姓名,手机\n张三,13812345678\n李四,＋８６ １３８１２３４５６７８\n".encode(), "list.csv")
    assert faults(roster) == [(3, "duplicate", 2)]


@pytest.mark.parametrize(
    "phone",
    [
        "13800000000",
        "+8613800000000",
        "0086 138-0000-0000",
        "010-62345678",
        "0755 12345678转12",
        "+44 20 7946 0958",
    ],
)
def test_telephone_numbers(phone: str) -> None:
    assert names(read(f'name,phone\nAnna,"{phone}"\n'.encode(), "x")) == ["Anna"]


@pytest.mark.parametrize("phone", ["1380000000", "138000000000", "12800000000", "abc", "1", "+861380000", "０"])
def test_no_telephone_numbers(phone: str) -> None:
    assert faults(read(f"name,phone\nAnna,{phone}\n".encode(), "x")) == [(2, "phone", 0)]


def bomb() -> bytes:
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 2**20))
    return packed.getvalue()


def damaged() -> bytes:
    """Return a workbook whose first sheet ends in the middle of its second row."""
    changed = io.BytesIO()
    with ZipFile(io.BytesIO(book(["name"], ["Anna"]))) as before, ZipFile(changed, "w") as after:
        for each in before.infolist():
            data = before.read(each)
            after.writestr(each, data.partition(b"Anna")[0] if b"<sheetData" in data else data)
    return changed.getvalue()


BAD = {
    "nothing": (b"", "column"),
    "no heading": (b"Anna\nBen\n", "column"),
    "only a heading": (b"name\n\n", "nobody"),
    "no text": (b"name\n\xff\xff\xff", "encoding"),
    "half an utf-16": (b"\xff\xfea", "encoding"),
    "a cell without end": (b"name\n" + b"x" * 200_000, "csv"),
    "an old workbook": (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "xls"),
    "half a workbook": (book(["name"], ["Anna"])[:-200], "xlsx"),
    "a zip": (book(["name"], ["Anna"])[:40], "xlsx"),
    "a bomb": (bomb(), "contents"),
    "a damaged sheet": (damaged(), "xlsx"),
    "too large": (b"name\n" + b"x\n" * MOST_BYTES, "bytes"),
    "too many": (b"name\n" + b"".join(b"%d\n" % number for number in range(MOST_ROWS + 1)), "rows"),
}


@pytest.mark.parametrize("bad", BAD)
def test_lists_of_which_nothing_can_be_used(bad: str) -> None:
    data, reason = BAD[bad]
    with pytest.raises(RosterUnusable, match=r"^list\.csv ") as unusable:
        read(data, "list.csv")
    assert unusable.value.reason == reason


def test_the_longest_list() -> None:
    text = "name\n" + "".join(f"{number}\n" for number in range(MOST_ROWS))
    assert len(read(text.encode(), "x").good) == MOST_ROWS


def test_what_openpyxl_warns_of_is_no_fault(recwarn: pytest.WarningsRecorder) -> None:
    """A workbook as Excel saves it with a drop-down list that takes its values from another sheet."""
    packed = io.BytesIO(book(["name"], ["Anna"]))
    changed = io.BytesIO()
    with ZipFile(packed) as before, ZipFile(changed, "w") as after:
        for each in before.infolist():
            data = before.read(each)
            if each.filename.endswith("sheet1.xml"):
                ext = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
                data = data.replace(b"</worksheet>", ext)
            after.writestr(each, data)
    assert names(read(changed.getvalue(), "x.xlsx")) == ["Anna"]
    assert not recwarn.list


def test_a_list_of_ours_comes_back_without_its_guards() -> None:
    written = io.StringIO()
    csv.writer(written).writerows([["name"], ["'=1+1"], ["'Ndrangheta"]])
    assert names(read(written.getvalue().encode(), "x")) == ["=1+1", "'Ndrangheta"]


def test_every_reason_is_said() -> None:
    for reason in rosters.model.WHY:
        assert str(RosterUnusable("list.csv", reason)).startswith("list.csv ")
