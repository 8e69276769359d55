"""Who may enter, with a personal link and without one."""

import json
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import WebSocket, expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_an_invitation_greets_by_name_and_serves_one_person(messenger: Installation, visit: Visit) -> None:
    messenger.command("open", "branch-manager", "--code", "bm")
    link = messenger.invite("bm", "李四")
    invited = visit(messenger.address).open(link)
    invited.sees("您好，李四！")
    expect(invited.page.locator("#title")).to_have_text("分公司负责人 · 公开选聘")
    assert "start" not in urlsplit(invited.page.url).query  # a copied address must not contain the token
    invited.press("同意并开始")
    invited.sees("第 1/7 题")
    before = invited.texts()

    stranger = visit(messenger.address).open(link)
    stranger.sees("这场面试是在另一台设备或另一个账号上开始的")
    assert "李四" not in "".join(stranger.texts())
    expect(stranger.messages).to_have_count(1)
    stranger.say("那我怎么办")
    expect(stranger.messages).to_have_count(2)
    assert "李四" not in "".join(stranger.texts())

    invited.open(link)
    invited.sees("第 1/7 题")
    invited.page.reload()
    invited.sees("第 1/7 题")
    assert invited.texts()[: len(before)] == before
    assert not invited.complaints()
    assert not stranger.complaints()


def test_a_public_page_is_kind_to_whoever_has_no_invitation(public_messenger: Installation, visit: Visit) -> None:
    stranger = visit(public_messenger.address).open()
    page = stranger.page
    expect(page.get_by_role("heading", name="请通过邀请链接进入面试")).to_be_visible()
    expect(stranger.composer).to_be_hidden()

    public_messenger.command("open", "campus-analyst", "--code", "campus")
    page.goto(public_messenger.invite("campus", "王五"))
    stranger.sees("您好，王五！")
    expect(page.locator("#recruiter")).to_be_hidden()
    expect(page.locator("#tabs")).to_be_hidden()
    assert not stranger.complaints()


def test_a_public_installation_has_no_recruiters_pane(public_messenger: Installation, visit: Visit) -> None:
    page = visit(public_messenger.address).open().page
    expect(page.locator("#door")).to_be_visible()  # by now the page's own socket has been closed
    heard: list[str | bytes] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(frame))

    page.on("websocket", listen)
    with page.expect_websocket() as opened:
        page.evaluate(
            """() => {
                const socket = new WebSocket(`ws://${location.host}/ws`);
                socket.onopen = () => socket.send(JSON.stringify({hello: {pane: "recruiter"}}));
            }"""
        )
    socket = opened.value
    if not socket.is_closed():
        socket.wait_for_event("close")
    assert [json.loads(frame) for frame in heard] == [{"denied": "not_here"}]
