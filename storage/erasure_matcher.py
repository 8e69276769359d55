"""What gives away that something stored is about an erased interview, or for its candidate."""

import re
from collections.abc import Sequence

import msgspec

from conversation.inbound import Address
from conversation.outbound import OutboundMessage

_decode = msgspec.msgpack.Decoder(OutboundMessage).decode


class Traces:
    """Of this interview, whose candidate is or was at these addresses, with these files (SHA-256) in the archive.
    `last`: the candidate has been told that all is gone, so that this message, too, is not needed any more."""

    def __init__(
        self,
        interview: str,
        addresses: Sequence[Address],
        names: Sequence[str] = (),
        files: Sequence[str] = (),
        *,
        last: bool,
    ) -> None:
        self._interview = interview.encode()
        self._addresses = frozenset(addresses)
        self._last = last
        self._names = [form.encode() for name in names for form in (name, name.replace(" ", "-"))]
        self._files = [sha256.encode() for sha256 in files]
        self._user = _as_value([each.user for each in addresses])

    def about(self, raw: bytes) -> bool:
        """Whether it names the interview: all that belongs to it does, and so does what colleagues are shown of
        it."""
        return self._interview in raw

    def shown(self, item: bytes) -> bool:
        """Whether what colleagues typed, or were shown, is about the interview, names its candidate or has one of
        their files: of somebody of the same name it goes, too. The record has what counts of it."""
        return self.about(item) or any(mark in item for mark in (*self._names, *self._files))

    def in_letter(self, raw: bytes) -> bool:
        """Whether a message that waits is about the interview."""
        if self.about(raw):
            return True
        message = read_message(raw)
        return self._last and message is not None and not message.interview and message.to in self._addresses

    def in_dead_letter(self, payload: bytes) -> bool:
        """Whether something that was put away, a message or what a platform brought, is about the interview, or to
        or from its candidate."""
        if self.about(payload):
            return True
        message = read_message(payload)
        if message is not None:
            return message.to in self._addresses
        return self._user is not None and self._user.search(payload) is not None


def _as_value(users: Sequence[str]) -> re.Pattern[bytes] | None:
    """Where one of these ids is a whole value, as platforms write who sent something: in quotes, in an element of
    XML, or as the number of an `id`. Within a text it may be anything."""
    if not users:
        return None
    any_ = b"|".join(re.escape(user.encode()) for user in users)
    return re.compile(rb'"(?:%b)"|[\[>](?:%b)[\]<]|"id"\s*:\s*(?:%b)(?=\s*[,}])' % (any_, any_, any_))


def read_message(raw: bytes) -> OutboundMessage | None:
    """None where it is none, or cannot be read."""
    try:
        return _decode(raw)
    except msgspec.MsgspecError:
        return None
