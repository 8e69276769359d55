"""The signed token in a report page's address: which interview, for whom, since when."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

LIFE_S = 7 * 24 * 3600
"""How long a link is valid, in seconds."""
_SALT = "report-page"
_LONGEST = 300
"""Maximum length of a token, in characters; real ones have about a hundred."""


class ReportToken(NamedTuple):
    """The content of a token. `person` is the colleague to whom the link was given."""

    interview: str
    person: str


class ReportLinks:
    """Makes and reads tokens. `secret` is known only to our processes; `now` returns epoch milliseconds."""

    def __init__(self, secret: bytes, now: Callable[[], int]) -> None:
        self._serializer = URLSafeTimedSerializer(
            secret,
            salt=_SALT,
            signer=_Signer,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac", "now": now},
        )

    def make(self, interview: str, person: str) -> str:
        """Return a token that lets the person open the interview's report for LIFE_S seconds."""
        return str(self._serializer.dumps([interview, person]))

    def read(self, token: str) -> ReportToken | None:
        """Return the token's content, or None if it is invalid or expired."""
        if len(token) > _LONGEST:
            return None
        try:
            interview, person = msgspec.convert(self._serializer.loads(token, max_age=LIFE_S), tuple[str, str])
        except (BadData, msgspec.ValidationError):
            return None
        return ReportToken(interview, person)


class _Signer(TimestampSigner):
    """A TimestampSigner that takes the time from `now`."""

    def __init__(self, *arguments: Any, now: Callable[[], int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._now = now

    def get_timestamp(self) -> int:
        return self._now() // 1000
