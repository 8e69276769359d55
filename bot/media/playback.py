"""Converting recordings to formats that browsers can play.

Chat platforms send AMR, SILK and Speex, which no browser plays. They are converted to WAV in a child process,
because a malicious file may crash the decoder.
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
    """Return the recording's media type if browsers can play it unchanged, else an empty string."""
    kind = sniff(data)
    return MEDIA_TYPES[kind][1] if kind in _PLAYED else ""


async def as_wav(data: bytes) -> bytes:
    """Convert a recording to WAV, mono at 16 kHz, in a child process. Raises Undecodable."""
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
    """Convert a recording to WAV in this process. Blocks. Raises Undecodable."""
    samples = decode(data, most_s=MOST_S)
    made = BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return made.getvalue()


def main() -> None:
    """Run the child process: read a recording from stdin and write a WAV file to stdout.

    If it cannot be decoded, write nothing and exit with status 1.
    """
    with contextlib.suppress(OSError):
        os.nice(10)
    try:
        made = wav(sys.stdin.buffer.read())
    except Undecodable:
        sys.exit(1)
    sys.stdout.buffer.write(made)
