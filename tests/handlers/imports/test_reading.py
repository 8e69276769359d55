"""Reading earlier candidates: cleaned people, refusals that say where, and who may be the same."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from handlers.imports.model import Field, ImportUnusable, Known, Request
from handlers.imports.read import Reading, read
from tests.handlers.imports.dirty_rows import dirty_csv


def reading(data: bytes | str, *told: tuple[str, str], known: tuple[Known, ...] = ()) -> Reading:
    given_ = data.encode() if isinstance(data, str) else data
    return read(Request(given_, "past.csv", "imp", "East", told, known=known))


def fields(found: Reading) -> list[Field]:
    return [each.field for each in found.summary.columns]


@pytest.mark.parametrize(("seed", "encoding"), [(1, "utf-8-sig"), (2, "gb18030"), (3, "utf-16")])
def test_every_planted_duplicate_is_found_and_every_broken_row_refused(seed: int, encoding: str) -> None:
    planted = dirty_csv(600, seed, encoding)
    found = reading(planted.data)
    rows = {each.id: each.row for each in found.people}
    pairs = {(rows[each.one], rows[each.other]) for each in found.likenesses}
    assert set(planted.pairs) <= pairs
    assert len(pairs) < 2 * len(planted.pairs)
    assert [each.row for each in found.refusals] == planted.refused
    assert found.summary.read + found.summary.refused == found.summary.rows == planted.rows
    assert len(found.people) == found.summary.read, "nobody is merged"


def test_big5_from_taiwan() -> None:
    found = reading(
        "姓名,手機,面試日期,應徵職位,面試結果\n陳怡君,0912 345 678,民國113年3月5日,工程師,錄取\n".encode("big5")
    )
    (someone,) = found.people
    assert (someone.name, someone.interviews[0].date, someone.interviews[0].result) == (
        "陳怡君",
        "2024-03-05",
        "錄取",
    )


def test_a_refusal_says_row_column_and_value() -> None:
    found = reading(
        "Name,Mobile,Interview date\nAnn,13800138000,2026-03-05\nBen,12,2026-03-05\nCy,,soon\n,,\nDee,,1/2/2026\n"
    )
    assert [
        tuple(each.__getattribute__(name) for name in ("row", "letter", "heading", "fault", "value"))
        for each in found.refusals
    ] == [
        (3, "B", "Mobile", "phone", "12"),
        (4, "C", "Interview date", "date", "soon"),
        (6, "C", "Interview date", "ambiguous", "1/2/2026"),
    ]


def test_other_rows_of_a_column_tell_which_number_is_the_day() -> None:
    found = reading("Name,Interview date\nAnn,1/2/2026\nBen,13/2/2026\n")
    assert [each.interviews[0].date for each in found.people] == ["2026-02-01", "2026-02-13"]
    assert found.summary.day_orders == (("B", "dmy"),)


def test_columns_without_known_headings_are_recognised_by_their_contents() -> None:
    rows = "\n".join(
        f"王小{each},1380013800{n},u{n}@qq.com,2026-03-0{n + 1},通过" for n, each in enumerate("明红军")
    )
    found = reading(f"x1,x2,x3,x4,x5\n{rows}\n")
    assert fields(found) == ["name", "phone", "email", "date", "result"]
    assert {each.found for each in found.summary.columns} == {"content"}


def test_numbers_of_identity_cards_are_not_kept() -> None:
    found = reading("姓名,备注\n张三,11010119900101123X\n李四,110101199001011234\n")
    assert fields(found) == ["name", "omit"]
    assert found.people[0].details == ()
    assert found.people[0].interviews == ()


def test_what_somebody_tells_comes_before_what_is_proposed() -> None:
    text = "姓名,面试日期,入职日期,备注\n张三,2026-01-02,2026-03-04,好\n"
    found = reading(text, ("date", "入职日期"), ("omit", "d"))
    assert fields(found) == ["name", "detail", "date", "omit"]
    assert found.people[0].interviews[0].date == "2026-03-04"
    assert found.people[0].details == (("面试日期", "2026-01-02"),)
    for told in (("date", "Z"), ("nothing", "A")):
        with pytest.raises(ImportUnusable):
            reading(text, told)


def test_a_letter_means_the_column_even_if_another_is_headed_by_it() -> None:
    found = reading("B,A\n张三,13800138000\n李四,13900139000\n", ("name", "A"), ("phone", "B"))
    assert [(each.name, each.phone) for each in found.people] == [
        ("张三", "+8613800138000"),
        ("李四", "+8613900139000"),
    ]


def test_nested_json_is_one_person_with_several_interviews() -> None:
    past = {
        "candidates": [
            {"name": "Ann Lee", "phone": "+44 20 7946 0958", "interviews": [
                {"date": "2024-05-01", "position": "QA", "result": "pass", "questions?": "yes"},
                {"date": "2025-05-01", "position": "QA lead", "result": "hired"},
            ]},
            {"name": "Ben", "email": "ben@example.com"},
        ]
    }  # fmt: skip
    found = reading(json.dumps(past))
    ann, ben = found.people
    assert [each.date for each in ann.interviews] == ["2024-05-01", "2025-05-01"]
    assert ann.interviews[0].answers == (("interviews.questions?", "yes"),)
    assert (ben.email, ben.interviews) == ("ben@example.com", ())
    assert (found.summary.rows, found.summary.read, found.summary.people) == (3, 3, 2)


def test_a_workbook_with_a_title_serial_numbers_and_totals() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["历史面试"], ["姓名", "手机", "面试日期"], ["张三", 13800138000, 46086], ["合计", 1]):
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    found = reading(kept.getvalue())
    assert [(each.row, each.phone, each.interviews[0].date) for each in found.people] == [
        (3, "+8613800138000", "2026-03-05")
    ]
    assert [(each.row, each.fault) for each in found.refusals] == [(4, "aside")]


def test_people_known_before_are_compared_too() -> None:
    known = (Known("k1", "张三", "+8613800138000"), Known("k2", "张三", "+8613800138000"))
    found = reading("Name,Mobile\nZhang San,138 0013 8000\n", known=known)
    assert [(each.one, each.evidence) for each in found.likenesses] == [
        (each, ("phone", "sound")) for each in ("k1", "k2")
    ]


def test_namesakes_with_other_numbers_are_not_asked_about() -> None:
    found = reading("Name,Mobile,Email\n张伟,13800138000,a1234@qq.com\n张伟,13911112222,zw77@163.com\n")
    assert found.likenesses == []


def test_a_number_that_very_many_have_says_nothing() -> None:
    rows = "".join(
        f"Person {'abcdefghijklmnopqrstuvwxyz'[n % 26] * (n // 26 + 3)},13800138000\n" for n in range(60)
    )
    found = reading(f"Name,Mobile\n{rows}")
    assert found.summary.common == (("phone", 1),)
    assert not any("phone" in each.evidence for each in found.likenesses)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"\xd0\xcf\x11\xe0old", "xls"), (b"PK\x03\x04broken", "xlsx"), ("Mobile,Date\n1,2\n", "name"),
     ('{"a": 1}', "name"), ("Mobile\n13800138000\n", "name"), ("[1, 2]", "json"), ("姓名\n", "empty")],
)  # fmt: skip
def test_what_cannot_be_imported_at_all_is_said(data: bytes | str, reason: str) -> None:
    with pytest.raises(ImportUnusable) as caught:
        reading(data)
    assert caught.value.reason == reason


_CELL = st.text(alphabet=st.sampled_from("张三 ab@.,\"'1380-/年月日\n\t=x"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(_CELL, min_size=4, max_size=4), min_size=1, max_size=8))
def test_every_row_is_read_or_refused(rows: list[list[str]]) -> None:
    text = "\n".join(
        [
            "姓名,手机,面试日期,备注",
            *(",".join('"' + each.replace('"', '""') + '"' for each in row) for row in rows),
        ]
    )
    try:
        found = reading(text)
    except ImportUnusable:
        return
    numbers = [each.row for each in found.people] + [each.row for each in found.refusals]
    assert sorted(numbers) == sorted(set(numbers))
    assert len(numbers) == found.summary.rows == found.summary.read + found.summary.refused
    assert all(each.name for each in found.people)
