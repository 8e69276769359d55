"""Whom a note about a candidate names after an `@`."""

import pytest

from handlers.actions.notes import mentions
from handlers.organisation.state import Person

PEOPLE = [Person(name, name) for name in ("Ann", "Ann Lee", "Bob-2", "李雷", "李雷雷", "Zoë", "O'Neil")]


@pytest.mark.parametrize(
    ("text", "named", "unknown"),
    [
        ("@Ann please read", ["Ann"], []),
        ("@ann, @BOB-2: see this", ["Ann", "Bob-2"], []),
        ("for @Ann Lee and @Ann", ["Ann Lee", "Ann"], []),
        ("@Anna is somebody else", [], ["Anna"]),
        ("@李雷请看一下", ["李雷"], []),
        ("请@李雷雷，看一下@李雷", ["李雷雷", "李雷"], []),
        ("＠李雷 全角的也算", ["李雷"], []),
        ("（@Zoë）和@O'Neil", ["Zoë", "O'Neil"], []),
        ("write to ann@example.com", [], []),
        ("@nobody or @ Ann or @", [], ["nobody"]),
        ("@Ann @Ann @Ann", ["Ann"], []),
        ("@@Ann", ["Ann"], ["@Ann"]),
        ("no one", [], []),
    ],
)
def test_the_longest_name_counts(text: str, named: list[str], unknown: list[str]) -> None:
    found, others = mentions(text, PEOPLE)
    assert ([each.name for each in found], others) == (named, unknown)


def test_everybody_of_that_name_is_meant() -> None:
    people = [Person("1", "Ann"), Person("2", "ann"), Person("3", "Bob")]
    assert [each.id for each in mentions("@Ann", people)[0]] == ["1", "2"]
