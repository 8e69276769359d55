"""Cleaning cells, and reading e-mail addresses in them."""

import re
import unicodedata
from typing import NamedTuple

_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ud800-\udfff\ufeff\ufffe\uffff]"
)
_FORMULA = tuple("+-=@＋－＝＠")
_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
"""How programs make a spreadsheet show digits unchanged."""
_GUARDED_DIGITS = re.compile(r"['‘’`]\s*(?=[0-9０-９])")
_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s.<>,;]+")
_ROUND_ADDRESS = "<>()[]\"'“”‘’`.,;:"


class Email(NamedTuple):
    """An e-mail address, and whether the cell holds nothing else than it (`whole`)."""

    address: str
    whole: bool = True


def clean(text: str) -> str:
    """Remove invisible characters, surrounding whitespace, and what protects a cell from being taken for a formula
    or a number."""
    plain = _INVISIBLE.sub("", text).strip()
    if written := _AS_TEXT.fullmatch(plain):
        plain = written[1].replace('""', '"').strip()
    plain = _GUARDED_DIGITS.sub("", plain, count=1) if _GUARDED_DIGITS.match(plain) else plain
    return plain[1:] if plain[:1] == "'" and plain[1:2] in _FORMULA else plain


def unquoted(text: str) -> str:
    """Return the text without a quotation mark at its beginning or end that has no counterpart."""
    if text.count('"') % 2:
        return text[1:].strip() if text.startswith('"') else text.removesuffix('"').strip()
    return text


def email(text: str) -> Email | None:
    """Return the e-mail address in a cell, the first one if there are several; None if there is none."""
    plain = unicodedata.normalize("NFKC", text).replace("。", ".").strip()
    if _EMAIL.fullmatch(plain):
        return Email(plain.removeprefix("mailto:"))
    pieces = (piece.removeprefix("mailto:").strip(_ROUND_ADDRESS) for piece in re.split(r"[\s<>,;/、|]+", plain))
    found = next((piece for piece in pieces if _EMAIL.fullmatch(piece)), "")
    return Email(found, whole=False) if found else None
