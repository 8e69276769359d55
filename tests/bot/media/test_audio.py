"""Decoding of recordings: they come out as they were spoken, or the error says why they cannot be decoded."""

import io
import sys
import tracemalloc
from typing import Any

import av
import numpy as np
import pysilk  # type: ignore[import-untyped,import-not-found,unused-ignore]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media.audio import RATE, Samples, Undecodable, decode, seconds, sniff
from tests.bot.speech.recordings import SPEECH, encoded, likeness, loudness, pcm, sample, speech

SAID = speech()
_WHYS = {"empty", "unknown_format", "broken", "too_long"}


def _format(name: str) -> bytes:
    return (SPEECH / "formats" / name).read_bytes()


def _silk(samples: Samples, tencent: bool = True) -> bytes:
    file = io.BytesIO()
    pysilk.encode(io.BytesIO(pcm(samples).tobytes()), file, RATE, 24_000, tencent=tencent)
    return file.getvalue()


def _as(container: str, codec: str, rate: int) -> bytes:
    return encoded(pcm(SAID, rate), rate, container, codec)


RECORDINGS = {
    "opus of Telegram": ("ogg-opus", sample("en-opus-telegram.ogg"), 0.99),
    "webm of a browser": ("webm", _as("webm", "libopus", 48_000), 0.99),
    "m4a": ("mp4", _as("ipod", "aac", 44_100), 0.95),
    "mp4 at 16 kHz": ("mp4", _as("mp4", "aac", 16_000), 0.95),
    "video note": ("mp4", encoded(pcm(SAID, 44_100), 44_100, "mp4", "aac", video=True), 0.95),
    "quicktime": ("mp4", _as("mov", "pcm_s16be", 32_000), 0.99),
    "3gp": ("mp4", _as("3gp", "libopencore_amrnb", 8_000), 0.75),
    "mp3": ("mp3", _as("mp3", "libmp3lame", 44_100), 0.99),
    "mp3 at 8 kHz": ("mp3", _as("mp3", "libmp3lame", 8_000), 0.9),
    "adts": ("aac", _as("adts", "aac", 44_100), 0.95),
    "flac": ("flac", _as("flac", "flac", 48_000), 0.99),
    "wav at 8 kHz": ("wav", _as("wav", "pcm_s16le", 8_000), 0.97),
    "wav of bytes": ("wav", _as("wav", "pcm_u8", 11_025), 0.97),
    "wav of floats": ("wav", _as("wav", "pcm_f32le", 96_000), 0.99),
    "wav of a telephone": ("wav", _as("wav", "pcm_alaw", 8_000), 0.97),
    "amr": ("amr-nb", _as("amr", "libopencore_amrnb", 8_000), 0.75),
    "speex, narrow band": ("ogg-speex", _format("speex-nb.ogg"), 0.75),
    "speex, wide band": ("ogg-speex", _format("speex-wb.ogg"), 0.8),
    "vorbis": ("ogg-vorbis", _format("vorbis.ogg"), 0.95),
    "flac in ogg": ("ogg-flac", _format("flac.ogg"), 0.97),
    "silk of Tencent": ("silk", _silk(SAID), 0.85),
    "silk": ("silk", _silk(SAID, tencent=False), 0.85),
}


@pytest.mark.parametrize("name", RECORDINGS)
def test_every_format_comes_out_as_it_was_spoken(name: str) -> None:
    kind, recording, least = RECORDINGS[name]
    assert sniff(recording) == kind
    heard = decode(recording, most_s=60)
    assert heard.dtype == np.float32
    assert seconds(heard) == pytest.approx(seconds(SAID), abs=0.1)
    alike, late_s = likeness(heard, SAID)
    assert alike > least
    assert abs(late_s) < 0.07
    assert loudness(heard) == pytest.approx(loudness(SAID), rel=0.1)


@pytest.mark.parametrize(
    ("name", "kind", "duration_s"),
    [
        ("zh-amr-nb.amr", "amr-nb", 3.0),
        ("zh-amr-wb.amr", "amr-wb", 3.36),
        ("zh-22khz.wav", "wav", 2.38),
        ("zh-several-opus.ogg", "ogg-opus", 8.203),
    ],
)
def test_the_samples_are_whole(name: str, kind: str, duration_s: float) -> None:
    heard = decode(sample(name), most_s=60)
    assert sniff(sample(name)) == kind
    assert seconds(heard) == pytest.approx(duration_s, abs=0.001)
    assert 0.05 < loudness(heard) < 0.3


