"""How a record is stored: 8 bytes of version, 32 bytes of head hash, then the state (MessagePack). The Lua scripts
compare the first 8 bytes.

Redis keeps the messages of answers apart, in a list, so that one more message does not rewrite all earlier ones.
A zero byte and their numbers then come before the state, which is without them. The state of an interview that has
ended is compressed, after a byte 1. If its entries are in the archive, a byte 2 and the SHA-256 of the archived
object come before the compressed state: this is the stub. No state begins with one of these bytes.

Redis keeps entries compressed, too: their 32 bytes of hash as they are, then a byte that says how the JSON behind
it was compressed. The hash is that of the JSON itself.
"""

import struct
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

import msgspec
from msgspec.structs import replace

from conversation.events import SCHEMA
from conversation.record import legacy
from conversation.record.audit import HASH_BYTES
from conversation.state import OPEN_PHASES, Record, State
from conversation.state_parts import Part
from storage.compression import ENTRIES, STATES, Compressor

FORMAT = SCHEMA + 1
"""The form of everything that is stored: the events' schema, and one more since entries and states are
compressed."""

_HEAD = struct.Struct(">Q32s")
_COUNTS = struct.Struct(">BHHH")
_APART, _COMPRESSED, _ARCHIVED = b"\x00", b"\x01", b"\x02"
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(State).decode
_decode_part = msgspec.msgpack.Decoder(Part).decode
_states = Compressor(STATES)
_entries = Compressor(ENTRIES)
_UTF_8, _GBK = b"\x01", b"\x02"
"""How the JSON of a compressed entry was encoded. Chinese takes a sixth less space in GBK."""
_NOW = b"\xa6prompt"
"""The encoded name of the `prompt` field, which every state stored by this release contains."""


class Stored(Protocol):
    """Anything that is recorded like an interview: a state that names its `campaign`, with its place in the
    chain."""

    @property
    def state(self) -> Any: ...
    @property
    def version(self) -> int: ...
    @property
    def head(self) -> bytes: ...


HEAD_BYTES = _HEAD.size
"""How many bytes of a stored record say how far it has come."""


class Blob(NamedTuple):
    """A stored record whose state the caller decodes."""

    version: int
    head: bytes
    state: bytes


def pack(record: Stored) -> bytes:
    return _HEAD.pack(record.version, record.head) + _encode(record.state)


def unpack(blob: bytes) -> Record:
    version, head, state = unwrap(blob)
    return Record(state_of(state), version, head)


def state_of(stored: bytes) -> State:
    """Decode a state that was stored by this release or an earlier one."""
    state = _decode(stored)
    return state if _NOW in stored else legacy.upcast(state, legacy.decode_fields(stored))


def unwrap(blob: bytes) -> Blob:
    """Split a stored record, or the first `HEAD_BYTES` of one. Raises msgspec.DecodeError if its state cannot be
    decompressed."""
    version, head = _HEAD.unpack_from(blob)
    state = blob[_HEAD.size :]
    if state.startswith(_ARCHIVED):
        state = _states.unpack(state[1 + HASH_BYTES :])
    elif state.startswith(_COMPRESSED):
        state = _states.unpack(state[1:])
    return Blob(version, head, state)


def version_bytes(version: int) -> bytes:
    """Return the first eight bytes of a stored record of this version. Empty for version 0: the record must not
    exist yet."""
    return struct.pack(">Q", version) if version else b""


class _Member(msgspec.Struct):
    campaign: str = ""


_decode_member = msgspec.msgpack.Decoder(_Member).decode


def campaign_in(blob: bytes) -> str:
    """Return the campaign that a stored record names; empty if it names none or cannot be read."""
    apart = blob[HEAD_BYTES : HEAD_BYTES + 1] == _APART
    try:
        state = blob[HEAD_BYTES + _COUNTS.size :] if apart else unwrap(blob).state
        return _decode_member(state).campaign
    except (msgspec.MsgspecError, struct.error):
        return ""


# the messages of answers, stored apart


def parts_of(state: Any) -> tuple[Part, ...]:
    """Return the messages of answers in the order in which they are stored apart: those of the answer left for a
    detour, those dropped, and those of the open answer. None for a state that is not an interview's.

    In this order a new message comes last, and starting anew, undoing that and changing an earlier answer move no
    message.
    """
    if not isinstance(state, State):
        return ()
    return (*(state.detour.parts if state.detour else ()), *state.dropped, *state.parts)


