"""The recruiter's pane as a console, on a real installation: commands, buttons, files, several tabs."""

import asyncio
import re
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from bot.channels.web.channel import MailboxChannel
from bot.channels.web.frames import PANE
from bot.clock import now_ms
from bot.media.archive import FolderArchive
from conversation.outbound import Attachment, Choice, OutboundMessage
from storage.redis.store import RedisStore
from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.test_accessibility import FAINT, UNNAMED
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]
PHONE = {"viewport": {"width": 360, "height": 640}, "is_mobile": True, "has_touch": True}
CSV = "姓名\n张三\n".encode()


def give(recruiter: Visitor, line: str) -> None:
    recruiter.command_line.fill(line)
    recruiter.command_line.press("Enter")


def is_told(recruiter: Visitor, text: str | re.Pattern[str]) -> None:
    """Check that the newest card contains this."""
    expect(recruiter.notices.last).to_contain_text(text)


def has_given(recruiter: Visitor, *lines: str) -> None:
    """Check that these are the recruiter's lines, and that all have been carried out."""
    expect(recruiter.page.locator(".said .bubble > :is(.text, .file)")).to_have_text(lines)
    expect(recruiter.page.locator(".said[data-state=sent]")).to_have_count(recruiter.page.locator(".said").count())


def send(messenger: Installation, *messages: OutboundMessage, files: tuple[bytes, ...] = ()) -> None:
    """Send messages to the pane as the delivery does, after archiving `files`."""

    async def deliver() -> None:
        archive = FolderArchive(messenger.archive_folder)
        for data in files:
            await archive.put(data)
        store = RedisStore.at(f"unix://{messenger.redis_socket}")
        channel = MailboxChannel("web", PANE.account, store.mailboxes, now_ms)
        for message in messages:
            await channel.send(message, f"0:{now_ms()}-{id(message)}")
        await store.close()

    _apart(deliver())


