"""Decoding recordings of any supported format to samples at 16 kHz, mono.

The files come from strangers. The limit on duration is enforced here, because an hour of silence is only one
megabyte of Opus. What a file makes the libraries allocate or compute, for example with an index of millions of
samples that it does not have, is limited by the process: call `decoding.decoded`, which runs
`decode_limited` in one of its own.
"""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
import numpy.typing as npt

from bot.media.formats import MOST_S, RATE, Undecodable, sniff
from bot.media.limited_child import Rejected
from bot.media.silk import SILK_RATE, decode_silk

if TYPE_CHECKING:
    from av.audio.resampler import AudioResampler
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet

__all__ = ["RATE", "Samples", "Undecodable", "decode", "decode_limited", "from_pcm", "seconds", "sniff", "to_pcm"]

Samples: TypeAlias = npt.NDArray[np.float32]
_Pcm: TypeAlias = npt.NDArray[np.int16]

_DEMUXERS = {
    "ogg-opus": "ogg",
    "ogg-speex": "ogg",
    "ogg-vorbis": "ogg",
    "ogg-flac": "ogg",
    "amr-nb": "amr",
    "amr-wb": "amr",
    "webm": "matroska",
    "mp4": "mov",
    "mp3": "mp3",
    "aac": "aac",
    "wav": "wav",
    "flac": "flac",
}
_DECODERS = (
    *("opus", "libopus", "speex", "vorbis", "amrnb", "amrwb", "aac", "alac", "flac", "gsm", "gsm_ms"),
    *("mp3", "mp3float", "mp2", "mp2float", "adpcm_ima_qt", "adpcm_ima_wav", "adpcm_ms", "pcm_alaw", "pcm_mulaw"),
    *("pcm_s8", "pcm_u8", "pcm_s16be", "pcm_s16le", "pcm_s24be", "pcm_s24le", "pcm_s32be", "pcm_s32le"),
    *("pcm_f32be", "pcm_f32le", "pcm_f64le"),
)
_RATES = range(4_000, 192_001)
_MOST_CHANNELS = 8
_MOST_PACKETS_PER_S = 1_000  # Opus has 400 at most
_FULL_SCALE = 32_768
_BLOCK = RATE * 60
_ONE_SIDED = 10.0  # a stereo side with less than a tenth of the other's energy has no speech
_PAUSES = {"amrnb": (8, 15), "amrwb": (9, 14, 15)}
"""Frame types without speech: comfort noise (SID), lost, no data. FFmpeg's decoders reject most of them.

Source: 3GPP TS 26.101 and 26.201, table 1a (read 2026-11).
"""


def decode(data: bytes, *, most_s: float) -> Samples:
    """Decode as much of a recording as possible, to samples from -1 to 1.

    Raises Undecodable, with "too_long" as soon as `most_s` seconds are exceeded. Blocks for about a hundredth of
    the recording's duration, so don't call it on the event loop.
    """
    if not data:
        raise Undecodable("empty")
    kind = sniff(data)
    try:
        if kind == "silk":
            return _from_silk(data, most_s)
        if kind not in _DEMUXERS:
            raise Undecodable("unknown_format")
        with av.open(
            io.BytesIO(data),
            "r",
            format=_DEMUXERS[kind],
            metadata_errors="ignore",  # (gone in av 19)
            container_options={"codec_whitelist": ",".join(_DECODERS)},  # no picture is ever decoded
        ) as container:
            return _decoded(container, most_s)
    except Undecodable:
        raise
    except Exception:  # FFmpeg raises many types of errors, and malicious files provoke others
        raise Undecodable("broken") from None


def decode_limited(data: bytes) -> bytes:
    """Decode a recording of at most MOST_S seconds to 16-bit little-endian samples. Runs in a limited process."""
    try:
        return to_pcm(decode(data, most_s=MOST_S))
    except Undecodable as error:
        raise Rejected(error.why) from None


def to_pcm(samples: Samples) -> bytes:
    """Return samples from -1 to 1 as 16-bit little-endian samples."""
    scaled = np.multiply(samples, _FULL_SCALE)
    np.clip(np.rint(scaled, out=scaled), -_FULL_SCALE, _FULL_SCALE - 1, out=scaled)
    return scaled.astype("<i2").tobytes()


def from_pcm(encoded: bytes) -> Samples:
    """Return 16-bit little-endian samples as samples from -1 to 1."""
    samples: Samples = np.multiply(np.frombuffer(encoded, "<i2"), 1 / _FULL_SCALE, dtype=np.float32)
    return samples


def seconds(samples: Samples) -> float:
    """Return the duration of the samples."""
    return len(samples) / RATE


def _from_silk(data: bytes, most_s: float) -> Samples:
    decoded = np.frombuffer(decode_silk(data, most_s), np.int16)
    frame = av.AudioFrame.from_ndarray(decoded.reshape(1, -1), "s16", "mono")
    frame.rate = SILK_RATE
    track = _Track(most_s)
    track.add(frame)
    return track.finish()


