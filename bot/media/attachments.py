"""What people send each other through us: which kind of file it is, by its first bytes, and a name for it.

Sources: the PNG specification (w3.org/TR/png), RFC 2083; ITU T.81 (JPEG); developers.google.com/speed/webp (RIFF
container); GIF89a specification; ISO 32000-1 (PDF) (read 2026-11).
"""

import re
from typing import NamedTuple

from bot.media.formats import MEDIA_TYPES, sniff
from conversation.inbound import Attachment

UNKNOWN = "application/octet-stream"
MOST_BYTES = 20 * 1024 * 1024
MOST_NAME = 150
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MOVING = frozenset({"video", "animation", "video_note"})


class _Kind(NamedTuple):
    media_type: str
    suffix: str


_STARTS = (
    (b"\x89PNG\r\n\x1a\n", _Kind("image/png", "png")),
    (b"\xff\xd8\xff", _Kind("image/jpeg", "jpg")),
    (b"GIF87a", _Kind("image/gif", "gif")),
    (b"GIF89a", _Kind("image/gif", "gif")),
    (b"%PDF-", _Kind("application/pdf", "pdf")),
)


def attachment(data: bytes, sha256: str, kind: str, name: str) -> Attachment:
    """The archived file as it goes with a message. `kind` is the platform's word for it, `name` what its sender
    calls it, if anything; without a name it is called by its kind."""
    return Attachment(named(data, kind, name), sha256, media_type(data, kind))


def named(data: bytes, kind: str, name: str = "") -> str:
    """What the file is called."""
    return file_name(name) or f"{kind or 'file'}.{_kind(data, kind).suffix}"


def media_type(data: bytes, kind: str = "") -> str:
    return _kind(data, kind).media_type


def file_name(name: str) -> str:
    """A name that every system keeps as it is, and that reads as what it is; empty where nothing is left."""
    return _NOT_IN_NAMES.sub("_", name).strip(". ")[-MOST_NAME:].strip(". ")


def _kind(data: bytes, kind: str) -> _Kind:
    for start, found in _STARTS:
        if data.startswith(start):
            return found
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _Kind("image/webp", "webp")
    heard = sniff(data)
    if heard == "mp4" and kind in _MOVING:
        return _Kind("video/mp4", "mp4")
    suffix, media = MEDIA_TYPES.get(heard, ("bin", UNKNOWN))
    return _Kind(media, suffix)
