"""Which characters the fonts of a PDF have. Those that none has are named instead, as their text would be lost."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

from handlers.charts.fonts import characters_of

_UNUSUAL = re.compile(
    r"[^\n\u0020-\u007e\u00a0-\u00ff\u05d0-\u05ea\u2010-\u2026\u3000-\u303f\u4e00-\u9fa5\uff01-\uff5e]"
)
"""What is neither in every font that is used for Chinese nor in the one that Typst brings."""
_WITHOUT_GLYPH = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Categories of characters that belong to others or show nothing."""


def nameable(files: Iterable[str]) -> Callable[[str], str]:
    """Return a function that names, in brackets, the characters of a text that none of these font files has."""
    fonts = tuple(dict.fromkeys(files))

    @cache
    def shown(character: str) -> str:
        if unicodedata.category(character) in _WITHOUT_GLYPH:
            return character
        if any(ord(character) in characters_of(file) for file in fonts):
            return character
        return f"[{unicodedata.name(character, f'U+{ord(character):04X}').lower()}]"

    return lambda text: _UNUSUAL.sub(lambda found: shown(found[0]), text)