_LEFT = pcm(SAID, 44_100)
_SIDES = {
    "left alone": np.concatenate([_LEFT, np.zeros_like(_LEFT)]),
    "right alone": np.concatenate([np.zeros_like(_LEFT), _LEFT]),
    "the same on both": np.concatenate([_LEFT, _LEFT]),
    "one against the other": np.concatenate([_LEFT, -_LEFT]),
}


@pytest.mark.parametrize("sides", _SIDES)
@pytest.mark.parametrize(("container", "codec"), [("wav", "pcm_s16le"), ("ipod", "aac")])
def test_whichever_side_speaks_is_heard_at_full_strength(sides: str, container: str, codec: str) -> None:
    heard = decode(encoded(_SIDES[sides], 44_100, container, codec), most_s=60)
    assert likeness(heard, SAID)[0] > 0.95
    assert loudness(heard) == pytest.approx(loudness(SAID), rel=0.05)


def test_two_people_on_two_sides_are_both_heard() -> None:
    other = np.roll(_LEFT, 30_000, axis=1)
    heard = decode(encoded(np.concatenate([_LEFT, other]), 44_100, "wav", "pcm_s16le"), most_s=60)
    assert likeness(heard, SAID)[0] > 0.5
    assert likeness(heard, decode(encoded(other, 44_100, "wav", "pcm_s16le"), most_s=60))[0] > 0.5


