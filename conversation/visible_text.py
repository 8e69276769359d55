"""Which characters of a text can be kept, and whether a text shows anything.

Source: unicode.org, DerivedCoreProperties.txt of Unicode 17.0, property Default_Ignorable_Code_Point; www.w3.org,
"Extensible Markup Language (XML) 1.0", production 2, "Char" (read 2026-11).
"""

import re
import unicodedata

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]+")
"""What no XML document can contain. Half of a surrogate pair cannot be encoded at all."""

_JOINERS = "\u200c\u200d"
_SELECTORS = "\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0020-\U000e007f\U000e0100-\U000e01ef"
"""Variation selectors and tags, which belong to the character before them, such as an emoji."""
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""The ranges of Default_Ignorable_Code_Point."""
_EMPTY = "\u2800\ufffc\U0001d159"
"""Symbols without ink: the blank braille pattern, the place of an object that is not there, a null notehead."""
_INKED = re.compile(f"[^{_IGNORABLE}{_EMPTY}]")
_HIDDEN = re.compile(f"[{_IGNORABLE}]+")
_TRIMMED = re.compile(rf"(?:\s|(?![{_SELECTORS}{_JOINERS}])[{_IGNORABLE}{_EMPTY}])*")
_WITHOUT_INK = frozenset({"Cc", "Cf", "Cn", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"})
"""Categories of characters that show nothing by themselves: controls, spaces, combining marks, unassigned ones."""
_NEWER = range(0x1F000, 0x3FFFE)
"""Where newer versions of Unicode than Python's assign emoji and Chinese characters."""
_NONCHARACTER = 0xFFFE
_IDEOGRAPHS = range(0x4E00, 0xA000)
_FULL_WIDTH = tuple(zip("，！？：；（）～…", (*",!?:;()~", "..."), strict=True))
"""Usual punctuation and its compatible form."""


def writable(text: str) -> str:
    """Return the text without characters that XML cannot contain. Most exports and platforms refuse them, too."""
    return text if text.isprintable() else _UNWRITABLE.sub("", text)  # nothing of these is printable


def shows(text: str) -> bool:
    """Return whether at least one character of the text can be seen."""
    if text and (ord(text[0]) in _IDEOGRAPHS or (text[0].isascii() and text[0].isalnum())):  # nearly always
        return True
    return any(_is_seen(each[0]) for each in _INKED.finditer(text))


def _is_seen(character: str) -> bool:
    category, code = unicodedata.category(character), ord(character)
    if category == "Cn":
        return code in _NEWER and code & _NONCHARACTER != _NONCHARACTER
    return category not in _WITHOUT_INK


def said(text: str) -> str:
    """Return what somebody typed, without characters that cannot be kept; empty if it shows nothing."""
    kept = writable(text)
    return kept if shows(kept) else ""


def trimmed(text: str) -> str:
    """Return what somebody typed, without spaces and invisible characters at its ends; empty if it shows
    nothing."""
    kept = said(text)
    return kept[_trimmed_length(kept) : len(kept) - _trimmed_length(kept[::-1])]


def _trimmed_length(text: str) -> int:
    found = _TRIMMED.match(text)
    return found.end() if found else 0


def compatible(text: str) -> str:
    """Return the text in Unicode normalization form KC. Usual full-width punctuation is replaced first, which
    leaves nothing to do in most Chinese texts and so takes a third of the time."""
    if text.isascii():
        return text
    for full, half in _FULL_WIDTH:
        text = text.replace(full, half)
    return unicodedata.normalize("NFKC", text)


def without_hidden(text: str) -> str:
    """Return the text without invisible characters, for comparing. Copied texts often contain some."""
    return _HIDDEN.sub("", text)
