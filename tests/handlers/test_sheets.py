"""Tables for spreadsheets: no text becomes a formula, and honest texts come back as they were."""

import csv
import io
import sys
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from handlers.console.commands.figures.figures_file import written
from handlers.console.tables import table
from handlers.figures.table import Line
from handlers.rosters import Form
from handlers.sheets import Csv, Xlsx, append, guarded

SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫")
FORMULAS = tuple(f'{sign}HYPERLINK("http://evil.example","x")' for sign in SIGNS)
_UNSEEN_CATEGORIES = frozenset(("Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"))


@cache
def unseen_characters() -> tuple[str, ...]:
    """Return all spaces, controls, format characters, surrogates, combining marks, noncharacters and fillers."""
    return tuple(
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) in _UNSEEN_CATEGORIES
        or ord(character) & 0xFFFE == 0xFFFE
        or character in "\u115f\u1160\u3164\uffa0\u2800"
        or 0xFDD0 <= ord(character) <= 0xFDEF
    )


unseen = st.deferred(lambda: st.text(st.sampled_from(unseen_characters()), max_size=5))
honest = st.text(
    st.characters(categories=("L", "N", "P", "S", "Zs"), exclude_characters="".join(SIGNS)), min_size=1
)


def cells_of(data: bytes) -> list[tuple[str, object]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [(cell.data_type, cell.value) for row in sheet.iter_rows() for cell in row]


def in_xlsx(*texts: str) -> list[tuple[str, object]]:
    """Return the types and values that are read back from one row."""
    book = Workbook(write_only=True)
    append(book.create_sheet(), texts)
    packed = io.BytesIO()
    book.save(packed)
    return cells_of(packed.getvalue())


def is_formula(text: str) -> bool:
    """Return whether a program that drops everything unseen at the beginning would find a formula."""
    return text.lstrip("".join(unseen_characters())).startswith(SIGNS)


def test_each_character_that_is_not_seen_hides_no_formula() -> None:
    for character in unseen_characters():
        for formula in FORMULAS[:1] + FORMULAS[4:5]:
            value = str(guarded(character + formula))
            assert not is_formula(value), f"U+{ord(character):04X}"
            assert value.endswith(formula)


@given(unseen, st.sampled_from(FORMULAS), unseen)
def test_no_text_is_read_back_as_a_formula(before: str, formula: str, after: str) -> None:
    ((kind, value),) = in_xlsx(before + formula + after)
    assert kind == "s"
    assert isinstance(value, str)
    assert not is_formula(value)
    text = table(["x"], [[before + formula + after]], "csv").decode("utf-8-sig")
    (_, (cell,)) = csv.reader(io.StringIO(text, newline=""))
    assert not is_formula(cell)


@given(st.text(st.characters(categories=("C", "Z", "M", "P", "S", "L"))))
def test_any_text_can_be_written_and_is_a_text(text: str) -> None:
    for kind, value in in_xlsx("first", text, "last"):
        assert kind in ("s", "n")  # an empty cell is an "n" without a value
        assert isinstance(value, str) or value is None
    assert table([text], [], "csv")


@given(honest)
def test_honest_texts_come_back_as_they_were(text: str) -> None:
    assert guarded(text) == text
    assert in_xlsx(text)[0] == ("s", text)


@pytest.mark.parametrize(
    "text",
    [
        "3 = 3",
        "a-b",
        "",
        " ",
        "  indented",
        "好\n= 一",
        "👩‍💻 = me",
        "e\u0301",
        "#N/A",
        "#REF!",
        "2026-11-24",
        "1e5",
        "TRUE",
        "'quoted'",
    ],
)
def test_these_are_no_formulas(text: str) -> None:
    assert guarded(text) == text
    assert in_xlsx(text, "x")[0] == (("s", text) if text else ("n", None))


@pytest.mark.parametrize("text", ["\tx", "\rx", "\nx", "\t", "-5", "+86 138"])
def test_these_get_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_what_a_sheet_cannot_hold_is_removed_before_the_first_character_is_looked_at() -> None:
    assert guarded("\ufffe=1") == "'=1"
    assert guarded("\x00\ud800\ufdd0\U0001ffff@x") == "'@x"
    assert guarded("one\x00two\x0bthree\x1b[2J\ufffe") == "onetwothree[2J"


@pytest.mark.parametrize("value", [None, 0, -5, 1.5, True])
def test_what_is_no_text_stays_as_it_is(value: object) -> None:
    assert guarded(value) is value


# whatever writes tables


@pytest.mark.parametrize("formula", FORMULAS)
def test_the_writers_of_exports_guard_each_cell(tmp_path: Path, formula: str) -> None:
    for make, name in ((Csv, "a.csv"), (Xlsx, "a.xlsx")):
        with make(tmp_path / name) as sheet:
            sheet.row([f"\ufffe{formula}", 5, None, "end"])
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == [f"'{formula}", "5", "", "end"]
    first, number, nothing, _ = cells_of((tmp_path / "a.xlsx").read_bytes())
    assert first == ("s", f"'{formula}")
    assert (number, nothing) == (("n", 5), ("n", None))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_tables_for_staff_guard_headings_and_cells(form: Form) -> None:
    data = table(["\ufffe=1"], [["\u2060＝1"]], form)
    if form == "xlsx":
        assert cells_of(data) == [("s", "'=1"), ("s", "'\u2060＝1")]
    else:
        assert data.decode("utf-8-sig") == "'=1\r\n'\u2060＝1\r\n"


def test_figures_guard_names() -> None:
    """A script's titles and reasons are its author's words."""
    assert "'=1" in written([Line("left_by_question", "=1", 3)]).decode("utf-8-sig")
    assert "left_by_question,好,-3" in written([Line("left_by_question", "好", -3)]).decode("utf-8-sig")
