"""The encoding of a record and its hash chain.

An entry's hash is SHA-256(previous hash + SHA-256(payload)). For the first entry, the previous hash is the SHA-256
of the interview's id. The chain uses the payload's digest instead of the payload itself, so that it can still be
verified when an entry is erased (its text gone, its digest kept).

A stored entry is its 32-byte hash followed by its payload, which is JSON. An erased entry is its hash, a zero
byte, the payload's digest, and JSON with what may still be known: the entry's number, time and author, and which
kinds of events it had. The chain does not protect that remainder, nor does it show whether the erasure was
ordered. An `Erasure`, which comes from elsewhere (the organisation's record), does both.
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
    """An erasure that was ordered.

    - `entries`: how many entries were erased, counted from the first.
    - `head`: the hash of the last of them, in hex.
    - `kept`: the SHA-256 of all that is still stored of them, in hex.
    """

    entries: int
    head: str
    kept: str


def genesis(interview: str) -> bytes:
    """Return the hash that precedes the first entry. It ties the chain to its interview."""
    return hashlib.sha256(interview.encode()).digest()


def link(previous: bytes, payload: bytes) -> bytes:
    """Return the hash of the entry whose encoded form is `payload`."""
    return _link(previous, hashlib.sha256(payload).digest())


def _link(previous: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(previous + digest).digest()


def seal(previous: bytes, entry: Entry) -> tuple[bytes, bytes]:
    """Return the entry as stored (its hash, then JSON) and its hash."""
    payload = _encode(entry)
    digest = link(previous, payload)
    return digest + payload, digest


def unseal(stored: bytes) -> tuple[bytes, Entry]:
    """Return the hash and the entry from a stored entry. The events of an erased entry are a single `Redacted`.

    Raises msgspec.DecodeError or msgspec.ValidationError if the entry cannot be read.
    """
    return stored[:HASH_BYTES], _decode(stored[2 * HASH_BYTES + 1 :] if is_erased(stored) else stored[HASH_BYTES:])


def is_erased(stored: bytes) -> bool:
    return stored[HASH_BYTES : HASH_BYTES + 1] == _ERASED


def redact(stored: bytes, number: int) -> bytes:
    """Return the stored entry in its erased form. `number` is its place in the record, from 1.

    An entry that is already erased is returned unchanged. If the payload cannot be read, only its digest and
    `number` are kept.
    """
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
    """Return the `Erasure` that describes these erased entries, given as they are stored."""
    head = redacted[-1][:HASH_BYTES].hex() if redacted else ""
    return Erasure(len(redacted), head, hashlib.sha256(b"".join(redacted)).hexdigest())


def verify(
    interview: str, stored: Iterable[bytes], version: int, head: bytes, erasure: Erasure | None = None
) -> list[Entry]:
    """Return all entries if the chain holds.

    It holds if each hash follows from the one before, the last hash is `head`, there are `version` entries, and
    entries are erased only as `erasure` says (None: none may be).

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
    """Check that all entries before the last one were erased, as ordered, or that none was. Raises ChainBroken."""
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
