"""Leaving with a reason, and returning."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_an_exit_is_told_with_its_reason_and_any_word_brings_back(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.is_connected()
    told = candidate.notices_so_far()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.say("我学统计。")
    candidate.sees("已保存 ✓")
    candidate.press("提交")
    candidate.sees("第 2/6 题")

    candidate.press("暂停或退出")
    candidate.sees("您的进度已经保存（完成 1/6 题）")
    candidate.is_offered("继续面试", "暂停一下", "退出面试", "技术支持")
    expect(candidate.notices).to_have_count(told)
    candidate.press("退出面试")
    candidate.sees("方便告诉我们原因吗")
    candidate.press("网络不好")
    candidate.sees("想继续时，发任意消息即可")
    candidate.is_offered("技术支持", "换个设备继续", "继续面试")
    expect(candidate.notices).to_have_count(told + 1)
    expect(candidate.notices.last).to_contain_text("中途退出 · 1/6 题 · 原因：网络不好（本人选择）")
    expect(candidate.notices.last).to_contain_text("不计分")

    candidate.page.reload()
    candidate.say("有信号了")
    candidate.sees("欢迎回来")
    candidate.sees("第 2/6 题")
    candidate.sees("您刚才说：「有信号了」")
    expect(candidate.notices.last).to_contain_text("回来继续了")
    expect(candidate.notices).to_have_count(told + 1)  # the candidate's card, changed in place
    assert not candidate.complaints()


def test_a_pause_is_taken_back_by_a_tap(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.choose_from_menu("暂停或退出")
    candidate.sees("您的进度已经保存")
    candidate.press("暂停一下")
    candidate.sees("已暂停，进度已保存")
    candidate.press("继续面试")
    candidate.sees("欢迎回来")
    candidate.sees("第 1/6 题")
    candidate.say("继续")  # not an answer, so the question is asked again
    expect(candidate.messages.last).not_to_contain_text("欢迎回来")
    candidate.sees("第 1/6 题")
    candidate.is_offered("提交", "暂停或退出", "技术支持", "先跳过这题")
    assert not candidate.complaints()
