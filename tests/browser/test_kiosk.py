"""A shared computer: one candidate after another, and nothing of anyone is left on it."""

import re
from collections.abc import Iterator

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect
from redis import Redis

from storage import keys
from storage.ports import Campaign
from tests.browser.conftest import Visit
from tests.browser.fake_messenger import ADDRESS, PLACE, FakeMessenger
from tests.browser.installation import Installation
from tests.browser.test_accessibility import UNNAMED
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

_CODE = "poster"
_RESUME = "ABCD-EFGH"
_LEFT = """async () => [
    ...Object.entries(localStorage), ...Object.entries(sessionStorage),
    ...(await indexedDB.databases()).map(each => each.name),
    document.body.innerText, document.getElementById('composer').value,
].join('\\n')"""
_LOOK_AWAY = """hidden => {
    Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


class Kiosk:
    def __init__(self, browser: Browser, language: str = "en-GB") -> None:
        self.context = browser.new_context(locale=language, reduced_motion="reduce")
        self.context.set_default_timeout(10_000)
        self.messenger = FakeMessenger(self.context, {_RESUME: "somebody from elsewhere"}, kiosk=_CODE)
        self.page = self.context.new_page()
        self.page.clock.install()
        self.visitor = Visitor(self.page, f"{ADDRESS}/?start={_CODE}")

    def begin(self) -> Page:
        """Open the page and begin as someone new."""
        self.visitor.open()
        self.page.locator("#gate-new").click()
        self.visitor.is_connected()
        return self.page


@pytest.fixture
def kiosk(browser: Browser) -> Iterator[Kiosk]:
    opened = Kiosk(browser)
    yield opened
    opened.context.close()


def test_nobody_begins_unasked_and_whoever_is_new_sees_nothing_of_the_last(kiosk: Kiosk) -> None:
    page, visitor = kiosk.page, kiosk.visitor.open()
    gate = page.locator("#gate")
    expect(gate).to_be_visible()
    expect(page.get_by_role("heading", name="Continue, or somebody new?")).to_be_focused()
    expect(page.locator("#gate-continue")).to_be_hidden()
    expect(visitor.composer).to_be_hidden()
    assert kiosk.messenger.keys == {}
    assert (
        page.locator("button, input").evaluate_all(
            UNNAMED.replace("node.textContent", "(node.labels?.[0] ?? node).textContent")
        )
        == []
    )
    page.get_by_role("button", name="Start a new interview").click()
    visitor.sees("Hello visitor 1")
    assert page.url == f"{ADDRESS}/?start={_CODE}"
    visitor.say("My name is Ada.")
    visitor.has_said("My name is Ada.")
    visitor.composer.fill("I have not fin")

    page.reload()
    expect(page.locator("#gate-continue")).to_be_visible()
    expect(visitor.composer).to_be_hidden()
    page.get_by_role("button", name="Continue my interview").click()
    visitor.has_said("My name is Ada.")
    expect(visitor.composer).to_have_value("I have not fin")

    page.evaluate(_LOOK_AWAY, True)
    page.evaluate(_LOOK_AWAY, False)
    expect(gate).to_be_visible()
    expect(visitor.composer).to_be_hidden()
    page.get_by_role("button", name="Somebody new").click()
    visitor.sees("Hello visitor 2")
    left = page.evaluate(_LEFT)
    assert "Ada" not in left
    assert "I have not fin" not in left
    assert "visitor 1" not in left
    assert not visitor.complaints()


def test_after_two_minutes_of_nobody_all_is_forgotten(kiosk: Kiosk) -> None:
    page, visitor = kiosk.begin(), kiosk.visitor
    visitor.say("My name is Ada.")
    visitor.has_said("My name is Ada.")
    visitor.composer.fill("I have not fin")
    dialog = page.locator("#still-there")
    page.clock.run_for(85_000)
    expect(dialog).to_be_hidden()
    page.clock.run_for(7_000)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("Are you still there?")
    expect(page.locator("#still-here")).to_be_focused()
    page.keyboard.press("Shift")
    expect(dialog).to_be_hidden()

    page.clock.run_for(92_000)
    expect(dialog).to_contain_text("In 28 s")
    page.clock.run_for(29_000)
    expect(page.locator("#gate")).to_be_visible()
    expect(dialog).to_be_hidden()
    expect(page.locator("#gate-continue")).to_be_hidden()
    left = page.evaluate(_LEFT)
    for word in ("Ada", "I have not fin", "visitor 1", "xumian.recordings", "xumian.hold"):
        assert word not in left
    page.evaluate(_LOOK_AWAY, True)
    page.evaluate(_LOOK_AWAY, False)
    expect(page.locator("#gate-continue")).to_be_hidden()
    page.reload()
    expect(page.locator("#gate-continue")).to_be_hidden()
    assert kiosk.messenger.said == {"visitor 1": ["My name is Ada."]}
    assert not visitor.complaints()


def test_whoever_comes_after_two_minutes_finds_nothing_to_go_on_with(kiosk: Kiosk) -> None:
    page = kiosk.begin()
    page.goto("about:blank")
    other = kiosk.context.new_page()
    other.clock.install()
    other.clock.run_for(121_000)
    other.goto(f"{ADDRESS}/?start={_CODE}")
    expect(other.locator("#gate")).to_be_visible()
    expect(other.locator("#gate-continue")).to_be_hidden()


def test_whoever_does_not_choose_is_forgotten_too(kiosk: Kiosk) -> None:
    page = kiosk.begin()
    kiosk.visitor.say("My name is Ada.")
    kiosk.visitor.has_said("My name is Ada.")
    page.reload()
    expect(page.locator("#gate-continue")).to_be_visible()
    page.clock.run_for(121_000)
    expect(page.locator("#gate-continue")).to_be_hidden()
    assert "visitor 1" not in page.evaluate(_LEFT)


def test_the_end_is_thanked_and_then_forgotten(kiosk: Kiosk) -> None:
    page, visitor = kiosk.begin(), kiosk.visitor
    kiosk.messenger.tell(place={**PLACE, "phase": "completed", "number": 0})
    expect(page.locator("#thanks")).to_contain_text("Thank you!")
    page.clock.run_for(20_000)
    visitor.composer.press("Shift")  # still reading
    page.clock.run_for(20_000)
    expect(page.locator("#thanks")).to_contain_text("In 1")
    page.clock.run_for(11_000)
    expect(page.locator("#gate")).to_be_visible()
    assert "visitor 1" not in page.evaluate(_LEFT)

    kiosk.begin()
    kiosk.messenger.tell(place={**PLACE, "phase": "completed", "number": 0})
    page.locator("#finish").click()
    expect(page.locator("#gate")).to_be_visible()
    assert not visitor.complaints()


def test_a_resume_code_leads_to_what_was_begun_elsewhere(kiosk: Kiosk) -> None:
    page, visitor = kiosk.page, kiosk.visitor.open()
    page.locator("#gate-code").fill("WRON-GONE")
    page.keyboard.press("Enter")
    expect(page.locator("#gate-problem")).to_contain_text("This code is not valid or has expired")
    expect(page.locator("#gate-code")).to_be_focused()
    page.locator("#gate-code").fill(_RESUME)
    page.keyboard.press("Enter")
    visitor.sees("Hello somebody from elsewhere")
    page.locator("#not-you").click()
    page.locator("#leave").click()
    expect(page.locator("#gate")).to_be_visible()
    assert "elsewhere" not in page.locator(".row").all_inner_texts()
    assert not visitor.complaints()


def test_in_chinese(browser: Browser) -> None:
    kiosk = Kiosk(browser, "zh-CN")
    kiosk.visitor.open()
    expect(kiosk.page.get_by_role("heading", name="继续，还是换一个人？")).to_be_visible()
    kiosk.begin()
    kiosk.page.clock.run_for(91_000)
    expect(kiosk.page.locator("#still-there")).to_contain_text("您还在吗？")
    kiosk.context.close()


@pytest.mark.redis
def test_each_one_has_an_interview_of_their_own(public_messenger: Installation, visit: Visit) -> None:
    public_messenger.command("open", "campus-analyst", "--code", _CODE, "--walk-in")
    with Redis(unix_socket_path=str(public_messenger.redis_socket)) as client:
        campaign = msgspec.json.decode(client.get(keys.campaign(_CODE)) or b"", type=Campaign)
        client.set(keys.campaign(_CODE), msgspec.json.encode(msgspec.structs.replace(campaign, kiosk=True)))
    candidate = visit(f"{public_messenger.address}/?start={_CODE}").open()
    page = candidate.page
    expect(page.locator("#gate-title")).to_have_text("数据分析岗 · 校园招聘")
    page.locator("#gate-new").click()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.say("我是第一个人。")
    candidate.sees("已保存 ✓")
    candidate.choose_from_menu("换个设备继续")
    code = candidate.messages.filter(has_text=re.compile(r"[A-Z0-9]{4}-?[A-Z0-9]{4}")).last
    typed = re.findall(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", code.inner_text())[0]

    page.reload()
    page.locator("#gate-new").click()
    candidate.is_offered("同意并开始", "稍后再说", "个人信息说明", "技术支持", "English")
    assert "我是第一个人。" not in candidate.texts()
    page.reload()
    page.locator("#gate-code").fill(typed)
    page.keyboard.press("Enter")
    candidate.sees("我是第一个人。")
    candidate.sees("第 1/6 题")
    assert len(public_messenger.exported(_CODE)) == 2
    assert not candidate.complaints()