def _decoded(container: "InputContainer", most_s: float) -> Samples:
    if not container.streams.audio:
        raise Undecodable("empty")  # a video without sound
    stream = container.streams.audio[0]
    if stream.codec_context.name not in _DECODERS:
        raise Undecodable("unknown_format")
    stream.codec_context.thread_count = 1
    track = _Track(most_s)
    good = bad = 0
    for number, packet in enumerate(_packets(container, stream)):
        if number > most_s * _MOST_PACKETS_PER_S:
            raise Undecodable("too_long")
        try:
            for frame in packet.decode():
                track.add(frame)
            good += bool(packet.size)
        except av.FFmpegError:
            pause = _is_pause(stream, packet)
            good, bad = good + pause, bad + (not pause)
            track.add_silence(float((packet.duration or 0) * (packet.time_base or 0)))
    if bad > good:
        raise Undecodable("broken")
    return track.finish()


def _packets(container: "InputContainer", stream: "AudioStream") -> "Iterator[Packet[AudioStream]]":
    """Yield the packets up to where the file ends or is broken."""
    try:
        yield from container.demux(stream)
    except av.FFmpegError:
        return


def _is_pause(stream: "AudioStream", packet: "Packet[AudioStream]") -> bool:
    return bool(packet.size) and bytes(packet)[0] >> 3 & 15 in _PAUSES.get(stream.codec_context.name, ())


class _Track:
    """Converts frames of any rates and layouts to one sequence of samples with one or two channels.

    Raises Undecodable for impossible frames, or if the track gets longer than `most_s`.
    """

    def __init__(self, most_s: float) -> None:
        self._room = int(most_s * RATE)
        self._channels = 0
        self._setup: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None
        self._silence = 0.0  # in samples, to be inserted before the next frame
        self._samples = bytearray()  # 16-bit samples, those of all channels side by side

    def add(self, frame: av.AudioFrame) -> None:
        setup = (frame.format.name, frame.layout.name, frame.rate)
        if frame.rate not in _RATES or not 1 <= frame.layout.nb_channels <= _MOST_CHANNELS:
            raise Undecodable("broken")
        if frame.samples * RATE > (self._room + RATE) * frame.rate:  # before the resampler makes it longer
            raise Undecodable("too_long")
        self._channels = self._channels or min(2, frame.layout.nb_channels)
        if setup != self._setup:
            self._flush()
            self._setup = setup
        self._insert_silence()
        if self._resampler is None:
            self._resampler = av.AudioResampler("s16", "mono" if self._channels == 1 else "stereo", RATE)
        frame.pts = None  # the resampler must not fill gaps
        self._keep(self._resampler.resample(frame))

    def add_silence(self, duration_s: float) -> None:
        """Insert silence for a packet without sound, so that later frames keep their position in time."""
        self._silence += max(0.0, duration_s) * RATE
        if self._silence > self._room:
            raise Undecodable("too_long")

    def finish(self) -> Samples:
        self._flush()
        self._insert_silence()
        return _mono(np.frombuffer(self._samples, np.int16).reshape(-1, self._channels or 1))

    def _flush(self) -> None:
        if self._resampler is not None:
            self._keep(self._resampler.resample(None))
            self._resampler = None

    def _insert_silence(self) -> None:
        count = round(self._silence)
        self._silence = 0.0
        if count:
            self._flush()
            self._append(bytes(2 * count * (self._channels or 1)), count)

    def _keep(self, frames: list[av.AudioFrame]) -> None:
        for frame in frames:
            self._append(frame.to_ndarray().tobytes(), frame.samples)

    def _append(self, piece: bytes, count: int) -> None:
        self._room -= count
        if self._room < 0:
            raise Undecodable("too_long")
        self._samples += piece


def _mono(sides: _Pcm) -> Samples:
    """Mix one or two channels, of shape (n, channels), into one.

    Uses only the louder channel if the other is silent, or if the two would cancel each other out.
    """
    if not len(sides):
        raise Undecodable("broken")
    if sides.shape[1] == 1:
        return _mean(sides)
    blocks = [sides[start : start + _BLOCK] for start in range(0, len(sides), _BLOCK)]
    energies = [sum(_energy(block[:, [side]]) for block in blocks) for side in range(2)]
    mixed = sum(map(_energy, blocks))
    loud = int(energies[1] > energies[0])
    return _mean(sides[:, [loud]] if energies[loud] > _ONE_SIDED * min(energies[1 - loud], mixed) else sides)


def _mean(sides: _Pcm) -> Samples:
    """Return the mean of the channels."""
    mean: Samples = sides[:, 0].astype(np.float32)
    for side in range(1, sides.shape[1]):
        mean += sides[:, side]
    mean *= 1 / (_FULL_SCALE * sides.shape[1])
    return mean


def _energy(sides: _Pcm) -> float:
    mean = _mean(sides)
    return float(np.dot(mean, mean))
