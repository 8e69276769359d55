"""Voice answers from the platform's payload to the record, including those that cannot be recognised.

The whole app with a real Redis and the tests' speech model; only the Bot API is a fake.
"""

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream

from tests.bot.telegram_candidate import Candidate
from tests.bot.whole_app import whole_app
from tests.fakes.bot_api import TOKEN
from tests.fakes.bot_files import FileTrouble
from tests.speech.recordings import Recording, sample, samples

_CODECS = ("zh-opus-telegram.ogg", "zh-amr-nb.amr", "zh-amr-wb.amr", "en-opus-telegram.ogg", "en-amr-nb.amr")
_AUDIO = [each for each in samples() if each.file in _CODECS]


def as_document(recording: Recording) -> dict[str, str]:
    """Return the fields as phones name AMR files. The format is detected by the first bytes, whatever the name."""
    return {"kind": "document", "mime_type": "audio/amr", "file_name": recording.file}


@pytest.mark.redis
async def test_what_is_spoken_on_telegram_is_in_the_record(one_redis: str, tmp_path: Path) -> None:
    async with whole_app(one_redis, public=True, data_dir=tmp_path) as running:
        everybody: list[tuple[Candidate, Recording]] = []
        for number, recording in enumerate(_AUDIO, start=1):
            candidate = Candidate(running, number, recording.language or "zh")
            await candidate.begin()
            more = as_document(recording) if recording.file.endswith(".amr") else {}
            await candidate.speaks(sample(recording.file), **more)
            everybody.append((candidate, recording))
        for candidate, recording in everybody:
            shown = await candidate.sees(_one_of(recording.text))
            assert shown.startswith("🎤")
            assert not [text for text in candidate.screen if "0:03" in text], "the receipt was not edited"
            part = await candidate.part()
            assert part["kind"] == "voice"
            assert part["text"] == recording.text
            assert part["transcript"]["machine"] == recording.text
            assert part["transcript"]["status"] == "unconfirmed"
            assert 0 < part["transcript"]["confidence"] <= 1
            assert part["transcript"]["segments"][-1]["end_s"] <= part["audio"]["duration_s"] + 0.5
            (kept,) = (tmp_path / "voice").rglob(f"{part['audio']['sha256']}.*")
            assert kept.read_bytes() == sample(recording.file)
        first = everybody[0][0]
        await first.press("submit.1@0")
        await first.sees(lambda text: "2/6" in text)
        assert (await first.part())["transcript"]["status"] == "confirmed"


def _hour_of_silence() -> bytes:
    """Return an hour of silence in less than 1.5 MB of Opus: the packets of a minute, sixty times."""
    buffer = io.BytesIO()
    silence = av.AudioFrame.from_ndarray(np.zeros((1, 16_000), dtype=np.int16), "s16", "mono")
    silence.sample_rate = 16_000
    with av.open(buffer, "w", format="ogg") as made:
        stream = made.add_stream("libopus", rate=16_000, layout="mono")
        stream.bit_rate = 6_000
        minute: list[av.Packet[AudioStream]] = []
        for second in range(60):
            silence.pts = second * 16_000
            minute += stream.encode(silence)
        for number, packet in enumerate(minute * 60):
            copy = av.Packet(bytes(packet))
            copy.stream, copy.time_base, copy.duration = stream, packet.time_base, packet.duration
            copy.pts = copy.dts = number * (packet.duration or 0)
            made.mux(copy)
    return buffer.getvalue()


def _one_of(phrases: str) -> Callable[[str], bool]:
    return lambda text: any(phrase in text for phrase in phrases.split("|"))


_REFUSED: dict[str, tuple[bytes, str]] = {
    "silence": (sample("silence.ogg"), "I heard no speech"),
    "noise": (sample("noise.ogg"), "heard|noise|not clear"),
    "zero bytes": (b"", "the file is empty"),
    "truncated": (sample("en-opus-telegram.ogg")[:300], "damaged|heard no speech"),
    "not audio": (b"\x89PNG\r\n\x1a\n" + bytes(500), "no recording that I can read"),
    "wrong name": (sample("en-opus-telegram.ogg"), "Grace"),
}


@pytest.mark.redis
async def test_what_cannot_be_heard_is_said_and_kept(one_redis: str, tmp_path: Path) -> None:
    async with whole_app(one_redis, public=True, data_dir=tmp_path) as running:
        hour = _hour_of_silence()
        assert len(hour) < 1_500_000
        recordings = {**_REFUSED, "an hour": (hour, "too long")}
        everybody = {}
        for number, (name, (data, _)) in enumerate(recordings.items(), start=1):
            candidate = everybody[name] = Candidate(running, number, "en")
            await candidate.begin()
            more = {"kind": "audio", "file_name": "song.mp3"} if name == "wrong name" else {}
            await candidate.speaks(data, **more)
        large = everybody["25 MB"] = Candidate(running, 90, "en")
        await large.begin()
        await large.speaks(b"OggS", file_size=25 * 1024 * 1024)
        for name, (data, wanted) in recordings.items():
            shown = await everybody[name].sees(_one_of(wanted))
            assert shown.startswith("🎤")
            if name != "wrong name":
                assert "The recording is saved" in shown
                assert [each for each in (tmp_path / "voice").rglob("*.*") if each.read_bytes() == data]
        await large.sees(lambda text: "too large; at most 20 MB" in text)


@pytest.mark.redis
async def test_a_file_that_vanishes_or_hangs_is_fetched_again(one_redis: str, tmp_path: Path) -> None:
    """After a JSON error with HTTP 200, a broken connection and an expired link, the answer is recorded."""
    async with whole_app(one_redis, public=True, data_dir=tmp_path) as running:
        candidate = Candidate(running, 1, "en")
        await candidate.begin()
        running.api.files.fail(
            FileTrouble(body=b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'),
            FileTrouble(after=1000, cut=True),
            FileTrouble(code=404, body=b"gone", type="text/plain"),
        )
        await candidate.speaks(sample("en-opus-telegram.ogg"))
        await candidate.sees(lambda text: "Grace" in text)
        assert (await candidate.part())["text"] == "My name is Grace and I am from London."
        secret = TOKEN.partition(":")[2]
        assert not [text for text in candidate.screen if secret in text]
