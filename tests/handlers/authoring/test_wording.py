"""The catalogue of messages to authors is complete in both languages, is used, and asks for the same values."""

import ast
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from conversation.script import LANGUAGES

ROOT = Path(__file__).parents[3]
LOCALES = ROOT / "handlers" / "authoring" / "locales"
PREFIXES = (
    "a.",
    "form.",
    "column.",
    "personal.",
    "slip.",
    "syntax.",
    "meaning.",
    "untranslated.",
    "fault.",
    "value.",
)
"""Of keys that are put together."""
ENDS = (".cell", ".write", ".write.cell", ".group")


@cache
def messages(language: str) -> dict[str, Message]:
    source = (LOCALES / language / "LC_MESSAGES" / "authoring.po").read_bytes()
    catalogue = read_po(BytesIO(source), locale=language, abort_invalid=True)
    return {str(each.id if isinstance(each.id, str) else each.id[0]): each for each in catalogue if each.id}


def texts(message: Message) -> list[str]:
    found = message.string or ""
    return [found] if isinstance(found, str) else [str(each) for each in found]


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@cache
def literals() -> frozenset[str]:
    files = [*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return frozenset(
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_both_languages_have_the_same_keys() -> None:
    assert set(messages("zh")) == set(messages("en"))


@pytest.mark.parametrize("key", sorted(messages("en")))
def test_a_message_is_filled_in_and_asks_for_the_same_values(key: str) -> None:
    # A language may leave a value out, but none may ask for one that the other does not know.
    found = {language: [values(text) for text in texts(messages(language)[key])] for language in LANGUAGES}
    assert all(text for language in LANGUAGES for text in texts(messages(language)[key]))
    assert set.union(*found["zh"]) - {"n"} == set.union(*found["en"]) - {"n"}


def test_every_key_is_used() -> None:
    unused = [
        key
        for key in messages("en")
        if not key.startswith(PREFIXES)
        and not any(stem in literals() for stem in (key, *(key.removesuffix(end) for end in ENDS)))
    ]
    assert unused == []
