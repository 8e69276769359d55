"""How a record is stored: 8 bytes of version, 32 bytes of head hash, then the state (MessagePack). The Lua scripts
compare the first 8 bytes."""

import struct
from typing import Any, NamedTuple, Protocol

import msgspec

from conversation.record import legacy
from conversation.state import Record, State

_HEAD = struct.Struct(">Q32s")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(State).decode
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
    version, head = _HEAD.unpack_from(blob)
    return Record(state_of(blob[_HEAD.size :]), version, head)


def state_of(stored: bytes) -> State:
    """Decode a state that was stored by this release or an earlier one."""
    state = _decode(stored)
    return state if _NOW in stored else legacy.upcast(state, legacy.decode_fields(stored))


def unwrap(blob: bytes) -> Blob:
    version, head = _HEAD.unpack_from(blob)
    return Blob(version, head, blob[_HEAD.size :])


def version_bytes(version: int) -> bytes:
    """Return the first eight bytes of a stored record of this version. Empty for version 0: the record must not
    exist yet."""
    return struct.pack(">Q", version) if version else b""
