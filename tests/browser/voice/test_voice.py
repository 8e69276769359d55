"""Voice answers: recording, listening, sending and discarding."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.test_accessibility import FAINT, UNNAMED
from tests.browser.voice.speaking import (
    MAY,
    begun,
    browser,
    has_spoken,
    heard,
    kept_in_the_browser,
    loudness,
)

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_recorded_listened_to_and_sent(own_messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, own_messenger)
    page, panel = candidate.page, candidate.page.locator("#voice")
    page.get_by_role("button", name="语音回答").click()
    expect(page.locator("#voice-note")).to_contain_text("正在录音")
    expect(page.get_by_role("button", name="结束录音")).to_be_focused()
    expect(candidate.composer).to_be_hidden()
    page.wait_for_function("() => Number(document.querySelector('#voice').dataset.level) > 0.4")
    page.wait_for_function("() => Number(document.querySelector('#voice').dataset.level) < 0.2")
    expect(page.locator("#voice-time")).to_have_text("0:03")
    page.keyboard.press("Escape")  # stops, but discards nothing

    expect(page.locator("#voice-note")).to_contain_text("先听一遍")
    panel.get_by_role("button", name="播放录音").click()
    expect(panel.locator(".player[data-playing=true]")).to_be_visible()
    page.wait_for_function(
        "() => new DOMMatrix(getComputedStyle(document.querySelector('#voice .track i')).transform).a > 0.3"
    )
    panel.get_by_role("button", name="暂停播放").click()
    expect(panel.locator(".player[data-playing=false]")).to_be_visible()
    page.get_by_role("button", name="发送录音").click()

    has_spoken(candidate)
    heard(candidate, 1)
    expect(candidate.composer).to_be_focused()
    assert kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    page.locator(".row.me").get_by_role("button", name="播放录音").click()
    expect(page.locator(".row.me .player[data-playing=true]")).to_be_visible()

    (recording,) = own_messenger.recordings()
    container, codec, energy = loudness(recording)
    assert "webm" in container
    assert codec == "opus"
    assert 2.8 < len(energy) / 10 < 4.5
    assert max(energy) > 0.05
    assert min(energy[2:]) < max(energy) / 10
    turns = sum((one > max(energy) / 4) != (other > max(energy) / 4) for one, other in pairwise(energy))
    assert turns >= 4, "loud and silent in turn, as the microphone heard it"
    assert len(recording) < 32_000 / 8 * len(energy) / 10 * 1.5
    page.reload()
    heard(candidate, 1)
    has_spoken(candidate)
    assert not candidate.complaints()


def test_what_is_cancelled_or_deleted_is_gone(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
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
    assert kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    page.reload()
    candidate.is_connected()
    expect(page.locator("#mic")).to_be_visible()
    expect(page.locator("#voice")).to_be_hidden()
    candidate.has_said("同意并开始")
    assert not candidate.complaints()


def test_a_press_by_mistake_is_no_message(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
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
    candidate = begun(visit, messenger)
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
    page.keyboard.press("Enter")  # short as it is, the recording ends


def test_after_ten_minutes_it_stops_by_itself(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, **MAY)
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
    candidate = visit(messenger.address, **MAY)
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
    has_spoken(candidate)


@pytest.mark.parametrize(
    ("error", "told"),
    [("", "没有使用麦克风的权限"), ("NotFoundError", "没有找到麦克风"), ("NotReadableError", "麦克风暂时用不了")],
)
def test_without_a_microphone_one_types(messenger: Installation, visit: Visit, error: str, told: str) -> None:
    candidate = visit(messenger.address, permissions=[])  # the permission prompt is not answered, which refuses it
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
    candidate = visit(messenger.address, **MAY)
    candidate.page.add_init_script("delete window.MediaRecorder")
    candidate.open()
    candidate.is_connected()
    expect(candidate.page.locator("#mic")).to_be_hidden()
    expect(candidate.page.locator("#send")).to_be_visible()
    expect(candidate.composer).to_have_attribute("placeholder", "输入您的回答…")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_the_narrowest_phone(messenger: Installation, visit: Visit, scheme: str) -> None:
    phone = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
    candidate = visit(
        messenger.address, locale="en-GB", color_scheme=scheme, reduced_motion="reduce", **MAY, **phone
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
    has_spoken(candidate)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(FAINT) == []
    assert not candidate.complaints()
