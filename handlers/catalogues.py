"""The message catalogues, read once at start."""

from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from conversation.script import LANGUAGES
from conversation.words import Vocabulary


@cache
def vocabulary() -> Vocabulary:
    """All words in all languages. The `.po` files are compiled in memory: nothing to build or forget."""
    translations: dict[str, GNUTranslations] = {}
    keys: list[str] = []
    for language in LANGUAGES:
        source = files("conversation") / "locales" / language / "LC_MESSAGES" / "xumian.po"
        catalogue = read_po(BytesIO(source.read_bytes()), locale=language, abort_invalid=True)
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translations[language] = GNUTranslations(compiled)
        keys = [_id(message.id) for message in catalogue if message.id]
    return Vocabulary(translations, keys)


def _id(message_id: object) -> str:
    return str(message_id[0] if isinstance(message_id, list | tuple) else message_id)