def test_pauses_that_are_not_sent_keep_their_length() -> None:
    """AMR-NB with DTX: the same words twice, with two seconds of comfort noise and missing frames in between."""
    heard = decode(_format("dtx.amr"), most_s=60)
    second = round((seconds(SAID) + 2) * RATE)
    assert seconds(heard) == pytest.approx(2 * seconds(SAID) + 2, abs=0.05)
    for start in (0, second):
        alike, late_s = likeness(heard[start : start + len(SAID)], SAID)
        assert alike > 0.75
        assert abs(late_s) < 0.02
    assert loudness(heard[len(SAID) + RATE // 2 : second - RATE // 4]) < 0.001


def test_missing_frames_of_amr_wb_keep_their_length_too() -> None:
    """Twenty frames each of SID, lost and no data (3GPP TS 26.201, table 1a) in the middle of speech."""
    recording = sample("zh-amr-wb.amr")
    middle = 9 + 80 * 33
    pause = 20 * (bytes([9 << 3 | 4]) + bytes(5) + bytes([14 << 3 | 4]) + bytes([15 << 3 | 4]))
    heard = decode(recording[:middle] + pause + recording[middle:], most_s=60)
    assert seconds(heard) == pytest.approx(3.36 + 1.2, abs=0.001)


def test_an_amr_without_a_word_is_silence() -> None:
    heard = decode(b"#!AMR\n" + b"\x7c" * 100, most_s=60)
    assert seconds(heard) == 2
    assert not heard.any()


_IN_SMALL_PIECES = {
    name
    for name, (kind, _, _) in RECORDINGS.items()
    if kind not in ("mp4", "ogg-vorbis")  # an mp4's index is at the end, and this Ogg Vorbis is a single page
}


@pytest.mark.parametrize("name", sorted(_IN_SMALL_PIECES))
def test_of_half_a_file_half_is_heard(name: str) -> None:
    recording = RECORDINGS[name][1]
    heard = decode(recording[: len(recording) // 2], most_s=60)
    assert 0.3 * seconds(SAID) < seconds(heard) < 0.7 * seconds(SAID)
    assert likeness(heard, SAID[: len(heard)])[0] > 0.7


def test_what_came_before_the_file_breaks_is_heard() -> None:
    recording = RECORDINGS["adts"][1]
    middle = recording.index(recording[:2], len(recording) // 2)
    no_length = bytes([*recording[:3], recording[3] & 0xFC, 0, recording[5] & 0x1F, recording[6]])
    heard = decode(recording[:middle] + no_length + recording[middle + 7 :], most_s=60)  # the demuxer gives up
    assert 0.4 * seconds(SAID) < seconds(heard) < 0.6 * seconds(SAID)
    assert likeness(heard, SAID[: len(heard)])[0] > 0.7


def _why(recording: bytes, most_s: float = 60) -> str:
    with pytest.raises(Undecodable) as caught:
        decode(recording, most_s=most_s)
    return caught.value.why


def _wav(rate: int, channels: int, content: bytes) -> bytes:
    head = b"WAVEfmt " + (16).to_bytes(4, "little") + (1).to_bytes(2, "little") + channels.to_bytes(2, "little")
    head += rate.to_bytes(4, "little") + (rate * channels * 2).to_bytes(4, "little")
    head += (channels * 2).to_bytes(2, "little") + (16).to_bytes(2, "little")
    whole = head + b"data" + len(content).to_bytes(4, "little") + content
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def test_what_is_no_recording_is_refused_with_the_reason() -> None:
    assert _why(b"") == "empty"
    assert _why(b'{"errcode":40007,"errmsg":"invalid media_id"}') == "unknown_format"
    assert _why(b"%PDF-1.7 and so on") == "unknown_format"
    assert _why(b"OggS" + bytes(200)) == "unknown_format"
    assert _why(b"#!AMR\n") == "broken"
    assert _why(b"#!SILK_V3") == "broken"
    assert _why(sample("zh-opus-telegram.ogg")[:80]) == "broken"
    assert _why(b"#!AMR\n" + bytes([13 << 3]) * 100) == "broken"  # a frame type that does not exist
    assert _why(_wav(RATE, 1, b"")) == "broken"
    assert _why(_wav(1, 1, bytes(20_000))) == "broken"
    assert _why(_wav(4_000_000, 1, bytes(20_000))) == "broken"
    assert _why(_wav(RATE, 255, bytes(20_400))) == "broken"
    assert seconds(decode(_wav(RATE, 8, bytes(16 * RATE)), most_s=60)) == 1


def test_a_video_without_sound_is_empty() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        picture = output.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 64
        output.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        output.mux(picture.encode(None))
    assert sniff(file.getvalue()) == "mp4"
    assert _why(file.getvalue()) == "empty"


def test_pictures_are_never_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The demuxer would decode the first pictures, and a small file can contain an enormous one."""
    used: list[str] = []
    real = av.open

    def watched(*arguments: Any, **options: Any) -> Any:
        container = real(*arguments, **options)
        used.extend(f"{stream.type}:{stream.codec_context.pix_fmt}" for stream in container.streams.video)
        return container

    note = encoded(pcm(SAID, 48_000), 48_000, "matroska", "libopus", video=True)
    with real(io.BytesIO(note)) as container:
        assert [stream.codec_context.pix_fmt for stream in container.streams.video] == ["yuv420p"]
    monkeypatch.setattr(av, "open", watched)
    assert likeness(decode(note, most_s=60), SAID)[0] > 0.95
    assert used == ["video:None"]


_BOMBS = {
    "ogg-opus": lambda: encoded(np.zeros((1, 48_000 * 200), np.int16), 48_000, "ogg", "libopus"),
    "flac": lambda: encoded(np.zeros((2, 48_000 * 200), np.int16), 48_000, "flac", "flac"),
    "amr-nb": lambda: b"#!AMR\n" + b"\x7c" * 2_000_000,
    "silk": lambda: b"#!SILK_V3" + b"\x01\x00\xff" * 500_000,
}


@pytest.mark.parametrize("kind", _BOMBS)
def test_what_lasts_too_long_is_left_at_once(kind: str) -> None:
    """Ten hours of silence take a few megabytes. Neither memory nor time may grow with them."""
    bomb = _BOMBS[kind]()
    assert sniff(bomb) == kind
    tracemalloc.start()
    try:
        assert _why(bomb, most_s=20) == "too_long"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 * len(bomb) + 5 * 20 * RATE


def test_exactly_the_longest_is_taken() -> None:
    recording = _wav(RATE, 1, bytes(2 * RATE))
    assert seconds(decode(recording, most_s=1)) == 1
    assert _why(recording + b"", most_s=0.999) == "too_long"


def test_a_file_of_countless_empty_packets_is_left() -> None:
    """An Ogg page can hold 255 undecodable packets of one byte, which take time to read but have no duration."""
    recording = sample("zh-command-opus.ogg")
    content = recording.index(b"OggS", recording.index(b"OpusTags"))
    pages = b"".join(_ogg_page(recording[14:18], number, b"\xff" * 255) for number in range(2, 40))
    assert _why(recording[:content] + pages, most_s=60) == "broken"
    assert _why(recording[:content] + pages, most_s=5) == "too_long"


def _ogg_page(serial: bytes, number: int, packets: bytes) -> bytes:
    """Return a page with packets of one byte each, and the checksum of RFC 3533."""
    head = b"OggS\x00\x00" + bytes(8) + serial + number.to_bytes(4, "little")
    tail = bytes([len(packets)]) + b"\x01" * len(packets) + packets
    check = 0
    for byte in head + bytes(4) + tail:
        check ^= byte << 24
        for _ in range(8):
            check = (check << 1 ^ (0x104C11DB7 if check >> 31 else 0)) & 0xFFFFFFFF
    return head + check.to_bytes(4, "little") + tail


def test_without_the_silk_decoder_its_recordings_are_of_no_known_format(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = _silk(SAID)
    monkeypatch.setitem(sys.modules, "pysilk", None)
    assert _why(recording) == "unknown_format"


def test_what_is_sniffed() -> None:
    mp3 = RECORDINGS["mp3"][1]
    bare = mp3[mp3.index(b"\xff\xfb") :]
    assert mp3.startswith(b"ID3")
    assert sniff(bare) == "mp3"
    assert sniff(mp3[:10]) == "mp3"
    assert sniff(bare[:1] + b"\xfd" + bare[2:]) == ""  # layer II: a different frame
    assert sniff(bare[:4] + b"so much for the second frame" * 100) == ""
    adts = RECORDINGS["adts"][1]
    assert sniff(b"ID3\x04\x00\x00\x00\x00\x00\x05" + bytes(5) + adts) == "aac"
    assert sniff(b"ID3\x04\x00\x00\x00\x00\x02\x05" + bytes(2 * 128 + 5) + adts) == "aac"  # 7 bits a byte
    assert sniff(b"ID3\x04\x00\x00\x00\x00\x00\x05" + bytes(5) + RECORDINGS["flac"][1]) == "flac"
    for text in ('{"ok":false}', "[]", "<xml><a/></xml>", "\n <!DOCTYPE html>", '\ufeff{"errcode":1}'):
        assert sniff(text.encode()) == "text"
    for nothing in ("", "hello", "\xff\xfe\x00", "[\x00\x01", "\x89PNG\r\n\x1a\n"):
        assert sniff(nothing.encode("latin-1")) == ""


def test_an_ogg_with_a_picture_first_is_known_by_its_sound() -> None:
    recording = sample("zh-command-opus.ogg")
    picture = b"\x80theora" + bytes(35)
    page = b"OggS\x00\x02" + bytes(20) + b"\x01" + bytes([len(picture)]) + picture
    assert sniff(page + recording) == "ogg-opus"


def _outcome(recording: bytes) -> None:
    """Check that decoding returns valid samples or raises Undecodable, and nothing else."""
    try:
        heard = decode(recording, most_s=10)
    except Undecodable as error:
        said: str = error.why
    else:
        said = ""
    if said:
        assert said in _WHYS
        return
    assert heard.dtype == np.float32
    assert 0 < len(heard) <= 10 * RATE
    assert np.isfinite(heard).all()


_HEADS = [recording[:40] for _, recording, _ in RECORDINGS.values()]


@given(st.sampled_from([b"", *_HEADS]), st.binary(max_size=2000))
def test_any_bytes_have_an_outcome(head: bytes, data: bytes) -> None:
    assert isinstance(sniff(data), str)
    _outcome(head + data)


@given(
    st.sampled_from(sorted(RECORDINGS)),
    st.floats(0, 1),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), max_size=20),
    st.booleans(),
)
def test_damaged_recordings_have_an_outcome(
    name: str, kept: float, flips: list[tuple[float, int]], only_head: bool
) -> None:
    recording = bytearray(RECORDINGS[name][1])
    del recording[max(1, round(len(recording) * kept)) :]
    reach = min(len(recording), 400) if only_head else len(recording)
    for where, bits in flips:
        recording[int(where * reach)] ^= bits
    _outcome(bytes(recording))
