"""Phone numbers as people and spreadsheets write them.

`phonenumbers` knows which numbers there are; its data about places and carriers is not loaded.
"""

import re
import unicodedata
from typing import NamedTuple

from handlers.limits import PHONE_DIGITS

REGION = "CN"
"""Where a number without a country code is."""
_BETWEEN_DIGITS = re.compile(r"[\s().−–—‐‑·_-]+")
_SPACES = re.compile(r"\s+")
_GUARDS = " '‘’`\"“”"
_EXTENSION = re.compile(
    r"(?:[,;]?\s*(?:分机号?|转|ext\.?|extension|x|#)\s*[:：]?\s*|(?<=\d{7})-)(?=\d{1,6}\D*$)", re.IGNORECASE
)
_SEVERAL = re.compile(r"[/、,;|\\\n]|或者?|\bor\b|&|\band\b|\s{2,}", re.IGNORECASE)
_LABEL = re.compile(
    r"^(?:手机号码?|手机|移动电话|联系电话|电话|座机|本人|tel|phone|mobile|cell|m|t)\s*[.:：]?\s*(?=[+(\d])",
    re.IGNORECASE,
)
_REMARK = re.compile(r"\s*[(\[【][^()\[\]【】\d]*[)\]】]\s*$")
_SCIENTIFIC = re.compile(r"(\d)[.,](\d+)e\+?(\d{1,2})", re.IGNORECASE)
_DECIMAL = re.compile(r"(\d{7,15})[.,]0+")
_ROUNDED = 5
"""A spreadsheet that shortens a number for show leaves at most this many decimals before the exponent."""
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9][0-9]{6,14})")
_FIXED = re.compile(r"(?:\+?86)?0?([0-9]{2,3}[0-9]{7,8})")
_MOST_READ = 200
_NOTHING = frozenset(
    {"", "无", "暂无", "没有", "空", "不详", "未知", "未填", "none", "no", "na", "nil", "null", "nan", "unknown"}
)


class Phone(NamedTuple):
    """A phone number: `e164` with its country code, and whether the text holds nothing else than it (`whole`)."""

    e164: str
    whole: bool = True


def is_nothing(text: str) -> bool:
    """Return whether the text is what people write into a cell that they leave open."""
    return re.sub(r"[\W_]+", "", text).casefold() in _NOTHING


def parse(text: str) -> Phone | None:
    """Return the number in a cell, the first usable one if there are several; None if there is none."""
    text = _plain(text)
    if found := _number(text):
        return Phone(found, whole=not _EXTENSION.search(text))
    pieces = [each for each in _SEVERAL.split(text) if each.strip()]
    if len(pieces) == 1:
        pieces = text.split()
    found = next(filter(None, map(_number, pieces)), "") if len(pieces) > 1 else ""
    return Phone(found, whole=False) if found else None


def lost_digits(text: str) -> bool:
    """Return whether a spreadsheet wrote the number with an exponent and without its last digits."""
    written = _SCIENTIFIC.fullmatch(_SPACES.sub("", _plain(text)))
    return bool(written) and parse(text) is None


def last_digits(phone: str) -> str:
    """Return the last four digits of a phone number as people write it, ignoring an extension.

    Returns an empty string if it is not a phone number.
    """
    found = parse(phone)
    return found.e164[-PHONE_DIGITS:] if found else ""


def _plain(text: str) -> str:
    """Return the text with full-width characters made plain, without what protects it from a spreadsheet."""
    return unicodedata.normalize("NFKC", text[:_MOST_READ]).strip(_GUARDS + "\t\r\n=")


def _number(text: str) -> str:
    """Return the text as E.164, or an empty string if it is no phone number."""
    text = _REMARK.sub("", _LABEL.sub("", text.strip(_GUARDS + "\t\r\n.:：")))
    main = _EXTENSION.split(text)[0]
    digits = _BETWEEN_DIGITS.sub("", _written_out(main))
    if not re.fullmatch(r"\+?[0-9]{5,20}", digits):
        return ""
    if digits.startswith("+00"):
        digits = digits[1:]
    if re.match(r"(?:\+?86|0086)?1[0-9]", digits) and not digits.startswith(("+1", "001")):
        mobile = _MOBILE.fullmatch(digits)
        return f"+86{mobile[1]}" if mobile else ""
    return _known(digits) or _as_written(digits)


def _written_out(text: str) -> str:
    """Return the digits of a number that a spreadsheet wrote as a decimal or with an exponent.

    Other texts, and numbers whose last digits are missing, are returned as they are.
    """
    text = text.strip()
    if decimal := _DECIMAL.fullmatch(text):
        return decimal[1]
    written = _SCIENTIFIC.fullmatch(_SPACES.sub("", text))
    if not written:
        return text
    whole, decimals, exponent = written[1], written[2], int(written[3])
    decimals = decimals.rstrip("0") if len(decimals) > exponent else decimals
    kept = len(decimals) == exponent or _ROUNDED < len(decimals) < exponent
    return whole + decimals.ljust(exponent, "0") if kept and exponent < 15 else text


def _known(digits: str) -> str:
    """Return the number as E.164 if the numbering plan of its country has it."""
    import phonenumbers  # loaded in the process that reads a list, not in every one

    try:
        number = phonenumbers.parse(digits, REGION)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _as_written(digits: str) -> str:
    """Return a number as E.164 that looks like one, because numbering plans change."""
    if abroad := _ABROAD.fullmatch(digits):
        return f"+{abroad[1]}"
    fixed = _FIXED.fullmatch(digits)
    return f"+86{fixed[1].lstrip('0')}" if fixed else ""
