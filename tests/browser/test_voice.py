"""Answers by voice: a microphone that plays a file, and lines that break at the worst moments."""

import io
import math
import re
import struct
import wave
from array import array
from collections.abc import Iterator
from itertools import pairwise

import av
import pytest
from playwright.sync_api import Browser, Request, Route, expect

from tests.browser import chromium
from tests.browser.conftest import Launch, Visit
from tests.browser.installation import Installation
from tests.browser.test_accessibility import FAINT, UNNAMED
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]

_RATE = 48_000
_LOUD_S, _PERIOD_S = 0.6, 1.2
_MAY = {"permissions": ["microphone"]}
_VOICE = "**/voice/*"
_DURATION = re.compile(r"🎤 0:0\d")


def _sound(seconds: float) -> bytes:
    """A hummed vowel, on and off: with overtones, as speech has them, so that nothing takes it for noise."""
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
    """One whose microphone hears that."""
    sound = tmp_path_factory.mktemp("sound") / "hum.wav"
    sound.write_bytes(_sound(4 * _PERIOD_S))
    launched = launch(*chromium.hearing(sound))
    yield launched
    launched.close()


def _begun(visit: Visit, messenger: Installation, **settings: object) -> Visitor:
    """At the first question, with a microphone."""
    candidate = visit(messenger.address, **(_MAY | settings)).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    return candidate


def _has_spoken(candidate: Visitor, times: int = 1) -> None:
    """So many voice messages are sent, and acknowledged."""
    expect(candidate.page.locator(".row.me[data-state=sent] .text").get_by_text(_DURATION)).to_have_count(times)
    expect(candidate.page.locator(".bubble progress")).to_have_count(0)
    candidate.page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('.out.'))")


def _heard(candidate: Visitor, times: int) -> None:
    """The bot has told of so many voice messages."""
    expect(candidate.messages.get_by_text("🎤")).to_have_count(times)


def _loudness(recording: bytes) -> tuple[str, str, list[float]]:
    """Container, codec, and the energy of each tenth of a second."""
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


def _kept_in_the_browser(candidate: Visitor) -> dict[str, int]:
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


def test_recorded_listened_to_and_sent(own_messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, own_messenger)
    page, panel = candidate.page, candidate.page.locator("#voice")
    page.get_by_role("button", name="语音回答").click()
    expect(page.locator("#voice-note")).to_contain_text("正在录音")
    expect(page.get_by_role("button", name="结束录音")).to_be_focused()
    expect(candidate.composer).to_be_hidden()
    page.wait_for_function("() => Number(document.querySelector('#voice').dataset.level) > 0.4")
    page.wait_for_function("() => Number(document.querySelector('#voice').dataset.level) < 0.2")
    expect(page.locator("#voice-time")).to_have_text("0:03")
    page.keyboard.press("Escape")  # stops, and throws nothing away

    expect(page.locator("#voice-note")).to_contain_text("先听一遍")
    panel.get_by_role("button", name="播放录音").click()
    expect(panel.locator(".player[data-playing=true]")).to_be_visible()
    page.wait_for_function(
        "() => new DOMMatrix(getComputedStyle(document.querySelector('#voice .track i')).transform).a > 0.3"
    )
    panel.get_by_role("button", name="暂停播放").click()
    expect(panel.locator(".player[data-playing=false]")).to_be_visible()
    page.get_by_role("button", name="发送录音").click()

    _has_spoken(candidate)
    _heard(candidate, 1)
    expect(candidate.composer).to_be_focused()
    assert _kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    page.locator(".row.me").get_by_role("button", name="播放录音").click()
    expect(page.locator(".row.me .player[data-playing=true]")).to_be_visible()

    (recording,) = own_messenger.recordings()
    container, codec, energy = _loudness(recording)
    assert "webm" in container
    assert codec == "opus"
    assert 2.8 < len(energy) / 10 < 4.5
    assert max(energy) > 0.05
    assert min(energy[2:]) < max(energy) / 10
    turns = sum((one > max(energy) / 4) != (other > max(energy) / 4) for one, other in pairwise(energy))
    assert turns >= 4, "loud and silent in turn, as the microphone heard it"
    assert len(recording) < 32_000 / 8 * len(energy) / 10 * 1.5
    page.reload()
    _heard(candidate, 1)
    _has_spoken(candidate)
    assert not candidate.complaints()


