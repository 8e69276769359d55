"""Voice answers over breaking connections, and in pages that are closed at the worst moments."""

import pytest
from playwright.sync_api import Request, Route, expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.voice.speaking import (
    DURATION,
    MAY,
    VOICE,
    begun,
    browser,
    has_spoken,
    heard,
    kept_in_the_browser,
)

__all__ = ["browser"]
pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_a_line_that_breaks_while_it_is_sent(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
    page = candidate.page
    page.route(VOICE, lambda route: route.abort("internetdisconnected"))
    candidate.speak()
    page.locator("#voice-send").click()
    waiting = page.locator(".row.me[data-state=waiting]")
    expect(waiting).to_contain_text("已保留，联网后发送")
    candidate.say("录音之后写的。")
    expect(waiting.get_by_text(DURATION)).to_be_visible()
    page.unroute(VOICE)
    page.evaluate("dispatchEvent(new Event('online'))")
    candidate.has_said("同意并开始", DURATION, "录音之后写的。")
    has_spoken(candidate)
    heard(candidate, 1)
    page.reload()
    candidate.has_said("同意并开始", DURATION, "录音之后写的。")
    heard(candidate, 1)
    assert not candidate.complaints(down=True)


def test_an_answer_that_is_lost_on_the_way_back(own_messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, own_messenger)
    attempts: list[str] = []

    def swallow(route: Route, request: Request) -> None:
        attempts.append(request.url)
        if len(attempts) == 1:
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    candidate.page.route(VOICE, swallow)
    candidate.speak()
    candidate.page.locator("#voice-send").click()
    has_spoken(candidate)
    heard(candidate, 1)
    assert len(attempts) == 2
    assert attempts[0] == attempts[1]
    assert len(own_messenger.recordings()) >= 1
    candidate.page.reload()
    candidate.has_said("同意并开始", DURATION)
    heard(candidate, 1)


def test_a_page_that_is_closed_in_the_middle_of_sending(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
    page = candidate.page
    held: list[Route] = []
    page.route(VOICE, lambda route: held.append(route))  # never answered
    candidate.speak()
    page.locator("#voice-send").click()
    expect(page.locator(".row.me[data-state=sending]").get_by_text(DURATION)).to_be_visible()
    expect(page.locator(".bubble progress")).to_have_attribute("aria-label", "录音发送进度")
    assert kept_in_the_browser(candidate)["kept"] == 1
    candidate.say("录音之后写的。")
    page.close()

    other = visit(messenger.address, beside=candidate).open()
    other.has_said("同意并开始", DURATION, "录音之后写的。")
    has_spoken(other)
    heard(other, 1)
    assert held
    assert not other.complaints()


def test_a_page_that_is_closed_while_it_records(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
    page = candidate.page
    page.locator("#mic").click()
    expect(page.locator("#voice-time")).to_have_text("0:03")
    page.reload()
    expect(page.locator("#voice-note")).to_contain_text("已经为您保留")
    page.get_by_role("button", name="播放录音").click()
    expect(page.locator(".player[data-playing=true]")).to_be_visible()
    page.get_by_role("button", name="发送录音").click()
    has_spoken(candidate)
    heard(candidate, 1)
    assert kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    assert not candidate.complaints()


def test_another_tab_leaves_a_running_recording_alone(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
    candidate.page.locator("#mic").click()
    expect(candidate.page.locator("#voice-time")).to_have_text("0:02")
    other = visit(messenger.address, beside=candidate).open()
    other.is_connected()
    expect(other.page.locator("#mic")).to_be_visible()
    expect(other.page.locator("#voice")).to_be_hidden()
    candidate.page.bring_to_front()
    candidate.page.locator("#voice-stop").click()
    candidate.page.locator("#voice-send").click()
    has_spoken(candidate)
    expect(other.page.locator(".row.me .text").get_by_text(DURATION)).to_be_visible()


def test_before_the_consent_it_is_kept_and_sent_again_after(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, **MAY).open()
    candidate.is_connected()
    expect(candidate.page.locator("#mic")).to_be_hidden()
    candidate.page.evaluate("document.getElementById('mic').hidden = false")  # as if the page did not know yet
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
    candidate.has_said("同意并开始", DURATION)
    has_spoken(candidate)
    heard(candidate, 1)


def test_a_recording_that_waits_for_long_can_be_given_up(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
    page = candidate.page
    page.route(
        VOICE, lambda route: route.fulfill(status=503, headers={"retry-after": "0.1"}, json={"why": "try_later"})
    )
    candidate.speak()
    page.locator("#voice-send").click()
    candidate.say("录音之后写的。")
    expect(page.locator(".problem")).to_contain_text("录音暂时发不出去")
    page.locator(".problem").get_by_role("button", name="移除").click()
    candidate.has_said("同意并开始", "录音之后写的。")
    page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('.out.'))")
    assert kept_in_the_browser(candidate)["kept"] == 0


def test_what_was_sent_can_be_heard_again_later(messenger: Installation, visit: Visit) -> None:
    candidate = begun(visit, messenger)
    page = candidate.page
    candidate.speak()
    page.locator("#voice-send").click()
    has_spoken(candidate)
    assert kept_in_the_browser(candidate) == {"kept": 0, "pieces": 0}
    page.reload()
    has_spoken(candidate)
    with page.expect_response("**/own/*/voice") as answer:
        page.locator(".row.me").get_by_role("button", name="播放录音").click()
    assert answer.value.status == 200
    expect(page.locator(".row.me .player[data-playing=true]")).to_be_visible()

    page.reload()
    page.route("**/own/*/voice", lambda route: route.fulfill(status=503))
    page.locator(".row.me").get_by_role("button", name="播放录音").click()
    expect(page.locator(".row.me .problem")).to_have_text("这段录音暂时播放不了，请稍后再点一次。")
