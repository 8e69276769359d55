"""How the console's page handles refusals, repeats and secrets, with frames made by the test."""

import json
from typing import Any

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]
AT = 1_790_000_000_000


class Server:
    """The server's end of both sockets. It records only the frames of the pane."""

    def __init__(self) -> None:
        self._socket: WebSocketRoute | None = None
        self._items: list[dict[str, Any]] = []
        self.heard: list[dict[str, Any]] = []

    def answer(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda text: self._hear(socket, json.loads(text)))

    def _hear(self, socket: WebSocketRoute, frame: dict[str, Any]) -> None:
        if "id" in frame:
            self.heard.append(frame)
        if "hello" not in frame:
            return
        pane = frame["hello"].get("pane") == "recruiter"
        welcome = {"title": {"zh": "面试"}, "recruiter": not pane, "voice": False, "console": pane}
        socket.send(json.dumps({"welcome": welcome}))
        if pane:
            self._socket = socket
            for item in self._items:
                self.send(item=item)
        socket.send(json.dumps({"caughtup": len(self._items) if pane else 0}))

    def send(self, **frame: Any) -> None:
        assert self._socket
        self._socket.send(json.dumps(frame))

    def say(self, text: str, **more: Any) -> None:
        item = {"from": "bot", "at": AT, "text": text, "seq": len(self._items) + 1, **more}
        self._items.append(item)
        self.send(item=item)


def opened(visit: Visit, messenger: Installation) -> tuple[Visitor, Server]:
    recruiter, server = visit(messenger.address), Server()
    recruiter.page.route_web_socket("**/ws", server.answer)
    recruiter.open()
    expect(recruiter.page.locator("#notices[aria-busy=false]")).to_be_attached()
    return recruiter, server


def give(recruiter: Visitor, server: Server, line: str) -> dict[str, Any]:
    """Type a line and return the frame that the server gets."""
    before = len(server.heard)
    recruiter.command_line.fill(line)
    recruiter.command_line.press("Enter")
    return heard(recruiter, server, before + 1)


def heard(recruiter: Visitor, server: Server, count: int) -> dict[str, Any]:
    for _ in range(1000):
        if len(server.heard) >= count:
            return server.heard[-1]
        recruiter.page.wait_for_timeout(10)  # lets Playwright report what has arrived
    raise AssertionError(f"{len(server.heard)} of {count} came")


def test_a_refused_line_goes_back_into_the_field(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    frame = give(recruiter, server, "/org add")
    assert (frame["text"], frame["language"]) == ("/org add", "zh")
    server.send(refused=frame["id"], why="malformed")
    own = recruiter.page.locator(".said[data-state=refused]")
    expect(own).to_contain_text("这条命令无法处理")
    own.get_by_role("button", name="放回输入框").click()
    expect(recruiter.command_line).to_have_value("/org add")
    expect(recruiter.command_line).to_be_focused()
    expect(own).to_have_count(0)
    assert not recruiter.complaints()


def test_a_failed_line_can_be_sent_again_as_a_new_one(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    first = give(recruiter, server, "/org")
    server.send(refused=first["id"], why="failed")
    recruiter.page.get_by_role("button", name="重新发送").click()
    second = heard(recruiter, server, 2)
    assert (second["text"], second["id"] != first["id"]) == ("/org", True)
    server.send(ack=second["id"])
    expect(recruiter.page.locator(".said")).to_have_count(1)
    expect(recruiter.page.locator(".said[data-state=sent]")).to_have_count(1)


def test_lines_wait_for_each_other_and_are_repeated_under_their_id(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    first = give(recruiter, server, "/org add A")
    recruiter.command_line.fill("/org add B")
    recruiter.command_line.press("Enter")
    expect(recruiter.page.locator(".said[data-state=sending]")).to_have_count(2)
    server.send(retry=first["id"], after_s=0.2)
    assert heard(recruiter, server, 2) == first
    recruiter.page.reload()  # neither is lost when the page is loaded again
    assert heard(recruiter, server, 3) == first
    server.send(ack=first["id"])
    assert heard(recruiter, server, 4)["text"] == "/org add B"
    server.send(ack=server.heard[-1]["id"])
    expect(recruiter.page.locator(".said[data-state=sent]")).to_have_count(2)
    recruiter.page.reload()
    expect(recruiter.page.locator("#notices[aria-busy=false]")).to_be_attached()
    expect(recruiter.page.locator(".said")).to_have_count(0)
    assert len(server.heard) == 4


def test_a_refused_button_can_be_pressed_again(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    server.say("要删除吗？", choices=[["/yes 1", "确定"], ["/no 1", "不做了"]])
    yes = recruiter.page.get_by_role("button", name="确定")
    yes.click()
    frame = heard(recruiter, server, 1)
    assert (frame["choice"], frame["label"]) == ("/yes 1", "确定")
    expect(yes).to_be_disabled()
    expect(recruiter.command_line).to_be_focused()
    server.send(refused=frame["id"], why="failed")
    expect(yes).to_be_enabled()
    expect(yes).to_have_class("act")
    recruiter.page.get_by_role("button", name="移除").click()
    expect(recruiter.page.locator(".said")).to_have_count(0)


def test_a_line_is_shown_as_it_was_stored(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    frame = give(recruiter, server, "/bot add 123:AbC")
    server.say("/bot …", **{"from": "me", "id": frame["id"]})
    server.send(ack=frame["id"])
    expect(recruiter.page.locator(".said .text")).to_have_text("/bot …")
    expect(recruiter.page.locator(".said[data-state=sent]")).to_have_count(1)
    recruiter.command_line.press("ArrowUp")
    expect(recruiter.command_line).to_have_value("/bot …")
    kept = recruiter.page.evaluate("JSON.stringify([{...sessionStorage}, {...localStorage}])")
    assert "AbC" not in kept


def test_a_message_takes_the_place_of_an_earlier_one(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    server.say("one of two", id="bot-1")
    server.say("later", id="later")
    server.say("two of two", edits="bot-1")
    expect(recruiter.notices.locator(".text")).to_have_text(["two of two", "later"])
    recruiter.page.reload()
    expect(recruiter.notices.locator(".text")).to_have_text(["two of two", "later"])
    server.say("later, too", edits="later")
    server.say("last")
    expect(recruiter.page.locator("#notices .day")).to_have_count(1)


def test_what_is_written_is_text(messenger: Installation, visit: Visit) -> None:
    recruiter, server = opened(visit, messenger)
    markup = '<img src=x onerror="document.title=1"><b>bold</b>'
    server.say(markup, choices=[["/a", markup]], file={"name": markup, "address": "javascript:document.title=1"})
    card = recruiter.notices.last
    expect(card.locator(".text")).to_have_text(markup)
    expect(card.locator(".act")).to_have_text(markup)
    expect(card.locator(".file")).to_have_text(markup)
    assert card.locator(".file").get_attribute("href") is None
    assert card.locator("img, b").count() == 0
    assert not recruiter.complaints()
