"""The map of personal data has every kind of event once, and its page is up to date."""

from collections import Counter
from pathlib import Path

import pytest

from bot.docs_pages.data_map import CANDIDATES, COLLEAGUES, EVENTS, Row, page
from bot.docs_pages.pages import made


@pytest.mark.parametrize(("rows", "kinds"), [(CANDIDATES, EVENTS[0]), (COLLEAGUES, EVENTS[1])])
def test_every_kind_is_in_one_row(rows: tuple[Row, ...], kinds: set[str]) -> None:
    listed = Counter(kind for row in rows for kind in row.kinds)
    assert {kind for kind, times in listed.items() if times > 1} == set()
    assert set(listed) ^ kinds == set()


@pytest.mark.parametrize(("path", "text"), list(made("data-map.md", page)))
def test_the_page_is_up_to_date(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make docs`"
