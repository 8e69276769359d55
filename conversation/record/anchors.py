"""Anchors: notes that fix how far every record has come, so that none of it can be rewritten unnoticed.

An anchor's text has the form of a checkpoint (c2sp.org/tlog-checkpoint, read 2026-11): origin, number of leaves,
and Merkle root in base64; then a line each with the anchor's number (from 1), when it was made, and the SHA-256 of
the anchor before it, signatures included. The trees of two days have no leaves in common, so a log's witnesses,
who expect a growing tree, cannot cosign them.

A leaf is a record (an interview's or the organisation's): `ID VERSION HEAD`, where the version is the number of
entries and the head the hash of the last one, in hex. Leaves are sorted by their bytes. Beside each anchor, all
its leaves are kept, a line each, compressed with gzip.
"""

import base64
import binascii
import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from conversation.errors import BotError
from conversation.record import merkle

ORIGIN = "xumian/anchors"
_MOST_LINE_BYTES = 256
_LEAF = re.compile(r"([!-~]+) (0|[1-9][0-9]{0,19}) ([0-9a-f]{64})")
_TEXT = re.compile(
    rf"{ORIGIN}\n(0|[1-9][0-9]{{0,11}})\n([A-Za-z0-9+/=]{{44}})\n"
    r"number ([1-9][0-9]{0,8})\nmade ([0-9TZ:.+-]{1,40})\n(?:previous ([A-Za-z0-9+/=]{44})\n)?"
)


class AnchorWrong(BotError):
    """An anchor or its list of leaves does not hold. The message says why."""


class Leaf(NamedTuple):
    record: str
    version: int
    head: bytes

    def encoded(self) -> bytes:
        """Return the bytes that are hashed. Raises ValueError if `record` is no id."""
        line = f"{self.record} {self.version} {self.head.hex()}"
        if not _LEAF.fullmatch(line):
            raise ValueError("the id of a record is made of visible ASCII characters")
        return line.encode("ascii")


class Anchor(NamedTuple):
    """The content of an anchor. `previous` is the SHA-256 of the anchor before it; empty for the first one."""

    number: int
    made: datetime
    size: int
    root: bytes
    previous: bytes = b""

    def text(self) -> str:
        previous = f"previous {_base64(self.previous)}\n" if self.previous else ""
        made = self.made.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        lines = (ORIGIN, self.size, _base64(self.root), f"number {self.number}", f"made {made}")
        return "".join(f"{line}\n" for line in lines) + previous


def parse(text: str) -> Anchor:
    """Read an anchor's text. Raises AnchorWrong."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise AnchorWrong("it is no anchor of Xumian")
    size, root, number, made, previous = found.groups()
    try:
        at = datetime.fromisoformat(made)
        return Anchor(int(number), at.astimezone(UTC), int(size), _bytes(root), _bytes(previous or ""))
    except (ValueError, OverflowError):
        raise AnchorWrong("it is no anchor of Xumian") from None


def digest(note: str) -> bytes:
    """Return what the next anchor says about this one."""
    return hashlib.sha256(note.encode()).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the Merkle root of encoded leaves."""
    return merkle.root([merkle.leaf_hash(each) for each in leaves])


def write_list(leaves: Sequence[bytes]) -> bytes:
    """Return encoded leaves as a file. Equal lists are equal files."""
    return gzip.compress(b"".join(each + b"\n" for each in leaves), mtime=0)


def read_list(file: bytes, anchor: Anchor) -> list[bytes]:
    """Return the encoded leaves in a file, which must be those of the anchor. Raises AnchorWrong."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(file, anchor.size * _MOST_LINE_BYTES + 1)
    except zlib.error:
        raise AnchorWrong("its list of records cannot be read") from None
    lines = content.split(b"\n")
    if lines.pop() or lines != sorted(set(lines)) or (len(lines), root_of(lines)) != (anchor.size, anchor.root):
        raise AnchorWrong("its list of records is not the one that was signed")
    return lines


def decoded(leaf: bytes) -> Leaf:
    """Return an encoded leaf's content. Raises AnchorWrong."""
    found = _LEAF.fullmatch(leaf.decode("ascii", "replace"))
    if found is None:
        raise AnchorWrong("its list of records cannot be read")
    record, version, head = found.groups()
    return Leaf(record, int(version), bytes.fromhex(head))


def in_message(text: str) -> str:
    """Return the note in a message that was copied from a chat, or the text itself if there is none in it.

    Chats drop line ends and add spaces; neither is part of a note.
    """
    lines = [line.strip() for line in text.strip("\ufeff").replace("\r\n", "\n").split("\n")]
    if ORIGIN not in lines:
        return text
    lines = lines[lines.index(ORIGIN) :]
    last = max((at for at, line in enumerate(lines) if line.startswith("— ")), default=-1)
    return "\n".join(lines[: last + 1]) + "\n" if last > 0 else text


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise AnchorWrong("it is no anchor of Xumian") from None