def test_what_is_cancelled_or_deleted_is_gone(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    page = candidate.page
    candidate.composer.fill("还没有写完的")
    candidate.composer.fill("")
    page.locator("#mic").click()
    page.get_by_role("button", name="取消录音").click()
    expect(page.locator("#voice-note")).to_have_text("录音已删除")
    expect(candidate.composer).to_be_focused()
    candidate.speak()
    page.get_by_role("button", name="删除录音").click()
    expect(page.locator("#voice")).to_be_hidden()
    page.wait_for_function("async () => (await navigator.locks.query()).held.length === 0")
    assert _kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    page.reload()
    candidate.is_connected()
    expect(page.locator("#mic")).to_be_visible()
    expect(page.locator("#voice")).to_be_hidden()
    candidate.has_said("同意并开始")
    assert not candidate.complaints()


def test_a_press_by_mistake_is_no_message(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    candidate.page.evaluate(
        """() => {
            document.getElementById('voice-stop').addEventListener('focus', event => event.target.click());
            document.getElementById('mic').click();
        }"""
    )
    expect(candidate.page.locator("#voice-note")).to_contain_text("时间太短了")
    expect(candidate.page.locator("#voice")).to_be_hidden()
    candidate.has_said("同意并开始")


def test_writing_takes_the_microphones_place(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    page, mic, send = candidate.page, candidate.page.locator("#mic"), candidate.page.locator("#send")
    expect(candidate.composer).to_have_attribute("placeholder", "输入或语音回答…")
    expect(mic).to_be_visible()
    expect(send).to_be_hidden()
    candidate.composer.fill("我学统计。")
    expect(mic).to_be_hidden()
    send.click()
    candidate.has_said("同意并开始", "我学统计。")
    expect(mic).to_be_visible()
    expect(candidate.composer).to_be_focused()
    page.keyboard.press("Tab")
    expect(mic).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#voice[data-shown=recording]")).to_be_visible()
    page.keyboard.press("Enter")  # as short as it is, it ends


def test_a_line_that_breaks_while_it_is_sent(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    page = candidate.page
    page.route(_VOICE, lambda route: route.abort("internetdisconnected"))
    candidate.speak()
    page.locator("#voice-send").click()
    waiting = page.locator(".row.me[data-state=waiting]")
    expect(waiting).to_contain_text("已保留，联网后发送")
    candidate.say("录音之后写的。")
    expect(waiting.get_by_text(_DURATION)).to_be_visible()
    page.unroute(_VOICE)
    page.evaluate("dispatchEvent(new Event('online'))")
    candidate.has_said("同意并开始", _DURATION, "录音之后写的。")
    _has_spoken(candidate)
    _heard(candidate, 1)
    page.reload()
    candidate.has_said("同意并开始", _DURATION, "录音之后写的。")
    _heard(candidate, 1)
    assert not candidate.complaints(down=True)


def test_an_answer_that_is_lost_on_the_way_back(own_messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, own_messenger)
    attempts: list[str] = []

    def swallow(route: Route, request: Request) -> None:
        attempts.append(request.url)
        if len(attempts) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    candidate.page.route(_VOICE, swallow)
    candidate.speak()
    candidate.page.locator("#voice-send").click()
    _has_spoken(candidate)
    _heard(candidate, 1)
    assert len(attempts) == 2
    assert attempts[0] == attempts[1]
    assert len(own_messenger.recordings()) >= 1
    candidate.page.reload()
    candidate.has_said("同意并开始", _DURATION)
    _heard(candidate, 1)


def test_a_page_that_is_closed_in_the_middle_of_sending(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    page = candidate.page
    held: list[Route] = []
    page.route(_VOICE, lambda route: held.append(route))  # never answered
    candidate.speak()
    page.locator("#voice-send").click()
    expect(page.locator(".row.me[data-state=sending]").get_by_text(_DURATION)).to_be_visible()
    expect(page.locator(".bubble progress")).to_have_attribute("aria-label", "录音发送进度")
    assert _kept_in_the_browser(candidate)["kept"] == 1
    candidate.say("录音之后写的。")
    page.close()

    other = visit(messenger.address, beside=candidate).open()
    other.has_said("同意并开始", _DURATION, "录音之后写的。")
    _has_spoken(other)
    _heard(other, 1)
    assert held
    assert not other.complaints()


def test_a_page_that_is_closed_while_it_records(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    page = candidate.page
    page.locator("#mic").click()
    expect(page.locator("#voice-time")).to_have_text("0:03")
    page.reload()
    expect(page.locator("#voice-note")).to_contain_text("已经为您保留")
    page.get_by_role("button", name="播放录音").click()
    expect(page.locator(".player[data-playing=true]")).to_be_visible()
    page.get_by_role("button", name="发送录音").click()
    _has_spoken(candidate)
    _heard(candidate, 1)
    assert _kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    assert not candidate.complaints()


def test_another_tab_leaves_a_running_recording_alone(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    candidate.page.locator("#mic").click()
    expect(candidate.page.locator("#voice-time")).to_have_text("0:02")
    other = visit(messenger.address, beside=candidate).open()
    other.is_connected()
    expect(other.page.locator("#mic")).to_be_visible()
    expect(other.page.locator("#voice")).to_be_hidden()
    candidate.page.bring_to_front()
    candidate.page.locator("#voice-stop").click()
    candidate.page.locator("#voice-send").click()
    _has_spoken(candidate)
    expect(other.page.locator(".row.me .text").get_by_text(_DURATION)).to_be_visible()


def test_after_ten_minutes_it_stops_by_itself(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, **_MAY)
    candidate.page.add_init_script(
        """(() => {
            const real = performance.now.bind(performance);
            let ahead = 0;
            performance.now = () => real() + ahead;
            window.later = ms => (ahead += ms);
        })()"""
    )
    candidate.open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.page.locator("#mic").click()
    expect(candidate.page.locator("#voice-time")).to_have_text("0:01")
    candidate.page.evaluate("later(9 * 60_000)")
    expect(candidate.page.locator("#voice-time")).to_have_text(re.compile("9:0."))
    expect(candidate.page.locator("#voice[data-shown=recording]")).to_be_visible()
    candidate.page.evaluate("later(60_000)")
    expect(candidate.page.locator("#voice-note")).to_contain_text("已录满 10 分钟")
    expect(candidate.page.locator("#voice[data-shown=listening] #voice-time")).to_have_text("10:00")
    candidate.page.locator("#voice-send").click()
    candidate.has_said("同意并开始", "🎤 10:00")


def test_a_microphone_that_is_taken_away_leaves_what_was_said(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, **_MAY)
    candidate.page.add_init_script(
        """(() => {
            const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            navigator.mediaDevices.getUserMedia = async wanted => (window.stream = await real(wanted));
        })()"""
    )
    candidate.open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.page.locator("#mic").click()
    expect(candidate.page.locator("#voice-time")).to_have_text("0:01")
    candidate.page.evaluate("stream.getTracks().forEach(track => track.dispatchEvent(new Event('ended')))")
    expect(candidate.page.locator("#voice[data-shown=listening]")).to_be_visible()
    candidate.page.locator("#voice-send").click()
    _has_spoken(candidate)


@pytest.mark.parametrize(
    ("error", "told"),
    [("", "没有使用麦克风的权限"), ("NotFoundError", "没有找到麦克风"), ("NotReadableError", "麦克风暂时用不了")],
)
def test_without_a_microphone_one_types(messenger: Installation, visit: Visit, error: str, told: str) -> None:
    candidate = visit(messenger.address, permissions=[])  # nobody answers the question: it is refused
    if error:
        candidate.page.add_init_script(
            f"navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', '{error}'));"
        )
    candidate.open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.page.locator("#mic").click()
    expect(candidate.page.locator("#voice-note")).to_contain_text(told)
    expect(candidate.composer).to_be_focused()
    candidate.say("那我打字。")
    candidate.has_said("同意并开始", "那我打字。")
    expect(candidate.page.locator("#voice-note")).to_be_empty()
    assert not candidate.complaints()


def test_where_nothing_can_be_recorded_there_is_no_microphone(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, **_MAY)
    candidate.page.add_init_script("delete window.MediaRecorder")
    candidate.open()
    candidate.is_connected()
    expect(candidate.page.locator("#mic")).to_be_hidden()
    expect(candidate.page.locator("#send")).to_be_visible()
    expect(candidate.composer).to_have_attribute("placeholder", "输入您的回答…")


def test_before_the_consent_it_is_kept_and_sent_again_after(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, **_MAY).open()
    candidate.is_connected()
    expect(candidate.page.locator("#mic")).to_be_hidden()
    candidate.page.evaluate("document.getElementById('mic').hidden = false")  # as where the page is behind
    candidate.page.evaluate("document.getElementById('compose').classList.add('with-voice')")
    candidate.speak()
    candidate.page.locator("#voice-send").click()
    refused = candidate.page.locator(".row.me[data-state=refused]")
    expect(refused).to_contain_text("请先点「同意并开始」")
    candidate.page.reload()
    expect(refused).to_contain_text("请先点「同意并开始」")
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    refused.get_by_role("button", name="重新发送").click()
    candidate.has_said("同意并开始", _DURATION)
    _has_spoken(candidate)
    _heard(candidate, 1)


def test_a_recording_that_waits_for_long_can_be_given_up(messenger: Installation, visit: Visit) -> None:
    candidate = _begun(visit, messenger)
    page = candidate.page
    page.route(
        _VOICE, lambda route: route.fulfill(status=503, headers={"retry-after": "0.1"}, json={"why": "try_later"})
    )
    candidate.speak()
    page.locator("#voice-send").click()
    candidate.say("录音之后写的。")
    expect(page.locator(".problem")).to_contain_text("录音暂时发不出去")
    page.locator(".problem").get_by_role("button", name="移除").click()
    candidate.has_said("同意并开始", "录音之后写的。")
    page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('.out.'))")
    assert _kept_in_the_browser(candidate)["kept"] == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_the_narrowest_phone(messenger: Installation, visit: Visit, scheme: str) -> None:
    phone = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
    candidate = visit(
        messenger.address, locale="en-GB", color_scheme=scheme, reduced_motion="reduce", **_MAY, **phone
    )
    candidate.open()
    candidate.press("Agree and start")
    candidate.sees("question 1/6")
    page = candidate.page
    page.locator("#mic").tap()
    page.wait_for_function("() => Number(document.querySelector('#voice').dataset.level) > 0.4")
    expect(page.locator("#voice-time")).to_have_text("0:01")
    for shown in ("recording", "listening"):
        expect(page.locator(f"#voice[data-shown={shown}]")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        buttons = page.locator("#voice button:visible")
        sizes = buttons.evaluate_all(
            "all => all.map(b => b.getBoundingClientRect()).map(r => [r.width, r.height])"
        )
        assert len(sizes) == {"recording": 2, "listening": 3}[shown]
        assert all(width >= 38 and height >= 38 for width, height in sizes)
        assert page.evaluate(FAINT) == page.locator("button").evaluate_all(UNNAMED) == []
        if shown == "recording":
            page.locator("#voice-stop").tap()
    page.locator("#voice-send").tap()
    _has_spoken(candidate)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(FAINT) == []
    assert not candidate.complaints()
