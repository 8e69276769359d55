"""Closed pages, other tabs and killed servers: nothing is lost, and nothing arrives twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]

_FIRST = "我学统计。"
_MEANWHILE = ("做过两份实习。", "其中一份在供电所。", "喜欢把数据讲清楚。")


def _begin(candidate: Visitor) -> None:
    """Go to the first question and say the first part of the answer."""
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.say(_FIRST)
    candidate.sees("已保存 ✓")
    candidate.is_offered("提交", "重新回答")


def test_a_reload_and_a_second_tab_show_everything(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    _begin(candidate)
    candidate.composer.fill("没有写完的")
    before = candidate.texts()
    assert len(before) == 5

    candidate.page.reload()
    candidate.is_connected()
    assert candidate.texts() == before
    candidate.is_offered("提交", "重新回答")
    expect(candidate.composer).to_have_value("没有写完的")

    other = visit(messenger.address, beside=candidate).open()
    other.is_connected()
    assert other.texts() == before
    other.say("第二个窗口里说的。")
    candidate.has_said("同意并开始", _FIRST, "第二个窗口里说的。")
    other.press("提交")
    candidate.sees("第 2/6 题")
    other.sees("第 2/6 题")
    assert other.texts() == candidate.texts()
    assert not candidate.complaints()
    assert not other.complaints()


def test_an_edited_message_counts_as_it_reads(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    _begin(candidate)
    candidate.composer.press("ArrowUp")
    expect(candidate.composer).to_have_value(_FIRST)
    candidate.say("我学应用统计。")
    candidate.sees("改")
    candidate.has_said("同意并开始", "我学应用统计。")
    expect(candidate.page.locator(".edited")).to_be_visible()
    candidate.page.reload()
    candidate.has_said("同意并开始", "我学应用统计。")
    candidate.say("/export")
    candidate.sees("我学应用统计。")
    assert _FIRST not in candidate.texts()[-1]
    assert not candidate.complaints()


@pytest.mark.faults
@pytest.mark.parametrize("worst", [False, True], ids=["server killed", "Redis killed too and tab closed"])
def test_what_is_said_while_the_server_is_dead_arrives_once_and_in_order(
    own_messenger: Installation, visit: Visit, worst: bool
) -> None:
    candidate = visit(own_messenger.address).open()
    _begin(candidate)
    own_messenger.kill()
    if worst:
        own_messenger.kill_redis()
    candidate.has_lost_the_connection()
    expect(candidate.page.locator("#banner")).to_contain_text("您的回答都已保留")
    candidate.say(*_MEANWHILE)
    expect(candidate.page.locator(".row.me[data-state=waiting]")).to_have_count(3)
    assert not candidate.complaints(down=True)
    if worst:
        candidate.page.close()

    own_messenger.start()
    if worst:
        candidate = visit(own_messenger.address, beside=candidate).open()
    candidate.has_said("同意并开始", _FIRST, *_MEANWHILE)
    expect(candidate.page.locator("#banner")).to_be_empty()
    candidate.press("提交")
    candidate.sees("第 2/6 题")
    candidate.has_said("同意并开始", _FIRST, *_MEANWHILE, "提交")

    (interview,) = own_messenger.exported("demo")
    (answer,) = [each for each in interview["answers"] if each["status"] == "submitted"]
    assert [part["text"] for part in answer["parts"]] == [_FIRST, *_MEANWHILE]
    own_messenger.command("audit", "--all")
    assert not candidate.complaints(down=True)
