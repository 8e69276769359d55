"""Recognises stored data that is about an erased interview, or addressed to its candidate."""

import re
from collections.abc import Sequence

import msgspec

from conversation.inbound import Address
from conversation.outbound import OutboundMessage

_decode = msgspec.msgpack.Decoder(OutboundMessage).decode


class Traces:
    """What identifies an erased interview in stored data: its id, the addresses where its candidate is or was, the
    candidate's names, and their files in the archive (SHA-256). `last`: the candidate has been informed of the
    erasure, so that message can be removed, too."""

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
        """Return whether the data names the interview. All data of an interview does, and so does what colleagues
        are shown of it."""
        return self._interview in raw

    def shown(self, item: bytes) -> bool:
        """Return whether something that colleagues typed or were shown is about the interview, names its candidate
        or has one of their files. Items about someone else of the same name match, too; whatever matters in them
        is in the record."""
        return self.about(item) or any(mark in item for mark in (*self._names, *self._files))

    def in_letter(self, raw: bytes) -> bool:
        """Return whether a waiting message is about the interview and does not outlast it."""
        message = read_message(raw)
        if self.about(raw):
            return message is None or not message.outlasts_erasure
        return self._last and message is not None and not message.interview and message.to in self._addresses

    def in_dead_letter(self, payload: bytes) -> bool:
        """Return whether a dead letter, which is a message or an event from a platform, is about the interview or
        is to or from its candidate."""
        message = read_message(payload)
        if self.about(payload):
            return message is None or not message.outlasts_erasure
        if message is not None:
            return message.to in self._addresses
        return self._user is not None and self._user.search(payload) is not None


def _as_value(users: Sequence[str]) -> re.Pattern[bytes] | None:
    """Return a pattern that finds one of these ids as a whole value, as platforms write a sender: in quotes, as an
    XML element, or as the number of an `id`. Anywhere within a text, the same characters may mean anything. None
    if there are no ids."""
    if not users:
        return None
    any_ = b"|".join(re.escape(user.encode()) for user in users)
    return re.compile(rb'"(?:%b)"|[\[>](?:%b)[\]<]|"id"\s*:\s*(?:%b)(?=\s*[,}])' % (any_, any_, any_))


def read_message(raw: bytes) -> OutboundMessage | None:
    """Decode an outbound message. None if the data is no message or cannot be decoded."""
    try:
        return _decode(raw)
    except msgspec.MsgspecError:
        return None
