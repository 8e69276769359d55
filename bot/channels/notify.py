"""Parsing of the places in XUMIAN_NOTIFY, to which the notices of all units go."""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from conversation.script import LANGUAGES


class NoticePlace(NamedTuple):
    """A place for notices: `scheme://target?option=value`. The target may be a secret."""

    scheme: str
    target: str
    options: Mapping[str, str]
    rest: bool = False
    """Whether the address has more parts: a path or a fragment."""

    @property
    def language(self) -> str:
        return self.options.get("language", "zh")

    @property
    def account(self) -> str:
        """A hash that stands for the target, which must not be stored, logged or displayed."""
        return sha256(f"{self.scheme}:{self.target}".encode()).hexdigest()[:12]

    def rest_fault(self, what: str, *options: str) -> str:
        """Return what is wrong after the target, worded to follow "place 1 of 2 ". Empty if nothing is.

        `what` describes what is allowed there beside the language. `options` are the names of the other options
        allowed.
        """
        if self.rest or not self.options.keys() <= {"language", *options}:
            return f"has more than {what} and ?language=zh or ?language=en"
        return "" if self.language in LANGUAGES else "names a language that there is not: zh or en"


def parse(value: str) -> NoticePlace:
    """Parse the address of a place. Raises ValueError if it is not a URL."""
    parts = urlsplit(value)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    return NoticePlace(parts.scheme, parts.netloc, options, bool(parts.path not in ("", "/") or parts.fragment))


def split(value: str) -> tuple[str, ...]:
    """Split the setting into its places. Raises ValueError if one is named twice or is not a URL.

    The error names a place by its number, because it may be a secret.
    """
    places = tuple(each.strip() for each in value.split(",") if each.strip())
    named = []
    for number, each in enumerate(places, start=1):
        try:
            named.append(parse(each)[:2])
        except ValueError:
            raise ValueError(f"place {number} of {len(places)} is no address") from None
    if len(set(named)) < len(named):
        raise ValueError("the same chat stands there twice")
    return places
