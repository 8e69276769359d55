"""The Chinese of pages that are made from the code: a catalogue whose keys are the English texts."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po


class Untranslated(LookupError):
    """A text that has no Chinese in the catalogue. The message is the English text."""


@cache
def catalogue() -> Catalog:
    """Return the catalogue."""
    source = files("bot.docs_pages") / "locales" / "zh" / "LC_MESSAGES" / "pages.po"
    return read_po(BytesIO(source.read_bytes()), locale="zh", abort_invalid=True)


def in_language(text: str, language: str) -> str:
    """Return an English text in a language. Raises `Untranslated` if the catalogue lacks the Chinese."""
    if language == "en" or not text:
        return text
    message = catalogue().get(text)
    if message is None or message.fuzzy or not message.string:
        raise Untranslated(text)
    return str(message.string)


def paragraphs(text: str, language: str) -> str:
    """Return a text in a language, paragraph by paragraph. Raises `Untranslated`."""
    return "\n\n".join(in_language(each, language) for each in text.split("\n\n"))
