"""Helpers for tests of voice answers: a browser whose microphone plays a file, and checks of the recordings."""

import io
import math
import re
import struct
import wave
from array import array
from collections.abc import Iterator

import av
import pytest
from playwright.sync_api import Browser, expect

from tests.browser import chromium
from tests.browser.conftest import Launch, Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

_RATE = 48_000
_LOUD_S, _PERIOD_S = 0.6, 1.2
MAY = {"permissions": ["microphone"]}
VOICE = "**/voice/*"
DURATION = re.compile(r"🎤 0:0\d")


def sound_of(seconds: float) -> bytes:
    """Return a WAV file with a hummed vowel, on and off.

    It has overtones like speech, so that nothing takes it for noise.
    """
    samples = array("h")
    for number in range(int(seconds * _RATE)):
        at = number / _RATE
        on = at % _PERIOD_S < _LOUD_S
        pitch = 130 + 20 * math.sin(2 * math.pi * 3 * at)
        hum = sum(math.sin(2 * math.pi * pitch * overtone * at) / overtone for overtone in (1, 2, 3, 5, 8))
        samples.append(int(9000 * hum) if on else 0)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return file.getvalue()


@pytest.fixture(scope="module")
def browser(launch: Launch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone plays the hummed vowel."""
    sound = tmp_path_factory.mktemp("sound") / "hum.wav"
    sound.write_bytes(sound_of(4 * _PERIOD_S))
    launched = launch(*chromium.hearing(sound))
    yield launched
    launched.close()


def begun(visit: Visit, messenger: Installation, **settings: object) -> Visitor:
    """Go to the first question, with a microphone."""
    candidate = visit(messenger.address, **(MAY | settings)).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    return candidate


def has_spoken(candidate: Visitor, times: int = 1) -> None:
    """Check that this many voice messages have been sent and acknowledged."""
    expect(candidate.page.locator(".row.me[data-state=sent] .text").get_by_text(DURATION)).to_have_count(times)
    expect(candidate.page.locator(".bubble progress")).to_have_count(0)
    candidate.page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('.out.'))")


def heard(candidate: Visitor, times: int) -> None:
    """Check that the bot has confirmed this many voice messages."""
    expect(candidate.messages.get_by_text("🎤")).to_have_count(times)


def loudness(recording: bytes) -> tuple[str, str, list[float]]:
    """Return the container, the codec, and the energy of each tenth of a second."""
    with av.open(io.BytesIO(recording), "r") as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler("flt", "mono", 16_000)
        samples = array("f")
        for frame in container.decode(stream):
            for piece in resampler.resample(frame):
                samples.frombytes(bytes(piece.planes[0])[: piece.samples * 4])
        tenths = [samples[at : at + 1600] for at in range(0, len(samples) - 1600, 1600)]
        energy = [math.sqrt(sum(sample * sample for sample in tenth) / len(tenth)) for tenth in tenths]
        return container.format.name, stream.codec_context.name, energy


def kept_in_the_browser(candidate: Visitor) -> dict[str, int]:
    counts: dict[str, int] = candidate.page.evaluate(
        """async () => new Promise(async (resolve, reject) => {
            const all = (await indexedDB.databases()).map(each => each.name);
            const opening = indexedDB.open(all.find(name => name.startsWith('xumian.recordings')));
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const transaction = opening.result.transaction(['kept', 'pieces']);
                const [kept, pieces] = ['kept', 'pieces'].map(name => transaction.objectStore(name).count());
                transaction.oncomplete = () => {
                    opening.result.close();
                    resolve({kept: kept.result, pieces: pieces.result});
                };
            };
        })"""
    )
    return counts
