"""Whole interviews, from opening the page to the thanks."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.redis]

PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def test_all_kinds_of_questions_in_chinese(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.is_connected()
    expect(candidate.page.locator("#title")).to_have_text("数据分析岗 · 校园招聘")
    told = candidate.notices_so_far()
    candidate.sees("3 个环节、6 个问题")
    candidate.press("同意并开始")

    candidate.sees("第 1/6 题")
    candidate.say("我学统计，做过两份数据分析实习。")
    candidate.sees("已保存 ✓")
    candidate.say("想把数据用在实际业务里。")
    candidate.press("提交")
    candidate.sees("第 2/6 题")
    candidate.say("SQL，上周用它查了客户表。")
    candidate.sees("第 3/6 题")
    candidate.is_offered(
        "平均数", "中位数", "最大值", "总用电量", "暂停或退出", "技术支持", "先跳过这题", "改一下"
    )
    candidate.press("中位数")
    candidate.sees("第 4/6 题")
    candidate.say("十五左右吧")
    candidate.sees("这道题需要一个数字")
    candidate.say("15")
    candidate.sees("第 5/6 题")
    candidate.say("/status")
    candidate.sees("完成 4/6 题")
    candidate.say("先核对数据是否完整，再按渠道拆分。")
    candidate.sees("已保存 ✓")
    candidate.press("提交")
    candidate.sees("第 6/6 题")
    candidate.say("先提醒领导暂时不要用这个数。")
    candidate.sees("已保存 ✓")
    candidate.press("提交")
    candidate.sees("6 道题的回答都已收到")
    candidate.is_offered("😀", "🙂", "😐", "🙁")
    expect(candidate.notices).to_have_count(told + 1)
    expect(candidate.notices.last).to_contain_text("已完成 · 6/6 题")
    candidate.press("🙂")
    candidate.sees("谢谢您的评价")

    candidate.say("/mydata")
    candidate.sees("已提交回答：6 个")
    assert not candidate.complaints()


def test_on_a_phone_in_english_in_the_dark(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, locale="en-GB", color_scheme="dark", **PHONE).open()
    page = candidate.page
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    candidate.sees("3 stages, 6 questions")
    candidate.press("Agree and start")
    candidate.sees("question 1/6")
    candidate.say("I studied statistics.")
    candidate.sees("Saved ✓")
    candidate.press("Submit")
    candidate.sees("question 2/6")
    candidate.say("SQL, last week, for the customer table.")
    candidate.press("Median")
    candidate.sees("question 4/6")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    candidate.say("15")
    candidate.sees("question 5/6")
    candidate.say("First whether the data are complete.")
    candidate.sees("Saved ✓")
    candidate.press("Submit")
    candidate.sees("question 6/6")
    candidate.say("A warning first, then the new figure.")
    candidate.sees("Saved ✓")
    candidate.press("Submit")
    candidate.sees("All 6 answers have arrived")

    page.get_by_role("button", name="Recruiter's console").tap()
    expect(candidate.notices.last).to_contain_text("6/6 questions")
    expect(candidate.composer).to_be_hidden()
    page.get_by_role("button", name="Interview", exact=True).tap()
    candidate.press("🙂")
    candidate.sees("Thank you")
    assert not candidate.complaints()


def test_a_long_message_is_shown_from_its_beginning(messenger: Installation, visit: Visit) -> None:
    phone = PHONE | {"viewport": {"width": 320, "height": 480}}
    candidate = visit(messenger.address, locale="en-GB", **phone).open()
    beginning, choice = candidate.page.get_by_text("Hello!"), candidate.page.locator(".choice").first
    expect(beginning).to_be_in_viewport(ratio=0.1)
    top = "[...document.querySelectorAll('.row')].at(-1).getBoundingClientRect().top"
    bar = candidate.page.locator("#chat .bar").bounding_box()
    assert bar
    assert candidate.page.evaluate(top) >= bar["y"] + bar["height"]
    expect(choice).not_to_be_in_viewport()
    candidate.press("Agree and start")
    candidate.sees("question 1/6")
    assert candidate.page.evaluate(top) >= bar["y"] + bar["height"]
    candidate.say("I studied statistics.")
    candidate.sees("Saved ✓")
    expect(candidate.page.get_by_role("button", name="Submit", exact=True).last).to_be_in_viewport()
    assert not candidate.complaints()


def test_the_language_can_be_changed_in_the_middle(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.page.get_by_role("button", name="Switch to English").click()
    candidate.sees("question 1/6")
    expect(candidate.composer).to_have_attribute("placeholder", "Type or speak…")
    expect(candidate.page.locator("#title")).to_have_text("Data analyst · campus hiring")
    candidate.is_offered("Submit", "Pause or leave", "Technical support", "Skip for now")
    candidate.has_said("同意并开始")
    assert not candidate.complaints()
