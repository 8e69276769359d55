"""Places that the setting XUMIAN_NOTIFY names, in the form of an address: where notices of all units go."""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from conversation.script import LANGUAGES


class Place(NamedTuple):
    """`scheme://target?option=value`. The target may be a secret."""

    scheme: str
    target: str
    options: Mapping[str, str]
    rest: bool = False
    """Whether the address has more: a path or a fragment."""

    @property
    def language(self) -> str:
        return self.options.get("language", "zh")

    @property
    def account(self) -> str:
        """Stands for the target wherever that must not be shown: addresses are kept, logged and displayed."""
        return sha256(f"{self.scheme}:{self.target}".encode()).hexdigest()[:12]

    def rest_fault(self, what: str, *options: str) -> str:
        """What is wrong behind the target, in words that follow "place 1 of 2 "; empty if nothing is. `what` and
        the language are all that may stand there, and these options."""
        if self.rest or not self.options.keys() <= {"language", *options}:
            return f"has more than {what} and ?language=zh or ?language=en"
        return "" if self.language in LANGUAGES else "names a language that there is not: zh or en"


def parse(value: str) -> Place:
    """Raises ValueError if it is no address at all."""
    parts = urlsplit(value)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Place(parts.scheme, parts.netloc, options, bool(parts.path not in ("", "/") or parts.fragment))


def split(value: str) -> tuple[str, ...]:
    """The places of a setting. Raises ValueError if one is named twice or is no address: a place is told by its
    number, because it may be a secret."""
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
