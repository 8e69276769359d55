"""The catalogues match the source: every key exists in every language, is used, and can be filled in."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from conversation.script import DEFAULT_EXIT_REASONS, LANGUAGES
from handlers.catalogues import staff_vocabulary, vocabulary

_ROOT = Path(__file__).parents[2]
_MAY_HOLD_CHINESE = (
    "conversation/question_kinds/",  # numerals and options, as candidates type them
    "conversation/remarks/",  # what candidates say to the bot
    "conversation/assessment/",  # what candidates say to the assistant, and what it says of them
    "conversation/follow_up/",  # what candidates and rubrics say
    "conversation/decide/free_text.py",  # how candidates name a question
    "conversation/decide/entry.py",  # words that candidates put before their name
    "conversation/decide/data_requests.py",  # names of languages, as candidates type them
    "bot/speech/quality.py",  # stock phrases that speech models invent
    "handlers/imports/",  # headings, dates and names in files about earlier candidates, as people write them
    "handlers/rosters/",  # headings and notes in rosters, as people write them
    "handlers/console/",  # arguments of commands, as people type them
    "handlers/authoring/",  # examples for authors
    "handlers/intake/codes_in_text.py",  # words beside a code, as candidates type them
    "handlers/masking.py",  # surnames of two characters, and words with which people say what they are called
    "bot/channels/shared/stand_ins.py",  # texts that platforms put in place of what they do not pass on
    "bot/cli.py",  # the command line prints both languages at once
    "bot/commands/",
)
_PRODUCT = "续面"
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")
in_both_languages = pytest.mark.parametrize("language", LANGUAGES)


@cache
def _catalogue(language: str) -> Catalog:
    with (_ROOT / f"conversation/locales/{language}/LC_MESSAGES/xumian.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@cache
def _staff_catalogues(language: str) -> tuple[Catalog, ...]:
    folder = _ROOT / f"handlers/console/locales/{language}/LC_MESSAGES"
    return tuple(
        read_po(BytesIO(file.read_bytes()), locale=language, abort_invalid=True)
        for file in sorted(folder.glob("*.po"))
    )


def _messages(language: str) -> dict[str, Message]:
    """Return the messages to candidates and to staff, by key."""
    catalogues = (_catalogue(language), *_staff_catalogues(language))
    return {_key(message): message for catalogue in catalogues for message in catalogue if message.id}


def _key(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _forms(message: Message) -> tuple[str, ...]:
    found = message.string or ""
    return (found,) if isinstance(found, str) else tuple(str(form) for form in found)


@cache
def _trees() -> dict[str, ast.Module]:
    folders = ("bot", "conversation", "handlers", "storage")
    files = (file for folder in folders for file in sorted((_ROOT / folder).rglob("*.py")))
    return {str(file.relative_to(_ROOT)): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def _nodes() -> Iterator[ast.AST]:
    for tree in _trees().values():
        yield from ast.walk(tree)


def _literals() -> set[str]:
    return {node.value for node in _nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def _prefix(node: ast.expr) -> str:
    """Return the constant beginning of an f-string, or "" if there is none."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def _said() -> Iterator[ast.expr]:
    """Yield the key argument of every call that looks up a message."""
    for node in _nodes():
        match node:
            case ast.Call(func=ast.Attribute(attr="say" | "text" | "plain"), args=[key, *_]):
                yield from (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,)


def test_languages_have_the_same_keys() -> None:
    first, *others = (set(_messages(language)) for language in LANGUAGES)
    for other in others:
        assert first == other


def test_keys_that_are_said_exist() -> None:
    known = set(_messages("zh"))
    said = {node.value for node in _said() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert len(said) > 50
    assert said <= known
    prefixes = {prefix for node in _said() if (prefix := _prefix(node))}
    assert {prefix for prefix in prefixes if not any(key.startswith(prefix) for key in known)} == set()


def test_keys_are_used() -> None:
    literals = _literals()
    prefixes = tuple(
        prefix for node in _nodes() if isinstance(node, ast.expr) and "." in (prefix := _prefix(node))
    )
    reasons = {f"choice.reason.{reason.id}" for reason in DEFAULT_EXIT_REASONS}
    words = ("words.choice.", "words.command.")

    def used(key: str) -> bool:
        if key.startswith(words):
            name = key.split(".", 2)[2]
            return f"choice.{name}" in known if key.startswith(words[0]) else name in literals
        if key.startswith("choice."):
            return key in reasons or key.removeprefix("choice.") in literals
        return key in literals or key.startswith(prefixes)

    known = set(_messages("zh"))
    assert [key for key in sorted(known) if not used(key)] == []


def test_languages_take_the_same_values() -> None:
    chinese, english = _messages("zh"), _messages("en")
    for key in chinese:
        wanted = set[str]().union(*(_placeholders(form) for form in _forms(chinese[key])))
        given = set[str]().union(*(_placeholders(form) for form in _forms(english[key])))
        # a singular form may omit its number, and only one language names the month
        assert wanted - {"n", "t", "month"} == given - {"n", "t", "month"}, key


def _placeholders(template: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(template) if name is not None}


@in_both_languages
def test_plural_forms_are_complete(language: str) -> None:
    plural = [message for message in _messages(language).values() if message.pluralizable]
    assert plural
    for message in plural:
        assert len(_forms(message)) == _catalogue(language).num_plurals, _key(message)


@in_both_languages
def test_texts_are_clean(language: str) -> None:
    for key, message in _messages(language).items():
        for form in _forms(message):
            assert form, key
            indented = form.lstrip() if key.startswith("staff.") else form  # lines of lists are indented
            assert indented == form.strip() or key.endswith(".joint"), key
            assert form.count("**") % 2 == 0, f"{key}: bold is not switched off"
            half_width = re.search(r"[\u4e00-\u9fff][,;:!?]|[,;:!?][\u4e00-\u9fff]", form)
            assert not half_width, f"{key}: half-width punctuation between Chinese characters"


@in_both_languages
def test_every_text_can_be_said(language: str) -> None:
    values: dict[str, Any] = {
        name: f"<{name}> **x** {{y}}"
        for message in _messages(language).values()
        for form in _forms(message)
        for name in _placeholders(form)
    }
    values["t"] = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)
    for n in (0, 1, 2, 5):
        for key in _messages(language):
            words = staff_vocabulary() if key.startswith("staff.") else vocabulary()
            said = words[language].say(key, **{**values, "n": n})
            assert said.text, key
            for offset, length in said.bold:
                assert 0 <= offset < offset + length <= len(said.text), key


@in_both_languages
def test_no_label_means_two_things(language: str) -> None:
    labels = [str(message.string) for key, message in _messages(language).items() if key.startswith("choice.")]
    assert sorted(set(labels)) == sorted(labels)


def test_what_people_are_told_is_not_in_the_source() -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, tree in _trees().items()
        if not name.startswith(_MAY_HOLD_CHINESE)
        for node in _strings(tree)
        if _IDEOGRAPH.search(str(node.value)) and node.value != _PRODUCT
    ]
    assert found == []


def _strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield the string literals that are not docstrings."""
    expressions = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in expressions:
            yield node
