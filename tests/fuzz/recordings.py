"""Recordings of all formats, decoded as the product does it, in a process that is made for each.

The decoders are not ours, and may crash: that ends the process, and is no finding. What is one: an answer that
is neither samples nor a documented refusal, and more samples than a recording may have.

The processes come from one that has the decoders loaded and no threads, so that each takes a few milliseconds.
"""

import atexit
import io
import os
import struct
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import av
import pysilk  # type: ignore[import-untyped]  # it has no types
from av import AudioStream

from bot.media import audio
from bot.media.formats import MOST_S, RATE
from bot.media.limited_child import Rejected, restrict

_SPEECH = Path(__file__).parents[1] / "speech"
_SAMPLES = ("en-command-opus.ogg", "zh-amr-nb.amr", "zh-amr-wb.amr", "zh-22khz.wav")
_LIMITS = 512 << 20, 20, 30
_MOST_ANSWER = MOST_S * RATE * 2
_LENGTH = struct.Struct("<I")


def recording(data: bytes) -> str:
    """Decode a recording, and return what came of it."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(_LENGTH.pack(len(data)) + data)
    server.stdin.flush()
    (length,) = _LENGTH.unpack(server.stdout.read(_LENGTH.size))
    outcome = server.stdout.read(length).decode()
    assert not outcome.startswith("!"), outcome
    return outcome


@cache
def seeds() -> list[bytes]:
    """Return a short recording in each format that the product takes."""
    files = sorted((_SPEECH / "formats").iterdir()) + [_SPEECH / "samples" / each for each in _SAMPLES]
    spoken = audio.decode((_SPEECH / "samples" / _SAMPLES[0]).read_bytes(), most_s=MOST_S)[: RATE // 2]
    return [*(each.read_bytes()[:20_000] for each in files), *_encoded(spoken), _silk(audio.to_pcm(spoken))]


def _encoded(spoken: audio.Samples) -> Iterator[bytes]:
    for container, codec in (("mp4", "aac"), ("adts", "aac"), ("webm", "libopus"), ("mp3", "libmp3lame")):
        out = io.BytesIO()
        with av.open(out, "w", format=container) as file:
            stream = file.add_stream(codec, rate=48_000, layout="mono")
            assert isinstance(stream, AudioStream)
            frame = av.AudioFrame.from_ndarray(spoken.reshape(1, -1), "flt", "mono")
            frame.rate = RATE
            for each in (frame, None):
                file.mux(stream.encode(each))
        yield out.getvalue()


def _silk(samples: bytes) -> bytes:
    out = io.BytesIO()
    pysilk.encode(io.BytesIO(samples), out, RATE, RATE)
    return out.getvalue()


@cache
def _server() -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz.recordings"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    atexit.register(process.communicate)  # it ends with its input
    return process


def _serve() -> None:
    source, out = sys.stdin.buffer, os.dup(1)
    os.dup2(2, 1)  # decoders print
    while header := source.read(_LENGTH.size):
        outcome = _in_a_child(source.read(*_LENGTH.unpack(header))).encode()
        os.write(out, _LENGTH.pack(len(outcome)) + outcome)


def _in_a_child(data: bytes) -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with open(writing, "wb") as answer:
            answer.write(_decoded(data).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        outcome = answer.read().decode()
    _, status = os.waitpid(child, 0)
    return outcome or f"ended by signal {os.WTERMSIG(status)}"


def _decoded(data: bytes) -> str:
    """Return what came of decoding; with an exclamation mark in front, if it is a finding."""
    try:
        restrict(*_LIMITS)
        samples = audio.decode_limited(data)
    except Rejected as rejected:
        return f"{audio.sniff(data)} {rejected.reason}"
    except MemoryError:
        return f"{audio.sniff(data)} no memory"
    except Exception as error:
        return f"!{type(error).__name__}: {error}"
    if not samples or len(samples) > _MOST_ANSWER:
        return f"!{len(samples)} bytes of samples"
    return f"{audio.sniff(data)} {len(samples).bit_length()}"


if __name__ == "__main__":
    _serve()
