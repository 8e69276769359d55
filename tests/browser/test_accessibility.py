"""Using the page without a mouse and without seeing it."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]

UNNAMED = """nodes => nodes
    .filter(node => node.checkVisibility())
    .filter(node => !(node.getAttribute('aria-label') || node.textContent.trim()))
    .map(node => node.outerHTML.slice(0, 100))"""


def _focused(candidate: Visitor) -> str:
    return str(candidate.page.evaluate("document.activeElement.textContent.trim()"))


def test_an_interview_by_keyboard_alone(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    keyboard = candidate.page.keyboard
    candidate.is_offered("同意并开始", "稍后再说", "个人信息说明", "技术支持", "English")
    expect(candidate.composer).to_be_focused()
    keyboard.press("Shift+Tab")
    expect(candidate.page.get_by_role("button", name="随时可用")).to_be_focused()
    for label in ("English", "技术支持", "个人信息说明", "稍后再说", "同意并开始"):
        keyboard.press("Shift+Tab")
        assert _focused(candidate) == label
    keyboard.press("Enter")
    candidate.sees("第 1/6 题")
    expect(candidate.composer).to_be_focused()  # the pressed button is gone, and the focus must not be lost
    keyboard.insert_text("第一行")
    keyboard.press("Shift+Enter")
    keyboard.insert_text("第二行")
    keyboard.press("Enter")
    candidate.sees("已保存 ✓")
    candidate.has_said("同意并开始", "第一行\n第二行")
    for _ in range(3):  # past the menu's button and 「重新回答」
        keyboard.press("Shift+Tab")
    assert _focused(candidate) == "提交"
    keyboard.press("Space")
    candidate.sees("第 2/6 题")
    expect(candidate.composer).to_be_focused()
    assert not candidate.complaints()


def test_the_menu_by_keyboard_alone(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    keyboard, more = candidate.page.keyboard, candidate.page.get_by_role("button", name="随时可用")
    expect(candidate.composer).to_be_focused()
    keyboard.press("Shift+Tab")
    expect(more).to_be_focused()
    keyboard.press("Enter")
    expect(more).to_have_attribute("aria-expanded", "true")
    items = candidate.page.get_by_role("menu", name="随时可用").get_by_role("menuitem")
    expect(items).to_have_text(["我的进度", "暂停或退出", "技术支持", "换个设备继续", "我的记录", "帮助"])
    expect(items.first).to_be_focused()
    keyboard.press("ArrowUp")
    expect(items.last).to_be_focused()
    keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(more).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    candidate.sees("完成 0/6 题")
    expect(candidate.composer).to_be_focused()
    candidate.has_said("同意并开始", "我的进度")
    candidate.page.reload()
    candidate.has_said("同意并开始", "我的进度")
    expect(candidate.page.locator(".edit")).to_have_count(0)  # neither was typed, so neither can be edited
    assert not candidate.complaints()


def test_roles_names_and_focus(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    page = candidate.page
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.say("我学统计。")
    candidate.is_offered("提交", "重新回答")

    assert (
        page.locator("button, textarea, [role=log], [role=group], svg:not([aria-hidden])").evaluate_all(UNNAMED)
        == []
    )
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page).to_have_title("数据分析岗 · 校园招聘")
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("log", name="对话消息")).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("complementary", name="招聘工作台")).to_be_visible()
    expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()
    chat = page.get_by_role("log", name="对话消息")
    expect(chat.get_by_role("group", name="可选项").last.get_by_role("button")).to_have_text(["提交", "重新回答"])
    expect(page.get_by_role("status")).not_to_have_count(0)
    spoken = page.locator(".row .unseen").all_inner_texts()
    assert len(spoken) == len(candidate.texts())
    assert all(re.fullmatch("面试助手[:：]|我[:：]", who) for who in spoken)
    ids = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids))
    assert not candidate.complaints()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(messenger: Installation, visit: Visit, scheme: str) -> None:
    """All text has the contrast of WCAG AA, 4.5 to 1, in both themes."""
    candidate = visit(messenger.address, color_scheme=scheme, reduced_motion="reduce").open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.say("我学统计。")
    candidate.is_offered("提交", "重新回答")
    assert candidate.page.evaluate(FAINT) == []


FAINT = """() => {
    const light = ([r, g, b]) => {
        const part = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
    };
    const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
    const ground = node => {
        for (let at = node; at; at = at.parentElement) {
            const colour = numbers(getComputedStyle(at).backgroundColor);
            if (colour.length < 4 || colour[3] === 1) return colour;
        }
        return [255, 255, 255];
    };
    const written = node => [...node.childNodes].some(each => each.nodeType === 3 && each.textContent.trim());
    const seen = node => node.checkVisibility() && !node.matches('.unseen, .state-word');
    return [...document.querySelectorAll('#app *')]
        .filter(node => written(node) && seen(node))
        .map(node => {
            const both = [light(numbers(getComputedStyle(node).color)), light(ground(node))];
            return [(Math.max(...both) + 0.05) / (Math.min(...both) + 0.05), node.textContent.trim().slice(0, 30)];
        })
        .filter(([ratio]) => ratio < 4.5);
}"""
