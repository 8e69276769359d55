"""Choosing how to send a file on Telegram: as a picture, voice message, music, video or document.

Source: core.telegram.org/bots/api, "sendPhoto", "sendVoice", "sendAudio", "sendVideo", "sendDocument" (read
2026-11): photos have at most 10 MB, other files 50 MB, captions 1024 characters. Voice messages are OPUS in OGG,
music is MP3 or M4A, and videos are MPEG-4. Other limits of pictures and videos (width, height, ratio) are not
checked here; Telegram refuses files that exceed them.
"""

from typing import NamedTuple

from conversation.outbound import Attachment

MAX_CAPTION = 1024
MOST_FILE_BYTES = 50 * 1000 * 1000
MOST_PHOTO_BYTES = 10 * 1000 * 1000


class Way(NamedTuple):
    """A Bot API method that sends files, and the name of its file parameter."""

    method: str
    field: str


DOCUMENT = Way("sendDocument", "document")
_WAYS = {
    "image/png": Way("sendPhoto", "photo"),
    "image/jpeg": Way("sendPhoto", "photo"),
    "audio/ogg": Way("sendVoice", "voice"),
    "audio/mpeg": Way("sendAudio", "audio"),
    "audio/mp4": Way("sendAudio", "audio"),
    "video/mp4": Way("sendVideo", "video"),
}


def way(file: Attachment, size: int) -> Way:
    """Return how to send a file of this size in bytes. Photos that are too large are sent as documents."""
    found = _WAYS.get(file.media_type, DOCUMENT)
    return DOCUMENT if found.field == "photo" and size > MOST_PHOTO_BYTES else found
