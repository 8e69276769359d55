"""The signed part of a report page's address: whose report, for whom, since when."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

LIFE_S = 7 * 24 * 3600
"""How long a link is valid."""
_SALT = "report-page"
_LONGEST = 300
"""Characters; ours have a hundred."""


class Ticket(NamedTuple):
    """`person` is the colleague to whom the link was given."""

    interview: str
    person: str


class ReportLinks:
    """`secret` is known to our processes alone; `now` gives epoch milliseconds."""

    def __init__(self, secret: bytes, now: Callable[[], int]) -> None:
        self._serializer = URLSafeTimedSerializer(
            secret,
            salt=_SALT,
            signer=_Signer,
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac", "now": now},
        )

    def make(self, interview: str, person: str) -> str:
        return str(self._serializer.dumps([interview, person]))

    def read(self, token: str) -> Ticket | None:
        """None where it is not ours, was changed, or is too old."""
        if len(token) > _LONGEST:
            return None
        try:
            interview, person = msgspec.convert(self._serializer.loads(token, max_age=LIFE_S), tuple[str, str])
        except (BadData, msgspec.ValidationError):
            return None
        return Ticket(interview, person)


class _Signer(TimestampSigner):
    """The library's, with a clock that is given to it."""

    def __init__(self, *arguments: Any, now: Callable[[], int], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._now = now

    def get_timestamp(self) -> int:
        return self._now() // 1000
