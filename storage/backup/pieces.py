"""The contents of keys in portable form: no format of one version of a server, but types and values.

A record of a backup is a list of pieces whose keys are on one node, so that one script can write it.
"""

import struct
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Literal

import msgspec

Type = Literal["string", "hash", "list", "set", "zset", "stream"]
PIECE_BYTES = 512 * 1024
PIECE_ITEMS = 2_000
"""About how large a piece becomes before another one is begun."""
_LENGTH = struct.Struct(">I")


class Piece(msgspec.Struct, frozen=True, array_like=True):
    """The contents of a key, or a part of them.

    - `items`: a string's value, the elements of a list or set, alternately the fields and values of a hash, or the
      members and scores of a sorted set (an empty score removes the member). Of a stream: for each entry its id,
      the number of strings that follow, then its fields and values.
    - `whole`: this replaces what the key held. Otherwise it is added.
    - `expires_ms`: when the key expires (epoch milliseconds); 0: never.
    - `last_id`: the last id that a stream has given, in its last piece.
    """

    key: bytes
    type: Type
    items: list[bytes]
    whole: bool = True
    expires_ms: int = 0
    last_id: bytes = b""

    @property
    def size(self) -> int:
        """About how many bytes it has."""
        return len(self.key) + sum(map(len, self.items)) + 8 * len(self.items)


Record = list[Piece]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode


def pieces_of(
    key: bytes,
    kind: Type,
    items: Sequence[bytes],
    expires_ms: int = 0,
    last_id: bytes = b"",
    *,
    whole: bool = True,
) -> Iterator[Piece]:
    """Yield the contents of a key in pieces of a limited size."""
    groups = list(_grouped(kind, items)) or [[]]
    for number, group in enumerate(groups):
        last = number == len(groups) - 1
        yield Piece(key, kind, group, whole and not number, expires_ms, last_id if last else b"")


def _grouped(kind: Type, items: Sequence[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    size = 0
    for unit in _units(kind, items):
        if group and (size > PIECE_BYTES or len(group) >= PIECE_ITEMS):
            yield group
            group, size = [], 0
        group += unit
        size += sum(map(len, unit))
    if group:
        yield group


def _units(kind: Type, items: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Yield the items that must stay together."""
    at = 0
    while at < len(items):
        match kind:
            case "hash" | "zset":
                count = 2
            case "stream":
                count = 2 + int(items[at + 1])
            case _:
                count = 1
        yield items[at : at + count]
        at += count


def records_of(pieces: Sequence[Piece]) -> Iterator[Record]:
    """Yield the pieces, which are of one node, as records of a limited size."""
    record: Record = []
    for piece in pieces:
        if record and sum(each.size for each in record) + piece.size > PIECE_BYTES:
            yield record
            record = []
        record.append(piece)
    if record:
        yield record


def write(file: BinaryIO, record: Record) -> None:
    """Append a record to a file."""
    encoded = _encode(record)
    file.write(_LENGTH.pack(len(encoded)))
    file.write(encoded)


def read(file: BinaryIO) -> Record | None:
    """Return the next record of a file; None at its end. Raises ValueError if it is not one."""
    head = file.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise ValueError("ends within a record")
    encoded = file.read(_LENGTH.unpack(head)[0])
    if len(encoded) < _LENGTH.unpack(head)[0]:
        raise ValueError("ends within a record")
    return _decode(encoded)
