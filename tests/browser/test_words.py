"""The meaning of typed words depends on what is on the screen, in a real browser."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def test_a_number_after_the_warning_means_what_is_on_the_screen(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.say("我学统计。")
    candidate.sees("已保存 ✓")
    candidate.say("这题什么意思？")
    candidate.sees("好的，题目是这样的")
    candidate.press("提交")
    candidate.sees("第 2/6 题")
    candidate.say("退出")
    candidate.sees("您的进度已经保存")
    candidate.say("手机快没电了")
    candidate.sees("请放心，进度一直保存着")
    candidate.say("1")
    candidate.say("SQL，上周查了客户表。")
    candidate.sees("第 3/6 题")
    candidate.say("退出")
    candidate.say("等等我想想")
    candidate.sees("好的，不急")
    candidate.say("3")
    candidate.sees("已选：最大值")
    candidate.sees("第 4/6 题")
    candidate.press("改一下")
    candidate.sees("正在修改第 3 题")
    candidate.press("中位数")
    candidate.sees("第 3 题已改好 ✓")
    candidate.say("退出")
    candidate.say("等等我想想")
    candidate.say("3")
    candidate.sees("您填的是：3")
    candidate.sees("第 5/6 题")
    assert not candidate.complaints()
