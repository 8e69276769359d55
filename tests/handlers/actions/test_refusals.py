"""Every reason to refuse an action has a text in both languages that fits the values given with the reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import handlers.actions
from handlers.catalogues import staff_vocabulary

FOLDER = Path(handlers.actions.__file__).parent


def refusals() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each reason in the source with the names of its values."""
    for file in sorted([*FOLDER.rglob("*.py"), *(FOLDER.parent / "queries").rglob("*.py")]):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused":
                values = frozenset(each.arg for each in node.keywords if each.arg and each.arg != "about")
                for reason in _reasons(node.args[0]):
                    yield reason, values


def _reasons(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(reason)):
            yield reason
        case ast.IfExp(body=body, orelse=orelse):
            yield from _reasons(body)
            yield from _reasons(orelse)
        case ast.JoinedStr(values=[ast.Constant(value=str(start)), _]):
            yield from (key for key in _keys() if key.startswith(start) and not key.endswith(".done"))
        case _:
            pass  # not written out in the call, such as a parameter


def _keys() -> list[str]:
    found = re.findall(r'^msgid "staff\.([^"]+)"', _catalogue(), re.MULTILINE)
    assert found
    return found


def _catalogue() -> str:
    folder = FOLDER.parent / "console" / "locales" / "en" / "LC_MESSAGES"
    return "\n".join(each.read_text(encoding="utf-8") for each in folder.glob("*.po"))


REFUSALS = sorted(set(refusals()), key=str)


def test_they_are_found() -> None:
    assert len(REFUSALS) > 60


@pytest.mark.parametrize(("reason", "values"), REFUSALS, ids=[reason for reason, _ in REFUSALS])
def test_it_has_words(reason: str, values: frozenset[str]) -> None:
    for language in ("zh", "en"):
        words = staff_vocabulary()[language]
        said = words.say(f"staff.{reason}", **{name: 2 if name == "n" else f"<{name}>" for name in values})
        assert said.text
