"""Each figure has one definition, the same on the screen and in the documentation."""

from pathlib import Path

import pytest

from handlers.catalogues import staff_vocabulary
from handlers.console.definitions import FIGURES, definition, definitions, equation

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("language", "page", "heading"), [("en", "figures.md", "## Definitions"), ("zh", "zh/figures.md", "## 定义")]
)
def test_the_documentation_has_the_definitions_that_the_console_shows(
    language: str, page: str, heading: str
) -> None:
    section = (DOCS / page).read_text("utf-8").partition(heading)[2].partition("## ")[0]
    listed = [line.removeprefix("- ") for line in section.splitlines() if line.startswith("- ")]
    assert listed == [definition(staff_vocabulary()[language], each) for each in FIGURES]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_figure_is_named_once(language: str) -> None:
    said = [definition(staff_vocabulary()[language], each).partition(" = ") for each in FIGURES]
    assert all(equals for _, equals, _ in said)
    assert len({name for name, _, _ in said}) == len(FIGURES)


def test_definitions_come_in_one_order_and_once() -> None:
    words = staff_vocabulary()["zh"]
    text = definitions(words, ("exit_rate", "ended", "exit_rate")).text
    assert text == "说明：已结束 = 完成 + 退出 + 到期未完成 + 联系不上；退出率 = 退出 / 已结束。"


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([("断线", 7), ("暂停", 8), ("我方", 1)], "中断 16 = 断线 7 + 暂停 8 + 我方 1"),
        ([("断线", 16), ("暂停", 0)], "中断 16 = 断线 16"),
    ],
)
def test_a_sum_is_shown_with_its_parts(parts: list[tuple[str, int]], said: str) -> None:
    assert equation("中断", 16, parts) == said
