"""The record's encoding and its hash chain.

An entry's hash is SHA-256(previous hash + SHA-256(payload)); the first entry's previous hash is SHA-256 of
the interview's id. The payload's own digest stands between, so that an erased entry (its text gone, its
digest kept) leaves the chain verifiable.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from conversation.errors import ChainBroken
from conversation.events import Entry

HASH_BYTES = 32
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


def genesis(interview: str) -> bytes:
    """The hash before the first entry: it ties the chain to its interview."""
    return hashlib.sha256(interview.encode()).digest()


def link(previous: bytes, payload: bytes) -> bytes:
    """The hash of the entry whose encoded form is `payload`."""
    return hashlib.sha256(previous + hashlib.sha256(payload).digest()).digest()


def seal(previous: bytes, entry: Entry) -> tuple[bytes, bytes]:
    """(the entry as it is stored, its hash)."""
    payload = _encode(entry)
    digest = link(previous, payload)
    return digest + payload, digest


def unseal(stored: bytes) -> tuple[bytes, Entry]:
    """(hash, entry) of a stored entry. msgspec.DecodeError or ValidationError where it is unreadable."""
    return stored[:HASH_BYTES], _decode(stored[HASH_BYTES:])


def verify(interview: str, stored: Iterable[bytes], version: int, head: bytes) -> list[Entry]:
    """All entries, if the chain holds from the first to `head` and is `version` long.

    Raises ChainBroken with the number (from 1) of the first entry that does not fit.
    """
    previous = genesis(interview)
    entries: list[Entry] = []
    for number, blob in enumerate(stored, start=1):
        if link(previous, blob[HASH_BYTES:]) != blob[:HASH_BYTES]:
            raise ChainBroken(interview, number, "its hash does not follow from the entry before it")
        try:
            previous, entry = unseal(blob)
        except msgspec.MsgspecError:
            raise ChainBroken(interview, number, "it cannot be read") from None
        if entry.n != number:
            raise ChainBroken(interview, number, f"it says that it is entry {entry.n}")
        entries.append(entry)
    if len(entries) != version:
        raise ChainBroken(
            interview,
            min(len(entries), version) + 1,
            f"{version} entries were committed, {len(entries)} are there",
        )
    if previous != head:
        raise ChainBroken(interview, len(entries), "it is not the entry that was committed last")
    return entries
