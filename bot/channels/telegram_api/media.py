"""How files look on Telegram, for every bot: a picture, a voice message, music, a video, or a document.

Source: core.telegram.org/bots/api, "sendPhoto", "sendVoice", "sendAudio", "sendVideo", "sendDocument" (read
2026-11): photos have at most 10 MB, other files 50 MB, captions 1024 characters; voice messages are OPUS in
OGG, music MP3 or M4A, videos MPEG-4. What else a picture or video must be (width, height, ratio) is found out by
sending it.
"""

from typing import NamedTuple

from conversation.outbound import Attachment

MAX_CAPTION = 1024
MOST_FILE_BYTES = 50 * 1000 * 1000
MOST_PHOTO_BYTES = 10 * 1000 * 1000


class Way(NamedTuple):
    """The method, and its parameter for the file."""

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
    """How a file of that size (bytes) is shown."""
    found = _WAYS.get(file.media_type, DOCUMENT)
    return DOCUMENT if found.field == "photo" and size > MOST_PHOTO_BYTES else found
