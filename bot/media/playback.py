"""Converting recordings to formats that browsers can play.

Chat platforms send AMR, SILK and Speex, which no browser plays. They are converted to WAV.
"""

import asyncio
import wave
from io import BytesIO

from bot.media.decoding import SAMPLE_BYTES, decoded
from bot.media.formats import MEDIA_TYPES, RATE, Undecodable, sniff
from bot.media.limited_process import ChildFailed

_PLAYED = frozenset({"ogg-opus", "ogg-vorbis", "webm", "mp4", "mp3", "aac", "wav", "flac"})


def played_as_is(data: bytes) -> str:
    """Return the recording's media type if browsers can play it unchanged, else an empty string."""
    kind = sniff(data)
    return MEDIA_TYPES[kind][1] if kind in _PLAYED else ""


async def as_wav(data: bytes) -> bytes:
    """Convert a recording to WAV, mono at 16 kHz. Raises Undecodable."""
    try:
        samples = await decoded(data)
    except ChildFailed:
        raise Undecodable("broken") from None
    return await asyncio.to_thread(_wav, samples)


def _wav(samples: bytes) -> bytes:
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(SAMPLE_BYTES)
        file.setframerate(RATE)
        file.writeframes(samples)
    return made.getvalue()
