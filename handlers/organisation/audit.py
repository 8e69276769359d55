"""Encoding and verifying the organisation's record, which holds every staff action.

It works like an interview's record: entries are hash-chained, and folding their events always yields the state.
"""

import hashlib
from collections.abc import Iterable

import msgspec

from conversation.errors import ChainBroken
from conversation.record.audit import HASH_BYTES, genesis, link
from handlers.organisation.events import OrganisationEntry
from handlers.organisation.evolve import evolve
from handlers.organisation.state import NAME, Organisation, OrganisationRecord

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(OrganisationEntry).decode
_decode_state = msgspec.msgpack.Decoder(Organisation).decode


def new_organisation() -> OrganisationRecord:
    return OrganisationRecord(Organisation(), 0, genesis(NAME))


def decode_state(state: bytes) -> Organisation:
    return _decode_state(state)


def seal(previous: bytes, entry: OrganisationEntry) -> tuple[bytes, bytes]:
    """Return the entry as stored (32-byte hash, then JSON) and its hash."""
    payload = _encode(entry)
    digest = link(previous, payload)
    return digest + payload, digest


def verify(stored: Iterable[bytes], record: OrganisationRecord) -> list[OrganisationEntry]:
    """Return all entries if the chain is intact and leads to the record. Raises ChainBroken."""
    previous, organisation, entries = genesis(NAME), Organisation(), list[OrganisationEntry]()
    for number, blob in enumerate(stored, start=1):
        if link(previous, blob[HASH_BYTES:]) != blob[:HASH_BYTES]:
            raise ChainBroken(NAME, number, "its hash does not follow from the entry before it")
        previous = blob[:HASH_BYTES]
        entry = _read(number, blob[HASH_BYTES:])
        for event in entry.events:
            organisation = evolve(organisation, event, entry.at_ms)
        entries.append(entry)
    if len(entries) != record.version or previous != record.head:
        raise ChainBroken(NAME, len(entries) + 1, f"{record.version} entries were committed")
    if organisation != record.state:
        raise ChainBroken(NAME, len(entries), "the stored state is not what the record says")
    return entries


def _read(number: int, payload: bytes) -> OrganisationEntry:
    try:
        entry = _decode(payload)
    except msgspec.MsgspecError:
        raise ChainBroken(NAME, number, "it cannot be read") from None
    if entry.n != number:
        raise ChainBroken(NAME, number, f"it says that it is entry {entry.n}")
    return entry


def digest(code: str) -> str:
    """Return the SHA-256 of a one-time code or a bot's token, in hex, the form in which the record has it."""
    return hashlib.sha256(code.encode()).hexdigest()


def read_entries(stored: Iterable[bytes]) -> list[OrganisationEntry]:
    """Return the entries without verifying them."""
    return [_decode(blob[HASH_BYTES:]) for blob in stored]
