"""Speech from a real browser's microphone is transcribed, corrected and recorded, in both languages."""

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import chromium
from tests.browser.conftest import Launch
from tests.browser.installation import Installation, running
from tests.browser.visitor import Visitor
from tests.speech.recordings import MODEL, sample

pytestmark = [pytest.mark.browser, pytest.mark.redis]

_RATE = 48_000


def _microphone(recording: bytes) -> bytes:
    """Return a WAV file for the fake microphone: half a second of silence, the sentence, and more silence."""
    with av.open(io.BytesIO(recording), "r") as container:
        resampler = av.AudioResampler("s16", "mono", _RATE)
        pieces = [
            piece.to_ndarray().ravel()
            for frame in container.decode(audio=0)
            for piece in resampler.resample(frame)
        ]
    quiet = np.zeros(_RATE // 2, dtype=np.int16)
    samples = np.concatenate([quiet, *pieces, np.zeros(_RATE * 20, dtype=np.int16)])
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE)
        out.writeframes(samples.tobytes())
    return file.getvalue()


@pytest.fixture(scope="module")
def messenger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with running(Installation(tmp_path_factory.mktemp("spoken"), model=MODEL)) as installation:
        yield installation


@contextmanager
def _candidate(launch: Launch, folder: Path, recording: str, language: str, address: str) -> Iterator[Visitor]:
    sound = folder / "sentence.wav"
    sound.write_bytes(_microphone(sample(recording)))
    browser = launch(*chromium.hearing(sound))
    try:
        context = browser.new_context(locale=language, permissions=["microphone"])
        yield Visitor(context.new_page(), address).open()
    finally:
        browser.close()


def test_a_chinese_answer_is_read_back_and_confirmed(
    launch: Launch, messenger: Installation, tmp_path: Path
) -> None:
    with _candidate(launch, tmp_path, "zh-opus-telegram.ogg", "zh-CN", messenger.address) as candidate:
        candidate.press("同意并开始")
        candidate.sees("第 1/6 题")
        candidate.speak(3.5)
        candidate.page.get_by_role("button", name="发送录音").click()
        expect(candidate.messages.last).to_contain_text("转写：「我叫王芳,来自杭州。」", timeout=60_000)
        expect(candidate.messages.get_by_text("正在转成文字")).to_have_count(0)  # the receipt itself was edited
        candidate.is_offered("提交", "重新说", "用文字更正")
        candidate.press("提交")
        candidate.sees("第 2/6 题")
        assert candidate.complaints() == []
    (answer, *_) = messenger.exported("demo")[0]["answers"]
    (part,) = answer["parts"]
    assert (part["kind"], part["text"]) == ("voice", "我叫王芳,来自杭州。")
    assert part["transcript"]["status"] == "confirmed"
    assert messenger.recordings()[0][:4] == b"\x1a\x45\xdf\xa3"  # as the browser recorded it: WebM


def test_an_english_answer_is_corrected_by_typing(launch: Launch, messenger: Installation, tmp_path: Path) -> None:
    with _candidate(launch, tmp_path, "en-stereo-48khz-right.wav", "en-GB", messenger.address) as candidate:
        candidate.press("Agree and start")
        candidate.sees("question 1/6")
        candidate.speak(3.5)
        candidate.page.get_by_role("button", name="Send the recording").click()
        heard = "I can start next week."
        expect(candidate.messages.last).to_contain_text(f"I heard: “{heard}”", timeout=60_000)
        candidate.say("I can start next month.")
        candidate.sees("Corrected with your words ✓")
        candidate.press("Submit")
        candidate.sees("question 2/6")
    mine = [
        each for each in messenger.exported("demo") if each["answers"][0]["parts"][0]["text"].endswith("month.")
    ]
    (part,) = mine[0]["answers"][0]["parts"]
    assert part["transcript"]["machine"] == heard
    assert part["transcript"]["status"] == "edited"
