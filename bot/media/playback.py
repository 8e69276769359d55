"""Recordings as browsers can play them.

Chat platforms send AMR, SILK and Speex, which no browser knows: they become WAV, in a process of their own, which
a file made to break a decoder may take down.
"""

import asyncio
import contextlib
import os
import sys
import wave
from io import BytesIO

import numpy as np

from bot.logs import log
from bot.media.audio import RATE, decode
from bot.media.formats import MEDIA_TYPES, Undecodable, sniff

MOST_S = 20 * 60.0
_PLAYED = frozenset({"ogg-opus", "ogg-vorbis", "webm", "mp4", "mp3", "aac", "wav", "flac"})
_PATIENCE_S = 60
_AT_ONCE = asyncio.Semaphore(2)
_PROGRAM = "from bot.media.playback import main; main()"


def played_as_is(data: bytes) -> str:
    """The media type where browsers play it as it is; an empty string where they do not."""
    kind = sniff(data)
    return MEDIA_TYPES[kind][1] if kind in _PLAYED else ""


async def as_wav(data: bytes) -> bytes:
    """Mono, 16 kHz. Raises Undecodable."""
    async with _AT_ONCE:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_PATIENCE_S):
                made, _ = await child.communicate(data)
        except TimeoutError:
            raise Undecodable("broken") from None
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
    if child.returncode or not made:
        log.warning("recording_not_playable", code=child.returncode)
        raise Undecodable("broken")
    return made


def wav(data: bytes) -> bytes:
    """Raises Undecodable. Blocks."""
    samples = decode(data, most_s=MOST_S)
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return made.getvalue()


def main() -> None:
    """The child: a recording on stdin, a WAV file on stdout; nothing and 1 where it cannot be decoded."""
    with contextlib.suppress(OSError):
        os.nice(10)
    try:
        made = wav(sys.stdin.buffer.read())
    except Undecodable:
        sys.exit(1)
    sys.stdout.buffer.write(made)
