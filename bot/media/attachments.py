"""Files sent between candidates and colleagues: their media type, found from the first bytes, and their name.

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
    """Return an archived file as a message attachment.

    `kind` is the platform's word for the type of file. `name` is the sender's file name; if it is empty, the file
    is named after its kind.
    """
    return Attachment(named(data, kind, name), sha256, media_type(data, kind))


def named(data: bytes, kind: str, name: str = "") -> str:
    """Return the sender's file name made safe, or a name made of the kind and a suffix that fits the content."""
    return file_name(name) or f"{kind or 'file'}.{_kind(data, kind).suffix}"


def media_type(data: bytes, kind: str = "") -> str:
    return _kind(data, kind).media_type


def file_name(name: str) -> str:
    """Return a name that is valid on every system and displays without tricks such as reversed text.

    Returns an empty string if nothing usable is left.
    """
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
