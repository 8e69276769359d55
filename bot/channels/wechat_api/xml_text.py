"""Making a callback's XML acceptable to a parser, although people can type what XML cannot contain.

Source: www.w3.org, "Extensible Markup Language (XML) 1.0", "Characters", "CDATA Sections", "Character and Entity
References" (read 2026-11). The platforms put what people type into CDATA sections unchanged.
"""

import re

from bot.channels.shared.damaged_text import decoded
from conversation.visible_text import writable

_PIECES = re.compile(
    r"<!\[CDATA\[(?P<typed>.*?)(?P<end>\]\]>|\Z)|(?P<references>(?:&#(?:x[0-9a-fA-F]+|[0-9]+);)+)|[^<&]+|[<&]",
    re.DOTALL,
)
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]+)|([0-9]+));")
_END, _SPLIT_END = "]]>", "]]]]><![CDATA[>"
_MOST_DIGITS = 7
_HIGH, _LOW = range(0xD800, 0xDC00), range(0xDC00, 0xE000)
_LAST = 0x10FFFF


def parsable(body: bytes) -> str:
    """Return the XML without the characters that XML forbids, written as such or as references.

    Two surrogates, in either form, become the character that they stand for. Everything else stays as it is; in a
    CDATA section, references are what was typed.
    """
    text = decoded(body)
    if writable(text) == text and "&#" not in text:
        return text
    return "".join(_piece(found) for found in _PIECES.finditer(text))


def _piece(found: re.Match[str]) -> str:
    """Return one part of the document.

    Sections end where they ended before anything was removed: removing must not let a text end its section.
    """
    if found["typed"] is not None:
        return f"<![CDATA[{writable(found['typed']).replace(_END, _SPLIT_END)}{found['end']}"
    if found["references"]:
        return _references(found["references"])
    return writable(found[0])


def _references(run: str) -> str:
    """Return consecutive character references without the forbidden ones."""
    kept, high = "", 0
    for reference in _REFERENCE.finditer(run):
        code = _code(reference)
        if high and code in _LOW:
            kept += chr(0x10000 + (high - _HIGH.start) * 0x400 + code - _LOW.start)
        elif code <= _LAST and writable(chr(code)):
            kept += reference[0]
        high = code if code in _HIGH else 0
    return kept


def _code(reference: re.Match[str]) -> int:
    digits = (reference[1] or reference[2]).lstrip("0")
    if len(digits) > _MOST_DIGITS:
        return _LAST + 1
    return int(digits or "0", 16 if reference[1] else 10)
