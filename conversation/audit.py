"""The record's encoding and its hash chain.

An entry's hash is SHA-256(previous hash + SHA-256(payload)); the first entry's previous hash is SHA-256 of
the interview's id. The payload's own digest stands between, so that an erased entry (its text gone, its
digest kept) leaves the chain verifiable.

An entry is stored as its hash and its payload, which is JSON; an erased one as its hash, a zero byte, the
payload's digest, and what may be known of it still: its number, time and author, and what kinds of events it had.
The chain says nothing of that rest, nor of who has erased it: an `Erasure` does, which is told from elsewhere.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from conversation.errors import ChainBroken
from conversation.events import Entry, Erased, Redacted

HASH_BYTES = 32
_ERASED = b"\x00"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Entry).decode


class Erasure(NamedTuple):
    """An erasure that was ordered: the first `entries` entries, the last of which has the hash `head`. `kept` is
    the SHA-256 of all that is stored of them. Both in hex."""

    entries: int
    head: str
    kept: str


def genesis(interview: str) -> bytes:
    """The hash before the first entry: it ties the chain to its interview."""
    return hashlib.sha256(interview.encode()).digest()


def link(previous: bytes, payload: bytes) -> bytes:
    """The hash of the entry whose encoded form is `payload`."""
    return _link(previous, hashlib.sha256(payload).digest())


def _link(previous: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(previous + digest).digest()


def seal(previous: bytes, entry: Entry) -> tuple[bytes, bytes]:
    """(the entry as it is stored, its hash)."""
    payload = _encode(entry)
    digest = link(previous, payload)
    return digest + payload, digest


def unseal(stored: bytes) -> tuple[bytes, Entry]:
    """(hash, entry) of a stored entry; the events of an erased one are one `Redacted`. msgspec.DecodeError or
    ValidationError where it is unreadable."""
    return stored[:HASH_BYTES], _decode(stored[2 * HASH_BYTES + 1 :] if is_erased(stored) else stored[HASH_BYTES:])


def is_erased(stored: bytes) -> bool:
    return stored[HASH_BYTES : HASH_BYTES + 1] == _ERASED


def redact(stored: bytes, number: int) -> bytes:
    """The same entry, the record's `number`-th, erased. It is so already, or what is there cannot be read: nothing
    of that is kept either."""
    if is_erased(stored):
        return stored
    payload = stored[HASH_BYTES:]
    try:
        entry = _decode(payload)
    except msgspec.MsgspecError:
        entry = Entry(number, 0, "system", "", ())
    kinds = tuple(str(event.__struct_config__.tag) for event in entry.events)
    rest = Entry(entry.n, entry.at_ms, entry.by, "", (Redacted(kinds),), entry.v)
    return stored[:HASH_BYTES] + _ERASED + hashlib.sha256(payload).digest() + _encode(rest)


def erasure_of(redacted: Sequence[bytes]) -> Erasure:
    """Of all entries that are erased, as they are stored then."""
    head = redacted[-1][:HASH_BYTES].hex() if redacted else ""
    return Erasure(len(redacted), head, hashlib.sha256(b"".join(redacted)).hexdigest())


def verify(
    interview: str, stored: Iterable[bytes], version: int, head: bytes, erasure: Erasure | None = None
) -> list[Entry]:
    """All entries, if the chain holds from the first to `head` and is `version` long, and nothing of it was erased
    but by `erasure`.

    Raises ChainBroken with the number (from 1) of the first entry that does not fit.
    """
    previous = genesis(interview)
    blobs, entries = list(stored), list[Entry]()
    for number, blob in enumerate(blobs, start=1):
        if _hash_after(previous, blob) != blob[:HASH_BYTES]:
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
    _verify_erased(interview, blobs, entries, erasure)
    return entries


def _hash_after(previous: bytes, blob: bytes) -> bytes:
    if is_erased(blob):
        return _link(previous, blob[HASH_BYTES + 1 : 2 * HASH_BYTES + 1])
    return link(previous, blob[HASH_BYTES:])


def _verify_erased(
    interview: str, blobs: Sequence[bytes], entries: Sequence[Entry], erasure: Erasure | None
) -> None:
    """Everything before the last entry was erased, as ordered, or nothing was."""
    erased = [number for number, blob in enumerate(blobs, start=1) if is_erased(blob)]
    if not erased:
        if erasure is not None and len(blobs) > 1:
            raise ChainBroken(interview, 1, "it was erased, as the organisation's record says, and it is here")
        return
    if erasure is None:
        raise ChainBroken(interview, erased[0], "it is erased, and the organisation's record does not say so")
    if len(erased) != erasure.entries or len(blobs) != erasure.entries + 1:
        raise ChainBroken(interview, erased[0], f"{erasure.entries} entries were to be erased, not these")
    if not any(isinstance(event, Erased) for event in entries[-1].events):
        raise ChainBroken(interview, len(blobs), "it does not say that the others were erased")
    if erasure_of(blobs[:-1]) != erasure:
        raise ChainBroken(interview, erased[0], "what is left of the erased entries is not what was left then")
