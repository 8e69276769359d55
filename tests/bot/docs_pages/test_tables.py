"""The tables that are made from the code are up to date in all pages, and have everything."""

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.docs_pages.tables import TABLES, filled, pages
from conversation import events
from conversation.script import LANGUAGES
from handlers.console.registry import COMMANDS
from handlers.organisation import events as office

DOCS = Path(__file__).parents[3] / "docs"
PAGES = list(pages(DOCS))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(DOCS)))
def test_the_tables_are_up_to_date(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    assert written == filled(written), "run `make docs`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_in_a_page(language: str) -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    assert {name for name in TABLES if f"<!-- table: {name} {language} |" not in written} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_a_row(language: str) -> None:
    rows = [row for _, rows in TABLES["staff-commands"](language) for row in rows]
    assert [re.findall(r"/[a-z]+", row[0])[0] for row in rows] == [f"/{command.name}" for command in COMMANDS]


@pytest.mark.parametrize(
    ("name", "union"),
    [("interview-events", events.AnyEvent), ("organisation-events", office.AnyOrganisationEvent)],
)
def test_every_kind_of_event_has_a_row(name: str, union: object) -> None:
    rows = [row for _, rows in TABLES[name]("en") for row in rows]
    assert {row[1] for row in rows} == {kind.__name__ for kind in get_args(union)}
    assert [row[1] for row in rows if not row[3]] == [], "say what happened in the docstring"


def test_a_table_is_filled_in_between_its_marks() -> None:
    page = "before\n<!-- table: metrics en | a | b | c | -->\nOUTDATED\n<!-- end of table -->\nafter\n"
    assert "OUTDATED" not in filled(page)
    assert filled(page).startswith("before\n")
    assert filled(page).endswith("<!-- end of table -->\nafter\n")
    assert filled(filled(page)) == filled(page)
