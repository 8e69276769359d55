"""The form of an archived record: text in gzip, so that it can be read and verified without this program.

The first line is JSON: the interview, its campaign, the number of entries (`version`) and the hash of the last one
(`head`), the inbound events that were handled (`seen`, each with its entry), and a text that occurs in no other
object (`nonce`). Each further line is an entry: its hash (hex), a space, and its JSON. Between the two, an erased
entry has the digest (hex) of what was its JSON.
"""

import gzip
import zlib

import msgspec

from conversation.record.audit import HASH_BYTES, is_erased

_DIGEST = slice(HASH_BYTES + 1, 2 * HASH_BYTES + 1)
_ERASED = b"\x00"


class Contents(msgspec.Struct, frozen=True):
    """What an object holds: all entries of a record, as they are given to a store, and its inbound ids.

    `seen`: for each inbound event that is remembered, the number of its entry.
    """

    interview: str
    campaign: str
    version: int
    head: bytes
    entries: tuple[bytes, ...]
    seen: dict[str, int]


class _Head(msgspec.Struct, frozen=True):
    interview: str
    campaign: str
    version: int
    head: str
    seen: dict[str, int]
    nonce: str


def pack(contents: Contents, nonce: str) -> bytes:
    """Return the object."""
    head = _Head(
        contents.interview, contents.campaign, contents.version, contents.head.hex(), contents.seen, nonce
    )
    lines = [msgspec.json.encode(head), *map(_line, contents.entries), b""]
    return gzip.compress(b"\n".join(lines), mtime=0)


def unpack(data: bytes) -> Contents:
    """Return what an object holds. Raises ValueError if it is not one."""
    try:
        first, *lines = gzip.decompress(data).removesuffix(b"\n").split(b"\n")
        head = msgspec.json.decode(first, type=_Head)
    except (EOFError, OSError, zlib.error, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from None
    entries = tuple(map(_entry, lines))
    return Contents(head.interview, head.campaign, head.version, bytes.fromhex(head.head), entries, head.seen)


def _line(entry: bytes) -> bytes:
    own = entry[:HASH_BYTES].hex().encode()
    if is_erased(entry):
        return b" ".join((own, entry[_DIGEST].hex().encode(), entry[_DIGEST.stop :]))
    return b" ".join((own, entry[HASH_BYTES:]))


def _entry(line: bytes) -> bytes:
    own, _, rest = line.partition(b" ")
    head = bytes.fromhex(own.decode())
    if rest.startswith(b"{"):
        return head + rest
    digest, _, rest = rest.partition(b" ")
    return b"".join((head, _ERASED, bytes.fromhex(digest.decode()), rest))
