"""A messenger's menu has the ten commands that the person may use and most people need most."""

import pytest

from handlers.console.menu import MOST, menu
from handlers.console.registry import COMMANDS
from handlers.organisation.state import ROLES, Grant, Organisation, Person
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk


def menu_of(role: str, language: str) -> tuple[tuple[str, str], ...]:
    words = Desk(MemoryStore()).tools.words[language]
    person = Person("me", "Me", language, grants=(Grant(role, "East"),))  # type: ignore[arg-type]
    return menu(Organisation(units={"East": ""}), person, words)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("role", ROLES)
def test_everybody_has_a_menu_of_what_they_may_use(role: str, language: str) -> None:
    found = menu_of(role, language)
    roles = {command.name: command.roles for command in COMMANDS}
    assert 1 <= len(found) <= MOST
    assert all(role in roles[name] for name, _ in found)
    assert found[-1][0] == "help"
    assert all(3 <= len(said) <= 256 for _, said in found)


def test_recruiters_have_the_ten_most_used_and_support_staff_what_they_answer_with() -> None:
    assert [name for name, _ in menu_of("recruiter", "en")] == [
        "inbox", "candidates", "candidate", "report", "rate", "decide", "invite", "campaigns", "stats", "help",
    ]  # fmt: skip
    assert {"inbox", "reply", "done"} <= {name for name, _ in menu_of("support", "en")}


def test_who_has_no_right_has_no_menu() -> None:
    words = Desk(MemoryStore()).tools.words["en"]
    assert menu(Organisation(), Person("me", "Me"), words) == ()
