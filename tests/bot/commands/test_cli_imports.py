"""`xumian import`: proposal, report, import and undoing, with the file read in a process of its own."""

from pathlib import Path

import pytest

from tests.bot.commands.commands import Commands

pytestmark = pytest.mark.redis
HISTORY = (
    "姓名,手机,面试日期,应聘岗位,面试结果,评语\n"
    "张三,13800138000,2024年3月5日,数据分析,通过,清楚\n"
    "Zhang San,+86 138 0013 8000,45000,数据分析,不通过,\n"
    "李四,12,2024-03-06,运营,,\n"
    "王五,,昨天,运营,,\n"
)


@pytest.fixture
def history(tmp_path: Path) -> str:
    file = tmp_path / "past.csv"
    file.write_bytes(HISTORY.encode("gb18030"))
    return str(file)


def test_a_dry_run_says_everything_and_changes_nothing(xumian: Commands, history: str, tmp_path: Path) -> None:
    report = tmp_path / "refused.csv"
    said = xumian.well("import", history, "--dry-run", "--report", str(report))
    assert "4 rows = 2 read + 2 refused: 2 people with 2 earlier interviews" in said
    assert "1 pairs may be the same person; nobody is merged" in said
    assert "row 4, column B 手机: not a phone number" in said
    assert "row 5, column C 面试日期: not a date: write 2026-03-05" in said
    assert report.read_text("utf-8-sig").count("\n") == 3
    assert "imported" not in xumian.well("import")


def test_an_import_is_listed_and_undone(xumian: Commands, history: str) -> None:
    said = xumian.well("import", history)
    assert "2 people with 2 earlier interviews; 2 rows refused; 1 possible duplicates" in said
    source = said.rsplit("--undo ", 1)[1].strip()
    assert source in xumian.well("import")
    again = xumian.well("import", history, "--dry-run")
    assert "5 pairs may be the same person" in again, "two in the file, each with two who were imported before"
    assert "2 people are deleted" in xumian.well("import", "--undo", source)
    assert source not in xumian.well("import")
    gone = xumian("import", "--undo", source)
    assert (gone.code, "no import" in gone.err) == (1, True)


def test_guessed_columns_are_imported_only_when_somebody_says_so(xumian: Commands, tmp_path: Path) -> None:
    file = tmp_path / "past.csv"
    file.write_text("wer,wann\n王小明,2024-03-05\n李红,2024-03-06\n")
    refused = xumian("import", str(file))
    assert refused.code == 2
    assert "add --map name=A --map date=B" in refused.err
    assert "2 people with 2 earlier interviews" in xumian.well("import", str(file), "--map", "name=A")


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (("FILE", "--undo", "1"), 2, "--undo"),
        (("FILE", "--map", "when=A"), 2, "FIELD=COLUMN"),
        (("FILE", "--map", "date=Z"), 1, "no such column"),
        (("FILE", "--unit", "East"), 2, "no unit"),
        (("nowhere.csv",), 1, "nowhere.csv"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(
    xumian: Commands, history: str, arguments: tuple[str, ...], code: int, why: str
) -> None:
    refused = xumian("import", *(history if each == "FILE" else each for each in arguments))
    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err
    assert refused.err.count("\n") == 1
