"""The signed token in a report page's address: which interview, for whom, since when."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

LIFE_S = 7 * 24 * 3600
"""How long a link is valid, in seconds."""
_SALT = "report-page"
_VERSION = 2
_LONGEST = 300
"""Maximum length of a token, in characters; real ones have about a hundred."""


_GROUP = "group:"


class ReportToken(NamedTuple):
    """The content of a token.

    - `person`: the colleague who asked for the link.
    - `private`: whether only this colleague was given it. Any other link shows what a group may see.
    """

    interview: str
    person: str
    private: bool


def reader_of(person: str, *, private: bool) -> str:
    """Return the name under which a link's reader is signed: the colleague who asks for it, or their group."""
    return person if private else f"{_GROUP}{person}"


class ReportLinks:
    """Makes and reads tokens. `secret` is known only to our processes; `now` returns epoch milliseconds."""

    def __init__(self, secret: bytes, now: Callable[[], int]) -> None:
        self._serializer = URLSafeTimedSerializer(
            secret,
            salt=_SALT,
            signer=_Signer,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac", "now": now},
        )

    def make(self, interview: str, reader: str) -> str:
        """Return a token that lets the reader, as in `reader_of`, open the report for LIFE_S seconds."""
        return str(self._serializer.dumps([interview, reader, _VERSION]))

    def read(self, token: str) -> ReportToken | None:
        """Return the token's content, or None if it is invalid or expired."""
        if len(token) > _LONGEST:
            return None
        try:
            content = msgspec.convert(self._serializer.loads(token, max_age=LIFE_S), _Content)
        except (BadData, msgspec.ValidationError):
            return None
        shared = content.version < _VERSION or content.reader.startswith(_GROUP)
        return ReportToken(content.interview, content.reader.removeprefix(_GROUP), not shared)


class _Content(msgspec.Struct, array_like=True):
    """What is signed. Links of version 1 name whoever asked for them, even in a group."""

    interview: str
    reader: str
    version: int = 1


class _Signer(TimestampSigner):
    """A TimestampSigner that takes the time from `now`."""

    def __init__(self, *arguments: Any, now: Callable[[], int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._now = now

    def get_timestamp(self) -> int:
        return self._now() // 1000
