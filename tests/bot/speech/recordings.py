"""Recordings for tests: the samples of `tests/speech`, and the same speech in any other format."""

import io
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from bot.media.audio import RATE, Samples, decode, to_pcm
from bot.speech.whisper import Speech

SPEECH = Path(__file__).parents[2] / "speech"
Pcm = npt.NDArray[np.int16]


def sample(name: str) -> bytes:
    return (SPEECH / "samples" / name).read_bytes()


def speech() -> Samples:
    """Return two and a half seconds of decoded speech, 16 kHz mono."""
    return decode(sample("en-opus-telegram.ogg"), most_s=60)


def speech_in(recording: bytes, language: str, terms: tuple[str, ...] = ()) -> Speech:
    """Return the decoded recording, as the speech model gets it."""
    return Speech(to_pcm(decode(recording, most_s=60)), language, terms)


def pcm(samples: Samples, rate: int = RATE) -> Pcm:
    """Return the samples at another rate, as 16-bit samples of shape (1, n)."""
    whole = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
    resampler = av.AudioResampler("s16", "mono", rate)
    frame = av.AudioFrame.from_ndarray(whole, "s16", "mono")
    frame.rate = RATE
    pieces = [piece.to_ndarray() for part in (frame, None) for piece in resampler.resample(part)]
    return np.concatenate(pieces, axis=1).astype(np.int16)


def encoded(
    sides: Pcm, rate: int, container: str, codec: str, options: dict[str, str] | None = None, video: bool = False
) -> bytes:
    """Encode `sides`, of shape (1 or 2, n), as a file. With `video`, add a video stream."""
    layout = "mono" if len(sides) == 1 else "stereo"
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        if video:
            picture = output.add_stream("mpeg4", rate=10, options={})
            assert isinstance(picture, av.VideoStream)
            picture.width = picture.height = 64
        stream = output.add_stream(codec, rate=rate, layout=layout, options=options or {})
        assert isinstance(stream, av.AudioStream)
        if video:
            for number in range(10):
                shade = np.full((64, 64, 3), number * 20, np.uint8)
                output.mux(picture.encode(av.VideoFrame.from_ndarray(shade, "rgb24")))
            output.mux(picture.encode(None))
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sides.T.reshape(1, -1)), "s16", layout)
        frame.rate = rate
        to_codec = av.AudioResampler(stream.format.name, layout, rate, stream.frame_size or None)
        for part in (frame, None):
            for piece in to_codec.resample(part):
                output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return file.getvalue()


def likeness(heard: Samples, said: Samples) -> tuple[float, float]:
    """Compare two recordings.

    Returns their likeness from 0 to 1, ignoring phase, and by how many seconds the first is late.
    """
    size = len(heard) + len(said)
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size))
    correlation = np.fft.irfft(product, size) / (np.linalg.norm(heard) * np.linalg.norm(said) + 1e-9)
    at = int(np.argmax(np.abs(correlation)))
    return abs(float(correlation[at])), (at if at < size // 2 else at - size) / RATE


def loudness(samples: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))