def pack_apart(record: Stored) -> bytes:
    """Encode a record without the messages that `parts_of` returns."""
    state = record.state
    if not parts_of(state):
        whole = pack(record)
        if not isinstance(state, State) or state.phase in OPEN_PHASES:
            return whole
        return b"".join((whole[:HEAD_BYTES], _COMPRESSED, _states.pack(whole[HEAD_BYTES:])))
    detour = state.detour
    counts = _COUNTS.pack(0, len(detour.parts) if detour else 0, len(state.dropped), len(state.parts))
    rest = replace(state, parts=(), dropped=(), detour=replace(detour, parts=()) if detour else None)
    return _HEAD.pack(record.version, record.head) + counts + _encode(rest)


def pack_parts(parts: Sequence[Part]) -> list[bytes]:
    return [_encode(part) for part in parts]


def unpack_apart(blob: bytes, parts: Sequence[bytes]) -> Record:
    """Decode a record with the messages that are stored apart from it. Records of earlier releases contain them.
    Raises msgspec.ValidationError if messages are missing."""
    if blob[_HEAD.size : _HEAD.size + 1] != _APART:
        return unpack(blob)
    version, head = _HEAD.unpack_from(blob)
    _, waiting, dropped, open_ = _COUNTS.unpack_from(blob, _HEAD.size)
    state = _decode(blob[_HEAD.size + _COUNTS.size :])
    if len(parts) != waiting + dropped + open_:
        raise msgspec.ValidationError(f"version {version} has other messages than those that are stored")
    said = tuple(map(_decode_part, parts))
    detour = replace(state.detour, parts=said[:waiting]) if state.detour else None
    whole = replace(
        state, detour=detour, dropped=said[waiting : waiting + dropped], parts=said[waiting + dropped :]
    )
    return Record(whole, version, head)


# stubs of archived records

PLACE = slice(HEAD_BYTES, HEAD_BYTES + 1 + HASH_BYTES)
"""The bytes of a stored record that say where its entries are."""


def pack_stub(record: Record, sha256: str) -> bytes:
    """Encode a record whose entries are in the archive, in the object with this SHA-256 (hex). It has the messages
    that are otherwise stored apart."""
    whole = pack(record)
    return b"".join((whole[:HEAD_BYTES], archived(sha256), _states.pack(whole[HEAD_BYTES:])))


def place_in(blob: bytes) -> str:
    """Return the SHA-256 (hex) of the object that has a record's entries, from the record as stored, or from its
    bytes up to the end of `PLACE`. Empty if the record is no stub."""
    place = blob[PLACE]
    return place[1:].hex() if place.startswith(_ARCHIVED) else ""


def archived(sha256: str) -> bytes:
    """Return the bytes of a stub that say where its entries are."""
    return _ARCHIVED + bytes.fromhex(sha256)


# entries


def pack_entry(entry: bytes) -> bytes:
    """Return an entry (its hash, then JSON) as Redis keeps it. An erased one stays as it is."""
    payload = entry[HASH_BYTES:]
    if not payload.startswith(b"{"):
        return entry
    encoding, text = _UTF_8, payload
    if not payload.isascii():
        with suppress(UnicodeError):  # it may have characters that GBK lacks
            encoding, text = _GBK, payload.decode().encode("gbk")
    packed = _entries.pack(text)
    return b"".join((entry[:HASH_BYTES], encoding, packed)) if len(packed) < len(payload) else entry


def unpack_entry(kept: bytes) -> bytes:
    """Return an entry as it was given to `pack_entry`. What cannot be read is returned unchanged, so that its hash
    does not fit; earlier releases kept entries as they are."""
    encoding = kept[HASH_BYTES : HASH_BYTES + 1]
    if encoding not in (_UTF_8, _GBK):
        return kept
    try:
        text = _entries.unpack(kept[HASH_BYTES + 1 :])
        return kept[:HASH_BYTES] + (text.decode("gbk").encode() if encoding == _GBK else text)
    except (msgspec.DecodeError, UnicodeError):
        return kept
