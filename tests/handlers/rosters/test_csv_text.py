"""CSV with quotation marks that are not closed: every row is read or reported, whatever is damaged."""

import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handlers.rosters import Roster, read
from handlers.rosters.csv_text import DELIMITERS

HEADING = ("姓名", "手机", "备注")


def rows_of(text: str) -> Roster:
    return read(text.encode(), "list.csv")


DAMAGED = {
    "opened and never closed": 'name,note\nAnna,"x\nBen,y\nCarl,z\n',
    "opened in the last row": 'name,note\nAnna,x\nBen,y\nCarl,"z\n',
    "opened in a name": 'name,note\n"Anna,x\nBen,y\nCarl,z\n',
    "within a cell": 'name,note\nAnna,5\'6"\nBen,6" tall\nCarl,z\n',
    "opened, and closed by a quoted cell": 'name,note\nAnna,"x\nBen,y\nCarl,"z"\n',
    "opened in every row": 'name,note\nAnna,"x\nBen,"y\nCarl,"z\n',
    "everything quoted": '"name","note"\n"Anna","x\n"Ben","y"\n"Carl","z"\n',
    "text behind a quoted cell": 'name,note\nAnna,"x"y\nBen,y\nCarl,z\n',
    "one quote too many": 'name,note\nAnna,"x""\nBen,y\nCarl,z\n',
    "opened and closed far below": 'name,note\nAnna,"x\nBen,y\nCarl,z"\n',
}


@pytest.mark.parametrize("text", DAMAGED)
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_damaged_quotes(text: str, delimiter: str, line_end: str) -> None:
    roster = rows_of(DAMAGED[text].replace(",", delimiter).replace("\n", line_end))
    assert [row.number for row in roster.rows] == [2, 3, 4]
    assert [row.name for row in roster.rows] == ["Anna", "Ben", "Carl"]
    assert {row.fault for row in roster.faulty} <= {"quote"}
    if text != "opened and closed far below":
        assert not roster.faulty


WHOLE = {
    "a name": ('姓名,手机,备注\n"张\n三",13800138000,x\n李四,13800138001,y\n', ("张\n三", "13800138000", "x")),
    "a note": (
        '姓名,手机,备注\n张三,13800138000,"好的\n明天见"\n李四,13800138001,y\n',
        ("张三", "13800138000", "好的\n明天见"),
    ),
    "with delimiters": (
        '姓名,手机,备注\n张三,,"北京,\n海淀,\n\n1号"\n李四,13800138001,y\n',
        ("张三", "", "北京,\n海淀,\n\n1号"),
    ),
    "with quotes": ('姓名,手机,备注\n张三,,"他说""好""\n""行"""\n李四,,y\n', ("张三", "", '他说"好"\n"行"')),
    "in a short row": (
        '姓名,手机,备注,x\n张三,"1380013\n8000"\n李四,13800138001,y,z\n',
        ("张三", "1380013\n8000"),
    ),
    "spaces around": ('姓名,手机,备注\n张三, "13800138000" ,"x\ny" \n李四,,y\n', ("张三", "13800138000", "x\ny")),
}


@pytest.mark.parametrize("text", WHOLE)
def test_cells_over_several_lines(text: str) -> None:
    written, cells = WHOLE[text]
    roster = rows_of(written)
    assert roster.rows[0].cells == cells
    assert [row.number for row in roster.good] == [2, 3]
    assert roster.good[1].name == "李四"


def test_a_heading_over_several_lines() -> None:
    roster = rows_of('"姓名\n（必填）","手机\n号码"\n张三,13800138000\n')
    assert [(row.number, row.name, row.phone) for row in roster.good] == [(2, "张三", "8000")]


def test_a_quote_that_is_not_closed_is_not_part_of_a_name() -> None:
    assert [row.name for row in rows_of('name,x\n"Anna,y\nBen",z\nCarl,z\n').rows] == ["Anna", "Ben", "Carl"]


_TEXT = st.text(st.sampled_from('ab 张,;\t，；|"\n'), max_size=6)
_PLAIN = st.text(st.sampled_from("ab 张,;\t，；|"), max_size=6)


def _tables(cell: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.tuples(cell, cell), min_size=1, max_size=8)


def _lines(table: list[tuple[str, str]], delimiter: str) -> list[str]:
    rows = [(f"N{number}", *cells) for number, cells in enumerate(table)]
    lines = []
    for row in [HEADING, *rows]:
        written = io.StringIO()
        csv.writer(written, delimiter=delimiter, lineterminator="\n").writerow(row)
        lines.append(written.getvalue()[:-1])
    return lines


@given(table=_tables(_TEXT), delimiter=st.sampled_from(DELIMITERS))
def test_what_is_written_as_csv_is_read_again(table: list[tuple[str, str]], delimiter: str) -> None:
    """Except that a record of which each line may be a row is reported with all its lines."""
    roster = rows_of("\n".join(_lines(table, delimiter)))
    if any(row.fault == "quote" for row in roster.rows):
        assert any("\n" in cell for row in table for cell in row)
        return
    read_cells = [[*row.cells, "", ""][1:3] for row in roster.rows]
    assert read_cells == [[_shown(cell) for cell in row] for row in table]


def _shown(cell: str) -> str:
    return cell.strip().replace("\r", "\n")


_DAMAGE = {
    "one row": st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 30), max_size=4), max_size=1),
    "several rows": st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 30), max_size=1)),
}


@given(table=_tables(_PLAIN), delimiter=st.sampled_from(DELIMITERS), damage=_DAMAGE["one row"])
@example(table=[("", ""), ("", ";")], delimiter=";", damage={0: [3], 1: [6]})
@example(table=[("", ","), ("", "")], delimiter=",", damage={0: [6], 1: [4]})
def test_whatever_happens_to_one_row_every_row_is_read_or_reported(
    table: list[tuple[str, str]], delimiter: str, damage: dict[int, list[int]]
) -> None:
    _all_are_read_or_reported(table, delimiter, damage)


@given(
    table=_tables(st.text(st.sampled_from("ab 张"), max_size=6)),
    delimiter=st.sampled_from(DELIMITERS),
    damage=_DAMAGE["several rows"],
)
@example(table=[("", "")] * 3, delimiter=",", damage={0: [3], 2: [4]})
def test_with_a_quote_too_many_in_each_of_several_rows_every_row_is_read_or_reported(
    table: list[tuple[str, str]], delimiter: str, damage: dict[int, list[int]]
) -> None:
    _all_are_read_or_reported(table, delimiter, damage)


def _all_are_read_or_reported(table: list[tuple[str, str]], delimiter: str, damage: dict[int, list[int]]) -> None:
    heading, *lines = _lines(table, delimiter)
    damaged = list(lines)
    for number, places in damage.items():
        for place in places if number < len(lines) else ():
            line, at = damaged[number], min(place, len(damaged[number]))
            damaged[number] = f'{line[:at]}"{line[at:]}'
    roster = rows_of("\n".join([heading, *damaged]))
    assert [row.number for row in roster.rows] == list(range(2, len(lines) + 2))
    for number, row in enumerate(roster.rows):
        if damaged[number] == lines[number] and row.fault != "quote":
            assert [*row.cells, "", ""][:3] == [f"N{number}", *map(_shown, table[number])]


@given(st.text(st.sampled_from('a,"\n'), max_size=40))
def test_no_line_is_lost(body: str) -> None:
    """Every line with anything in it is a row, or part of a cell over several lines, or damaged."""
    roster = rows_of(f"name,note\n{body}\nLast,x")
    assert roster.rows[-1].name in ("Last", "x") or "Last" in "".join(roster.rows[-1].cells)
