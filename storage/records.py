"""How a record is stored: 8 bytes version, 32 bytes head, then the state. Lua compares the first eight bytes."""

import struct

import msgspec

from conversation.state import Record, State

_HEAD = struct.Struct(">Q32s")
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(State).decode


def pack(record: Record) -> bytes:
    return _HEAD.pack(record.version, record.head) + _encode(record.state)


def unpack(blob: bytes) -> Record:
    version, head = _HEAD.unpack_from(blob)
    return Record(_decode(blob[_HEAD.size :]), version, head)


def version_bytes(version: int) -> bytes:
    """What the first eight bytes must be; empty for a record that must not exist yet."""
    return struct.pack(">Q", version) if version else b""
