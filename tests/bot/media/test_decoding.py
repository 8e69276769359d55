"""Decoding in a child process: the same samples and reasons as without one, and no file that fills the memory."""

import io
import struct
import subprocess
import sys
import wave

import av
import numpy as np
import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.media import decoding, playback
from bot.media.audio import _Track, decode, from_pcm, to_pcm
from bot.media.decoding import decoded
from bot.media.formats import MOST_S, RATE, Undecodable
from bot.media.limited_process import LimitExceeded, Limits, Rejected, TookTooLong
from bot.media.playback import as_wav
from tests.bot.speech.recordings import sample

ANNOUNCED = 50_000_000
_PEAK = """
import asyncio, resource, sys
from bot.media.decoding import decoded
from bot.media.formats import Undecodable
try:
    print(len(asyncio.run(decoded(sys.stdin.buffer.read()))))
except Undecodable as error:
    print(error.why)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def full(kind: bytes, *parts: bytes) -> bytes:
    return box(kind, bytes(4), *parts)


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def mp4(announced: int, content: bytes, tracks: int) -> bytes:
    """Return a file (ISO/IEC 14496-12) whose tracks announce so many 16-bit samples, whatever its content."""
    entry = struct.pack(">I4s6xH8xHHHHI", 36, b"sowt", 1, 1, 16, 0, 0, RATE << 16)
    table = box(
        b"stbl",
        full(b"stsd", numbers(1), entry),
        full(b"stts", numbers(1, announced, 2)),
        full(b"stsc", numbers(1, 1, announced, 1)),
        full(b"stsz", numbers(2, announced)),
        full(b"stco", numbers(1, 32)),
    )
    sources = box(b"dinf", full(b"dref", numbers(1), full(b"url ")))
    media = box(
        b"mdia",
        full(b"mdhd", numbers(0, 0, RATE, announced * 2), bytes(4)),
        full(b"hdlr", numbers(0), b"soun", bytes(13)),
        box(b"minf", full(b"smhd", numbers(0)), sources, table),
    )
    edits = box(b"edts", full(b"elst", numbers(1, announced * 2, 0, 1 << 16)))
    head = box(b"tkhd", b"\0\0\0\7", numbers(0, 0, 1, 0, announced * 2), bytes(12), b"\1\0\0\0", bytes(44))
    movie = full(b"mvhd", numbers(0, 0, RATE, announced * 2), bytes(80))
    moov = box(b"moov", movie, *[box(b"trak", head, edits, media)] * tracks)
    return box(b"ftyp", b"M4A \0\0\0\0M4A isom") + box(b"mdat", content) + moov


def wav(content: bytes, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setparams((channels, 2, RATE, 0, "NONE", ""))
        made.writeframes(content)
    return file.getvalue()


def peak_mib(recording: bytes) -> tuple[str, int]:
    """Return the number of bytes decoded, or why there are none, and the peak memory of the child in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK],
        input=recording,
        env={"PYTHONPATH": ":".join(sys.path)},
        stdout=subprocess.PIPE,
        check=True,
    )
    outcome, mib = done.stdout.decode().splitlines()
    return outcome, int(mib)


@pytest.mark.parametrize("name", ["en-opus-telegram.ogg", "zh-amr-nb.amr", "zh-22khz.wav"])
async def test_samples_are_the_same_as_without_a_child(name: str) -> None:
    assert await decoded(sample(name)) == to_pcm(decode(sample(name), most_s=60))


@pytest.mark.parametrize(
    ("recording", "why"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "unknown_format"),
        (b"#!AMR\n", "broken"),
        (b"#!AMR\n" + b"\x7c" * (MOST_S * 50 + 1), "too_long"),
    ],
)
async def test_reasons_come_out_of_the_child(recording: bytes, why: str) -> None:
    with pytest.raises(Undecodable) as undecodable:
        await decoded(recording)
    assert undecodable.value.why == why


def test_a_small_file_that_announces_millions_of_samples_takes_no_memory() -> None:
    """FFmpeg would make an index of them: without limits, 3.5 GB for this file."""
    content = to_pcm(decode(sample("zh-22khz.wav"), most_s=60))[:8000]
    honest, bomb = mp4(4000, content, 2), mp4(ANNOUNCED, content, 2)
    assert len(bomb) < 10_000
    assert peak_mib(honest)[0] == "8000"
    outcome, mib = peak_mib(bomb)
    assert outcome in ("broken", "too_long")
    assert mib < 600


def test_the_longest_recording_fits_into_the_memory() -> None:
    outcome, _ = peak_mib(wav(bytes(MOST_S * RATE * 4), channels=2))
    assert int(outcome) == MOST_S * RATE * 2


async def test_without_the_silk_decoder_its_name_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, Rejected("unknown_format"))
    with structlog.testing.capture_logs() as lines, pytest.raises(Undecodable, match="unknown_format"):
        await decoded(b"#!SILK_V3")
    assert lines == [
        {"event": "silk_not_installed", "log_level": "error", "install": "pip install 'xumian[silk]'"}
    ]


async def test_a_reason_that_nobody_knows_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, Rejected("<script>"))
    with pytest.raises(Undecodable, match="broken"):
        await decoded(b"recording")


async def test_half_a_sample_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, b"abc")
    assert await decoded(b"recording") == b"ab"


# samples


@given(st.lists(st.integers(-32_768, 32_767)))
def test_16_bit_samples_come_back_as_they_were(samples: list[int]) -> None:
    encoded = np.array(samples, "<i2").tobytes()
    assert to_pcm(from_pcm(encoded)) == encoded


def test_samples_beyond_full_scale_are_cut() -> None:
    assert to_pcm(np.array([-2, 1.5], np.float32)) == np.array([-32_768, 32_767], "<i2").tobytes()


def test_a_frame_that_is_too_long_does_not_get_to_the_resampler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(av, "AudioResampler")
    frame = av.AudioFrame.from_ndarray(np.zeros((1, 4_000 * 90), np.int16), "s16", "mono")
    frame.rate = 4_000
    with pytest.raises(Undecodable, match="too_long"):
        _Track(60).add(frame)


# for browsers


async def test_a_recording_becomes_a_wav_file() -> None:
    recording = sample("zh-amr-nb.amr")
    with wave.open(io.BytesIO(await as_wav(recording))) as made:
        assert (made.getframerate(), made.getnchannels(), made.getsampwidth()) == (RATE, 1, 2)
        heard = np.frombuffer(made.readframes(made.getnframes()), "<i2")
    assert heard.tobytes() == to_pcm(decode(recording, most_s=60))


@pytest.mark.parametrize("error", [LimitExceeded("it crashed"), TookTooLong("it took too long")])
async def test_a_decoder_that_fails_leaves_nothing_to_play(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    _answers(monkeypatch, error)
    with pytest.raises(Undecodable, match="broken"):
        await playback.as_wav(b"recording")


def _answers(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> None:
    async def run(function: str, data: bytes, limits: Limits) -> bytes:
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(decoding, "run", run)
