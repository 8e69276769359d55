"""Messages of the bot that replace earlier ones: the page, with frames made by the test."""

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
    """The server's end of the page's socket. A page that connects later gets what was sent before."""

    def __init__(self) -> None:
        self._items: list[dict[str, Any]] = []
        self._socket: WebSocketRoute | None = None
        self.heard: list[dict[str, Any]] = []

    def answer(self, socket: WebSocketRoute) -> None:
        socket.on_message(lambda text: self._hear(socket, json.loads(text)))

    def say(self, text: str, *choices: str, **more: Any) -> None:
        offered = [[choice, choice] for choice in choices]
        item = {"from": "bot", "at": AT, "text": text, "choices": offered, "seq": len(self._items) + 1, **more}
        self._items.append(item)
        if self._socket:
            self._socket.send(json.dumps({"item": item}))

    def _hear(self, socket: WebSocketRoute, frame: dict[str, Any]) -> None:
        if "hello" not in frame:
            self.heard.append(frame)
            if "id" in frame:
                self._socket_send(ack=frame["id"])
            return
        self._socket = socket
        self._socket_send(welcome={"title": {"zh": "面试", "en": "Interview"}, "recruiter": False, "voice": False})
        for item in self._items:
            self._socket_send(item=item)
        self._socket_send(caughtup=len(self._items))

    def _socket_send(self, **frame: Any) -> None:
        assert self._socket
        self._socket.send(json.dumps(frame))


def _visited(visit: Visit, messenger: Installation) -> tuple[Visitor, Server]:
    candidate, server = visit(messenger.address), Server()
    candidate.page.route_web_socket("**/ws", server.answer)
    candidate.open()
    candidate.is_connected()
    return candidate, server


def _shown(candidate: Visitor, *texts: str) -> None:
    expect(candidate.messages.locator(".text")).to_have_text(texts)


def test_a_message_is_replaced_in_its_place_also_after_a_reload(messenger: Installation, visit: Visit) -> None:
    candidate, server = _visited(visit, messenger)
    server.say("第一题", "submit", "leave")
    server.say("收到 0:42 的语音", id="bot-1")
    server.say("另一条")
    candidate.is_offered("submit", "leave")
    server.say("转写:「我叫张三」", "submit", "redo", edits="bot-1", bold=[[0, 2]])
    for _ in range(2):
        _shown(candidate, "第一题", "转写:「我叫张三」", "另一条")
        candidate.is_offered("submit", "redo")
        expect(candidate.messages.nth(1).locator("strong")).to_have_text("转写")
        expect(candidate.messages.nth(0).locator(".choice:disabled")).to_have_count(2)
        candidate.page.reload()
        candidate.is_connected()
    candidate.press("redo")
    candidate.has_said("redo")
    assert server.heard[-1]["choice"] == "redo"
    server.say("转写:「我叫李四」", "submit", edits="bot-1")
    _shown(candidate, "第一题", "转写:「我叫李四」", "另一条")
    candidate.is_offered("submit")
    server.say("已提交", edits="bot-1")
    candidate.is_offered()
    assert not candidate.complaints()


def test_what_newer_messages_offer_stays_good(messenger: Installation, visit: Visit) -> None:
    """The transcript of the first recording arrives while the candidate looks at the answer to the second."""
    candidate, server = _visited(visit, messenger)
    server.say("收到第一条语音", id="bot-1")
    server.say("收到第二条语音", "submit@2", id="bot-2")
    server.say("转写一", "submit@1", "redo@1", edits="bot-1")
    candidate.is_offered("submit@1", "redo@1", "submit@2")
    server.say("转写二", "submit@3", edits="bot-2")
    candidate.is_offered("submit@1", "redo@1", "submit@3")
    server.say("第二题", "leave")
    candidate.is_offered("leave")
    server.say("转写三", edits="bot-1")
    candidate.is_offered("leave")
    _shown(candidate, "转写三", "转写二", "第二题")
    assert not candidate.complaints()


def test_a_replacement_of_what_is_not_there_is_a_message(messenger: Installation, visit: Visit) -> None:
    candidate, server = _visited(visit, messenger)
    server.say("转写", "submit", edits="bot-7")
    _shown(candidate, "转写")
    server.say("转写，改过的", "submit", edits="bot-7")
    _shown(candidate, "转写，改过的")
    candidate.is_offered("submit")


def test_a_replacement_is_told_politely_and_takes_no_focus(messenger: Installation, visit: Visit) -> None:
    candidate, server = _visited(visit, messenger)
    server.say("收到语音", "submit", id="bot-1")
    candidate.is_offered("submit")
    inside = candidate.page.locator("[role=log][aria-live=polite][aria-busy=false] .row.bot .text")
    expect(inside).to_have_text("收到语音")
    candidate.composer.fill("正在打字")
    candidate.composer.focus()
    server.say("转写", "submit", edits="bot-1")
    expect(inside).to_have_text("转写")
    expect(candidate.composer).to_be_focused()
    expect(candidate.composer).to_have_value("正在打字")
    candidate.page.locator(".choice").focus()
    server.say("转写二", "redo", edits="bot-1")
    expect(inside).to_have_text("转写二")
    expect(candidate.composer).to_be_focused()  # the focused button is gone


def test_a_message_is_sent_until_it_is_acknowledged(messenger: Installation, visit: Visit) -> None:
    """It is not enough that the message came back: the server may have died before recording it."""
    candidate, server = _visited(visit, messenger)
    server.say("第一题", "submit")
    real = server._socket_send
    server._socket_send = lambda **frame: None if "ack" in frame else real(**frame)  # type: ignore[method-assign]
    candidate.say("我学统计。")
    expect(candidate.page.locator(".row.me")).to_have_count(1)
    candidate.page.wait_for_function("() => Object.keys(localStorage).some(key => key.includes('.out.'))")
    (said,) = server.heard
    server.say("我学统计。", id=said["id"], **{"from": "me"})
    expect(candidate.page.locator(".row.me[data-state=sent]")).to_have_count(1)
    server._socket_send = real  # type: ignore[method-assign]
    candidate.page.reload()
    candidate.has_said("我学统计。")
    candidate.page.wait_for_function("() => Object.keys(localStorage).every(key => !key.includes('.out.'))")
    assert server.heard == [said, said]
