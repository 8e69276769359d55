"""The message catalogues, read once at startup."""

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from conversation.script import LANGUAGES
from conversation.words import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """Return the texts shown to candidates and the words they may type, in all languages."""
    return _read(files("conversation") / "locales")


@cache
def staff_vocabulary() -> Vocabulary:
    """Return the texts shown to staff and the words they may type, in all languages."""
    return _read(files("handlers") / "console" / "locales")


@cache
def authoring_vocabulary() -> Vocabulary:
    """Return the texts shown to authors of interview scripts, in all languages."""
    return _read(files("handlers") / "authoring" / "locales")


def _read(folder: Traversable) -> Vocabulary:
    """Read all catalogues of a folder. The `.po` files are compiled in memory, so there is no build step."""
    translations: dict[str, GNUTranslations] = {}
    keys: list[str] = []
    for language in LANGUAGES:
        sources = sorted((folder / language / "LC_MESSAGES").iterdir(), key=lambda source: source.name)
        whole = Catalog(locale=language)
        for source in sources:
            catalogue = read_po(BytesIO(source.read_bytes()), locale=language, abort_invalid=True)
            whole.mime_headers = catalogue.mime_headers
            for message in catalogue:
                if message.id:
                    whole[_id(message.id)] = message
        compiled = BytesIO()
        write_mo(compiled, whole)
        compiled.seek(0)
        translations[language] = GNUTranslations(compiled)
        keys = [_id(message.id) for message in whole if message.id]
    return Vocabulary(translations, keys)


def _id(message_id: object) -> str:
    return str(message_id[0] if isinstance(message_id, list | tuple) else message_id)
