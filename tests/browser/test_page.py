"""The page around the conversation: the header, files, the calendar, and closing the page."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Route, expect

from bot.channels.web.sockets import OPEN_ELSEWHERE
from tests.browser.fake_messenger import ADDRESS, PLACE, FakeMessenger
from tests.browser.test_accessibility import FAINT, UNNAMED
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

_TOKEN, _OTHER = "token-of-amber-0000000", "token-of-birch-0000000"
_LINK = f"{ADDRESS}/?start={_TOKEN}"
_PHONE = {"viewport": {"width": 320, "height": 568}, "is_mobile": True, "has_touch": True}
_AT_MS = 1_790_003_600_000


class Somebody:
    """A candidate with an invitation, on a page whose server is a fake."""

    def __init__(self, browser: Browser, **settings: Any) -> None:
        self.context: BrowserContext = browser.new_context(**({"locale": "en-GB"} | settings))
        self.context.set_default_timeout(10_000)
        self.messenger = FakeMessenger(self.context, {_TOKEN: "amber", _OTHER: "birch"})
        self.visitor = self.tab().open(_LINK)
        self.page = self.visitor.page
        self.visitor.sees("Hello amber")

    def tab(self) -> Visitor:
        return Visitor(self.context.new_page(), ADDRESS)

    def at(self, **place: Any) -> None:
        self.messenger.tell(place={**PLACE, **place})


@pytest.fixture
def amber(browser: Browser) -> Iterator[Somebody]:
    somebody = Somebody(browser)
    yield somebody
    assert not somebody.visitor.complaints()
    somebody.context.close()


@pytest.mark.parametrize(
    ("language", "count", "stage", "ask", "until"),
    [
        ("en-GB", "Question 1 of 2", "Introduction", "Please introduce yourself.", "Deadline: "),
        ("zh-CN", "第 1 / 2 题", "自我介绍", "请介绍一下自己。", "截止时间："),
    ],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_question_is_one_tap_away(
    browser: Browser, language: str, count: str, stage: str, ask: str, until: str, scheme: str
) -> None:
    somebody = Somebody(browser, locale=language, color_scheme=scheme, reduced_motion="reduce", **_PHONE)
    page, question, sheet = somebody.page, somebody.page.locator("#question"), somebody.page.locator("#sheet")
    expect(question).to_contain_text(stage)
    expect(question).to_contain_text(count)
    question.tap()
    expect(sheet).to_contain_text(ask)
    expect(sheet).to_contain_text(until)
    assert page.evaluate(FAINT.replace("#app *", "#sheet *")) == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(question).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(FAINT) == page.locator("button").evaluate_all(UNNAMED) == []
    somebody.at(number=2, stage={"zh": "情景", "en": "Scenario"})
    expect(question).to_contain_text("2")
    expect(page.locator("#done")).to_have_attribute("value", "1")
    assert not somebody.visitor.complaints()
    somebody.context.close()


def test_before_and_after_there_is_no_question_to_look_at(amber: Somebody) -> None:
    question = amber.page.locator("#question")
    amber.at(phase="guided", number=0, stage={}, question={})
    expect(question).to_have_text("Not started · 2 questions")
    expect(question).to_be_disabled()
    amber.at(phase="completed", number=0, stage={}, question={})
    expect(question).to_have_text("Interview complete")
    expect(amber.page.locator("#done")).to_have_attribute("value", "2")


def test_a_pause_is_told_beside_the_number(amber: Somebody) -> None:
    question = amber.page.locator("#question")
    amber.at(phase="paused", number=2)
    expect(question).to_contain_text("Paused")
    expect(question).to_contain_text("Question 2 of 2")
    question.click()
    expect(amber.page.locator("#sheet")).to_contain_text("Introduction")


def test_only_what_is_taken_is_offered(amber: Somebody) -> None:
    page, field = amber.page, amber.visitor.composer
    expect(page.locator("#mic")).to_be_visible()
    expect(page.locator("#clip")).to_be_visible()
    expect(field).to_have_attribute("placeholder", "Type or speak…")
    amber.at(voice=False, files=False)
    expect(page.locator("#mic")).to_be_hidden()
    expect(page.locator("#clip")).to_be_hidden()
    expect(page.locator("#send")).to_be_visible()
    expect(field).to_have_attribute("placeholder", "Type your answer…")


def test_a_file_is_sent_as_it_is(amber: Somebody) -> None:
    uploads: list[tuple[str, bytes]] = []

    def take(route: Route) -> None:
        request = route.request
        uploads.append((request.url, request.post_data_buffer or b""))
        assert request.headers["x-xumian-key"] in amber.messenger.keys
        if len(uploads) == 1:
            route.fulfill(status=415, json={"why": "no_files"})
        else:
            route.fulfill(json={"id": "x"})

    page = amber.page
    page.route("**/file/*", take)
    file: FilePayload = {"name": "证书 1.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 certificate"}
    page.locator("#answer-file").set_input_files([file])
    refused = page.locator(".row.me[data-state=refused]")
    expect(refused).to_contain_text("证书 1.pdf")
    expect(refused).to_contain_text("This question takes no files")
    refused.get_by_role("button", name="Remove").click()
    expect(page.locator(".row.me")).to_have_count(0)

    page.locator("#answer-file").set_input_files([file])
    expect(page.locator(".row.me[data-state=sent]")).to_contain_text("证书 1.pdf")
    assert [body for _, body in uploads] == [b"%PDF-1.7 certificate"] * 2
    assert "name=%E8%AF%81%E4%B9%A6+1.pdf" in uploads[1][0]
    empty: FilePayload = {"name": "empty.txt", "mimeType": "text/plain", "buffer": b""}
    page.locator("#answer-file").set_input_files([empty])
    expect(page.locator("#voice-note")).to_contain_text("There is nothing in this file")
    expect(page.locator(".row.me")).to_have_count(1)
    amber.visitor._complaints.clear()  # the browser reports the 415


def test_dots_are_shown_only_where_an_answer_comes(amber: Somebody) -> None:
    hint = amber.page.locator("#hint")
    amber.visitor.say("first")
    amber.visitor.has_said("first")
    expect(hint).to_be_hidden()
    amber.messenger.answers = True
    amber.visitor.say("second")
    expect(hint).to_contain_text("typing")
    amber.messenger.say("An answer.")
    amber.visitor.sees("An answer.")
    expect(hint).to_be_hidden()


def test_a_moment_goes_into_the_calendar_and_is_told_of_in_the_browser(browser: Browser) -> None:
    somebody = Somebody(browser, permissions=[])
    page = somebody.page
    page.add_init_script(
        """window.shown = [];
        window.Notification = class {
            static permission = "default";
            static async requestPermission() { return (this.permission = "granted"); }
            constructor(title, options) { window.shown.push([title, options.body]); }
        };"""
    )
    page.reload()
    somebody.visitor.is_connected()
    page.route(
        "**/calendar/*.ics", lambda route: route.fulfill(body="BEGIN:VCALENDAR", content_type="text/calendar")
    )
    somebody.messenger.say("I will remind you at eight.", calendar=_AT_MS)
    with page.expect_request("**/calendar/*.ics") as asked, page.expect_download() as download:
        page.get_by_role("button", name="Add to calendar").click()
    assert asked.value.url == f"{ADDRESS}/calendar/{_AT_MS}.ics"
    assert asked.value.headers["x-xumian-key"] in somebody.messenger.keys
    assert download.value.suggested_filename == "Interview reminder.ics"

    page.get_by_role("button", name="Notify me in this browser").click()
    expect(page.locator(".reminder")).to_contain_text("You will be notified")
    somebody.messenger.say("While it is looked at, nothing is shown.")
    somebody.visitor.sees("nothing is shown")
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { get: () => true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    somebody.messenger.say("A secret of the interview.")
    somebody.visitor.sees("A secret")
    assert page.evaluate("shown") == [["Interview", "There is a new message in your interview"]]
    assert not somebody.visitor.complaints()
    somebody.context.close()


def test_text_runs_in_its_own_direction(amber: Somebody) -> None:
    amber.messenger.say("مرحبا بكم في المقابلة")
    amber.visitor.sees("مرحبا")
    direction = "node => getComputedStyle(node).direction"
    assert amber.visitor.messages.last.locator(".text").evaluate(direction) == "rtl"
    assert amber.visitor.messages.first.locator(".text").evaluate(direction) == "ltr"
    amber.visitor.composer.fill("שלום")
    assert amber.visitor.composer.evaluate(direction) == "rtl"


def test_closed_in_one_tab_it_is_closed_in_all_and_its_link_leads_back(amber: Somebody) -> None:
    page = amber.page
    amber.visitor.say("My name is Amber.")
    amber.visitor.has_said("My name is Amber.")
    amber.messenger.go_offline()
    amber.visitor.has_lost_the_connection()
    amber.visitor.say("not sent")
    other = amber.tab().open(page.url)
    expect(other.page.locator(".row.me")).to_have_count(1)
    page.bring_to_front()
    page.get_by_role("button", name="Not you?").click()
    leaving = page.get_by_role("dialog", name="Close this interview on this device?")
    expect(leaving).to_contain_text("Something has not been sent yet")
    leaving.get_by_role("button", name="Keep it open").click()
    expect(page.locator(".row.me")).to_have_count(2)
    page.get_by_role("button", name="Not you?").click()
    leaving.get_by_role("button", name="Close it").click()
    for tab in (page, other.page):
        expect(tab.get_by_role("heading", name="Closed on this device")).to_be_visible()
        expect(tab.locator("#door")).to_contain_text("这台设备上不再保留")
        assert "amber" not in tab.evaluate("document.body.innerText").lower()
    left = json.dumps(page.evaluate("Object.entries(localStorage)"))
    assert "amber" not in left.lower()
    assert "not sent" not in left
    page.reload()
    expect(page.get_by_role("heading", name="Closed on this device")).to_be_visible()

    amber.messenger.offline = False
    page.goto("about:blank")
    amber.visitor.open(_LINK)
    amber.visitor.has_said("My name is Amber.")
    assert amber.messenger.said == {"amber": ["My name is Amber."]}
    amber.visitor._complaints.clear()  # the browser reports failed sockets


def test_a_tab_that_gave_way_says_so_and_comes_back_only_if_asked(amber: Somebody) -> None:
    visitor, page = amber.visitor, amber.page
    visitor.composer.fill("not written to its end")
    page.clock.install()
    amber.messenger.close(OPEN_ELSEWHERE)
    expect(page.locator("#elsewhere")).to_contain_text("This interview is open in another window.")
    page.clock.run_for(120_000)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#connection[data-state=elsewhere]")).to_have_text("Open in another window")
    expect(page.locator("#banner")).to_be_empty()
    page.get_by_role("button", name="Continue here").click()
    visitor.is_connected()
    expect(page.locator("#elsewhere")).to_be_hidden()
    expect(visitor.composer).to_have_value("not written to its end")
    visitor.say("and on it goes")
    visitor.has_said("and on it goes")


def test_two_links_are_two_interviews(amber: Somebody) -> None:
    birch = amber.tab().open(f"{ADDRESS}/?start={_OTHER}")
    birch.sees("Hello birch")
    assert birch.page.url != amber.page.url
    nobody = amber.tab().open()
    expect(nobody.page.locator("#door")).to_contain_text("Several interviews are open in this browser.")
    expect(nobody.page.locator("#door")).to_contain_text("请重新打开您自己的邀请链接")
    birch.open(_LINK)
    birch.sees("Hello amber")
    birch.page.go_back()
    birch.sees("Hello birch")
    assert not birch.complaints()


def test_while_nothing_has_come_there_are_ghosts(browser: Browser) -> None:
    context = browser.new_context(locale="en-GB")
    messenger = FakeMessenger(context, {_TOKEN: "amber"})
    messenger.offline = True
    visitor = Visitor(context.new_page(), ADDRESS).open(_LINK)
    expect(visitor.page.locator("#ghosts")).to_be_visible()
    messenger.offline = False
    visitor.page.evaluate("dispatchEvent(new Event('online'))")
    visitor.sees("Hello amber")
    expect(visitor.page.locator("#ghosts")).to_have_count(0)
    context.close()
