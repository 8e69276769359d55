"""What a candidate's contact details have in common with words that somebody looks for."""

import re
import unicodedata
from collections.abc import Sequence

from conversation.contact import Contact
from conversation.words import normal

_LIKE_A_NUMBER = re.compile(r"\+?[\d\s().·-]+")
_LEAST_DIGITS = 4
_LEAST_LETTERS = 2
_HOME = "+86"


def national(phone: str) -> str:
    """Return a number of our own country as people write it there; an empty string for others."""
    return phone.removeprefix(_HOME) if phone.startswith(_HOME) else ""


def identities(name: str, contact: Contact) -> tuple[str, ...]:
    """Return what identifies somebody among the candidates of a campaign: phone number and e-mail address, or the
    name if both are missing."""
    reached = [("phone", contact.phone), ("email", contact.email.casefold())]
    known = tuple(f"{kind}:{value}" for kind, value in reached if value)
    return known or ((f"name:{normal(name)}",) if normal(name) else ())


def has(text: str, values: Sequence[str]) -> bool:
    """Return whether the text is part of one of these phone numbers, e-mail addresses and other details. At least
    four digits of a number are needed."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _LIKE_A_NUMBER.fullmatch(plain):
        digits = _digits(plain).lstrip("0")
        return len(digits) >= _LEAST_DIGITS and any(digits in _digits(each) for each in values)
    wanted = normal(text)
    return len(wanted) >= _LEAST_LETTERS and any(wanted in normal(each) for each in values)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
