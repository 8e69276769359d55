"""Whatever stands in the cells, reading raises nothing, and says in both languages what is wrong."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversation.script import LANGUAGES
from handlers.authoring import report
from handlers.authoring.workbook import Book, is_script, read_book, read_cells, template
from handlers.authoring.workbook.cells import Cell

TEMPLATE = read_cells(template("zh"))
VALUES = (
    st.none()
    | st.integers(-5, 200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(
        ["开放题", "选择题", "{name", "3 天", "a, b", "a、a", "\n", "=1", "2 分钟", "yes", "q1", "环节", "编号"]
    )
)
CHANGES = st.lists(
    st.tuples(st.integers(1, 4), st.integers(0, 8), st.integers(0, 34), VALUES), min_size=1, max_size=6
)


def changed(changes: list[tuple[int, int, int, Cell]]) -> Book:
    sheets = [replace(sheet, rows=[list(row) for row in sheet.rows]) for sheet in TEMPLATE.sheets]
    for number, row, column, value in changes:
        rows = sheets[number].rows
        while len(rows) <= row:
            rows.append([])
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    return Book(sheets)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CHANGES)
def test_any_cells_raise_nothing(changes: list[tuple[int, int, int, Cell]]) -> None:
    book = changed(changes)
    if not is_script(book):
        return
    script, faults = read_book(book, "x.xlsx")
    assert (script is None) == any(fault.level == "error" for fault in faults)
    for fault in faults:
        assert "!" in fault.place
        assert "\n" not in str(fault)
    for language in LANGUAGES:
        for line in report(faults, language):
            line.encode()