def _apart(work: Coroutine[Any, Any, None]) -> None:
    """Run the work in another thread, because Playwright has an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def test_commands_and_their_answers(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address).open()
    page = recruiter.page
    page.get_by_role("button", name="/help").click()  # one of the empty pane's examples
    is_told(recruiter, "招聘项目与邀请")
    expect(page.locator("#no-notices")).to_be_hidden()
    expect(recruiter.notices.last.locator("strong").first).to_have_text("招聘项目与邀请")
    give(recruiter, '/org add "东 区"')
    is_told(recruiter, "已增加「东 区」")
    give(recruiter, "组织")
    is_told(recruiter, re.compile("组织架构.*东 区", re.DOTALL))
    has_given(recruiter, "/help", '/org add "东 区"', "组织")
    page.reload()
    is_told(recruiter, re.compile("组织架构.*东 区", re.DOTALL))
    has_given(recruiter, "/help", '/org add "东 区"', "组织")
    expect(recruiter.notices).to_have_count(3)
    expect(page.locator("#notices .day")).to_have_count(1)

    other = visit(pane_messenger.address, beside=recruiter).open()
    give(other, "/org remove 东区")
    is_told(recruiter, "没有叫「东区」的单位")
    has_given(recruiter, "/help", '/org add "东 区"', "组织", "/org remove 东区")
    assert not recruiter.complaints()
    assert not other.complaints()


def test_what_was_typed_comes_back_with_the_arrow_keys(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address, locale="en-GB").open()
    line = recruiter.command_line
    give(recruiter, "/org")
    is_told(recruiter, "Organisation")
    give(recruiter, "/notify")
    is_told(recruiter, "come here from now on")
    recruiter.page.get_by_role("button", name="Not here any more").click()
    is_told(recruiter, "no longer come here")
    for reloaded in (False, True):
        if reloaded:
            recruiter.page.reload()
            is_told(recruiter, "no longer come here")
        line.focus()
        for shown in ("/notify", "/org", "/org"):  # button presses are left out; the first line stays
            line.press("ArrowUp")
            expect(line).to_have_value(shown)
        for shown in ("/notify", ""):
            line.press("ArrowDown")
            expect(line).to_have_value(shown)
    line.fill("half a command")
    line.press("ArrowUp")
    expect(line).to_have_value("half a command")
    recruiter.page.reload()
    expect(line).to_have_value("half a command")
    assert not recruiter.complaints()


def test_buttons_are_commands_and_a_confirmation_is_given_once(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address).open()
    page = recruiter.page
    give(recruiter, "/notify")
    is_told(recruiter, "候选人消息会发到这里")
    off = page.get_by_role("button", name="不再发到这里")
    off.click()
    is_told(recruiter, "不再发到这里。")
    expect(off).to_have_class("act chosen")
    expect(off).to_be_enabled()
    has_given(recruiter, "/notify", "不再发到这里")

    send(
        pane_messenger,
        OutboundMessage(
            PANE, "要删除「东区」吗？", (Choice("/yes 0123456789", "确定"), Choice("/no 0123456789", "不做了"))
        ),
    )
    yes, no = page.get_by_role("button", name="确定"), page.get_by_role("button", name="不做了")
    yes.focus()
    page.keyboard.press("Enter")
    is_told(recruiter, "过期")  # arrives unprompted
    for reloaded in (False, True):
        if reloaded:
            page.reload()
        expect(yes).to_be_disabled()
        expect(yes).to_have_class("act chosen")
        expect(no).to_be_disabled()
        has_given(recruiter, "/notify", "不再发到这里", "确定")
    assert not recruiter.complaints()


def test_a_file_is_sent_with_its_command(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address).open()
    page, note = recruiter.page, recruiter.page.locator("#command-note")
    picker = page.locator("#file")
    expect(recruiter.command_line).to_be_visible()

    for wrong, why in (
        (("a.exe", b"x"), "只能添加 YAML、CSV 或 XLSX"),
        (("a.csv", b""), "是空的"),
        (("a.csv", b"x" * (2 * 1024 * 1024 + 1)), "太大"),
        (("a" * 160 + ".csv", b"x"), "文件名太长"),
    ):
        picker.set_input_files({"name": wrong[0], "mimeType": "text/csv", "buffer": wrong[1]})
        expect(note).to_contain_text(why)
        expect(page.locator("#attached")).to_be_hidden()

    picker.set_input_files({"name": "候选人 1.csv", "mimeType": "text/csv", "buffer": CSV})
    expect(note).to_be_hidden()
    expect(page.locator("#attached")).to_contain_text("候选人 1.csv")
    page.get_by_role("button", name="移除文件").click()
    expect(page.locator("#attached")).to_be_hidden()

    page.evaluate(_DROP, "候选人 1.csv")
    expect(page.locator("#attached")).to_contain_text("候选人 1.csv")
    give(recruiter, "/org")
    is_told(recruiter, "组织架构")
    has_given(recruiter, "候选人 1.csv", "/org")
    expect(page.locator("#attached")).to_be_hidden()
    page.reload()
    has_given(recruiter, "候选人 1.csv", "/org")
    assert not recruiter.complaints()


_DROP = """name => {
    const data = new DataTransfer();
    data.items.add(new File(["姓名\\n张三\\n"], name, {type: "text/csv"}));
    const over = kind => document.querySelector("#notices").dispatchEvent(
        new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true}));
    over("dragenter");
    if (!document.querySelector("#recruiter.dropping")) throw new Error("it does not say that it takes files");
    if (over("dragover")) throw new Error("it does not take files");
    over("drop");
    if (document.querySelector(".dropping")) throw new Error("it still waits for the file");
}"""


def test_an_answers_file_is_downloaded(pane_messenger: Installation, visit: Visit, tmp_path: Path) -> None:
    recruiter = visit(pane_messenger.address).open()
    expect(recruiter.command_line).to_be_visible()
    sha256 = "4fb686eecd724476e0e7170bd83b24d070528f4be8ee5b6bf6435b3ecc74a3e5"
    file = Attachment("邀请 demo.csv", sha256, "text/csv")
    send(pane_messenger, OutboundMessage(PANE, "已生成 1 个链接。", file=file), files=(CSV,))
    link = recruiter.notices.last.get_by_role("link", name="邀请 demo.csv")
    for _ in range(2):
        with recruiter.page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "邀请 demo.csv"
        saved = tmp_path / "saved.csv"
        download.value.save_as(saved)
        assert saved.read_bytes() == CSV
        recruiter.page.reload()
    assert not recruiter.complaints()


def test_a_line_outlives_the_servers_death(own_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(own_messenger.address, locale="en-GB").open()
    give(recruiter, "/org add East")
    is_told(recruiter, "was added")
    own_messenger.kill()
    recruiter.has_lost_the_connection()
    give(recruiter, "/org add West")
    expect(recruiter.page.locator(".said[data-state=waiting]")).to_have_count(1)
    own_messenger.start()
    is_told(recruiter, "“West” was added")
    give(recruiter, "/org")
    is_told(recruiter, re.compile("East.*West", re.DOTALL))
    has_given(recruiter, "/org add East", "/org add West", "/org")
    expect(recruiter.notices).to_have_count(3)


def test_a_tap_before_the_console_is_loaded_is_not_lost(messenger: Installation, visit: Visit) -> None:
    recruiter = visit(messenger.address, locale="en-GB", **PHONE)
    page, held = recruiter.page, list[Route]()
    page.route("**/late/recruiter.js", lambda route: held.append(route))
    recruiter.open()
    tab = page.get_by_role("button", name="Recruiter's console")
    expect(tab).to_be_visible()
    expect(tab).to_be_disabled()
    for route in held:
        route.continue_()
    tab.tap()  # waits until it can be tapped
    expect(recruiter.command_line).to_be_visible()


def test_on_a_narrow_phone_in_the_dark(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address, locale="en-GB", color_scheme="dark", **PHONE).open()
    page = recruiter.page
    tab, badge = page.get_by_role("button", name="Recruiter's console"), page.locator("#tabs .badge")
    expect(recruiter.command_line).to_be_hidden()
    tab.tap()
    page.get_by_role("button", name="/invite demo …").tap()
    expect(recruiter.command_line).to_have_value("/invite demo ")
    give(recruiter, "/help")
    is_told(recruiter, "Campaigns and invitations")
    subjects = page.locator(".act").count()
    assert subjects > 1
    long = tuple(Choice(f"/org {number}", f"Extend by {number} hours " * 3) for number in range(3))
    send(pane_messenger, OutboundMessage(PANE, "x" * 300, long))
    expect(page.locator(".act")).to_have_count(subjects + 3)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("[...document.querySelectorAll('#notices *')].every(e => e.scrollWidth <= 360)")

    page.get_by_role("button", name="Interview", exact=True).tap()
    expect(badge).to_be_hidden()
    send(pane_messenger, OutboundMessage(PANE, "A candidate needs help."))
    expect(badge).to_have_text("1")
    page.reload()
    expect(badge).to_have_text("1")  # what was seen before does not count as new
    tab.tap()
    expect(badge).to_be_hidden()
    is_told(recruiter, "A candidate needs help.")
    assert not recruiter.complaints()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_contrast_and_the_keyboard(pane_messenger: Installation, visit: Visit, scheme: str) -> None:
    recruiter = visit(pane_messenger.address, color_scheme=scheme, reduced_motion="reduce").open()
    page, keyboard = recruiter.page, recruiter.page.keyboard
    expect(page.get_by_role("button", name="/campaigns")).to_be_visible()
    assert page.evaluate(FAINT) == []
    give(recruiter, "/notify")
    is_told(recruiter, "候选人消息会发到这里")
    file = Attachment("a.csv", "0" * 64, "text/csv")
    send(pane_messenger, OutboundMessage(PANE, "标题", (Choice("/org", "看组织"),), ((0, 2),), file=file))
    expect(page.locator(".act")).to_have_count(4)
    page.locator("#file").set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": CSV})
    expect(page.locator("#attached")).to_be_visible()
    expect(recruiter.command_line).to_be_focused()
    controls = "#recruiter :is(button, a, textarea, [role=log], [role=group], svg:not([aria-hidden]))"
    assert page.locator(controls).evaluate_all(UNNAMED) == []
    assert page.evaluate(FAINT) == []
    ids = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids))
    expect(page.get_by_role("textbox", name="输入命令")).to_be_visible()
    assert [each.inner_text() for each in page.locator("#notices .unseen").all()] == [
        "我：",
        "工作台：",
        "工作台：",
    ]

    back = [page.locator("#attach"), page.locator("#detach"), page.get_by_role("button", name="看组织")]
    for stop in [*back, page.get_by_role("link", name="a.csv"), page.locator("[data-token='/notify off']")]:
        keyboard.press("Shift+Tab")
        expect(stop).to_be_focused()
    keyboard.press("Enter")
    is_told(recruiter, "不再发到这里。")
    page.get_by_role("button", name="Switch to English").click()
    expect(page.get_by_role("textbox", name="Command")).to_be_visible()
    expect(recruiter.command_line).to_have_attribute("placeholder", "What to do with it, such as /invite demo")
    give(recruiter, "/org")
    is_told(recruiter, "Organisation")
    assert not recruiter.complaints()
