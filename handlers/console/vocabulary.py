"""Recognising typed words by the catalogues, in every language."""

from collections.abc import Iterable
from typing import TypeVar

from conversation.script import LANGUAGES
from conversation.words import normal
from handlers.console.context import CommandContext

_Name = TypeVar("_Name", bound=str)


def typed(context: CommandContext, key: str) -> set[str]:
    """Return the words of a catalogue entry (separated by "|") in all languages, normalised by `normal`."""
    texts = (context.tools.words[language].text(key) for language in LANGUAGES)
    return {normal(word) for text in texts for word in text.split("|")}


def meant(context: CommandContext, word: str, names: Iterable[_Name], key: str) -> _Name | None:
    """Return the name that a word stands for, or None. It is the name itself or a word of the entry `key.NAME`."""
    form = normal(word)
    return next((name for name in names if form == name or form in typed(context, f"{key}.{name}")), None)
