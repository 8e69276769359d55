"""A new admin's first campaign by chat alone, on a real installation with an empty data folder.

`python -m tests.browser.first_campaign` writes the conversation and its pictures into `docs`. Names of units and
candidates are made up.
"""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Locator, expect, sync_playwright

import bot
from tests.browser import chromium
from tests.browser.installation import Installation, running
from tests.browser.visitor import Visitor

_DOCS = Path(bot.__file__).parents[1] / "docs"
_NAMES = ("陈晨", "林小雨", "周子航", "吴思远", "郑欣然", "王梓涵", "冯一诺", "蒋浩然", "沈佳怡", "韩雨桐")
_DESKTOP = {"viewport": {"width": 1180, "height": 860}, "device_scale_factor": 1.5}
_INTRODUCTION = (
    "# The first campaign, by chat alone\n\n"
    "From an empty data folder to a campaign with ten invited candidates, on the local page's second pane; it is "
    "the same in the staff's Telegram bot. `python -m tests.browser.first_campaign` plays this on a real "
    "installation and writes it down. Lines that begin with `>` are typed, `[…]` are buttons that were pressed; "
    "links are shortened."
    "\n\n```text\n"
)
_END = """```

![The pane: the campaign is open, ten invitations are made](pictures/first-campaign-invited.png)

![The pane: a candidate is back after an exit, the campaign's figures](pictures/first-campaign-figures.png)
"""


class Admin:
    """Types into the recruiter's pane, and writes down the conversation."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.written: list[str] = []
        visitor.open()
        self._seen = visitor.notices_so_far()

    def types(self, line: str, expected: str, cards: int = 1) -> None:
        self.written.append(f"> {line}")
        self.visitor.command_line.fill(line)
        self.visitor.command_line.press("Enter")
        self._hears(expected, cards)

    def presses(self, label: str, expected: str, cards: int = 1) -> None:
        self.written.append(f"> [{label}]")
        self.visitor.notices.last.get_by_role("button", name=label, exact=True).click()
        self._hears(expected, cards)

    def hears(self, expected: str, cards: int = 1) -> None:
        """Wait for cards that appear without a command."""
        self._hears(expected, cards)

    def _hears(self, expected: str, cards: int) -> None:
        expect(self.visitor.notices).to_have_count(self._seen + cards)
        expect(self.visitor.notices.nth(self._seen)).to_contain_text(expected)
        for number in range(self._seen, self._seen + cards):
            self.written += _said(self.visitor.notices.nth(number))
        self._seen += cards

    def take(self, name: str) -> None:
        self.visitor.page.evaluate("document.activeElement.blur()")
        self.visitor.page.screenshot(path=_DOCS / "pictures" / f"{name}.png")


def _said(card: Locator) -> list[str]:
    """Return a card as lines of text."""
    lines = card.locator(".text").first.inner_text().splitlines()
    lines += [f"📎 {name.strip()}" for name in card.locator(".file").all_inner_texts()]
    buttons = card.get_by_role("button").all_inner_texts()
    if buttons:
        lines.append(" ".join(f"[{each}]" for each in buttons))
    return ["  " + re.sub(r"http://127\S+", "http://…", line) for line in lines if line.strip()]


def _candidate(visitor: Visitor, link: str) -> None:
    """Open the invitation, answer the first question, and leave."""
    visitor.open(link)
    visitor.press("同意并开始")
    visitor.say("我学统计，做过用电量预测的课题。")
    visitor.sees("已保存 ✓")
    visitor.press("提交")
    visitor.sees("第 2/6 题")
    visitor.press("暂停或退出")
    visitor.press("退出面试")
    visitor.press("网络不好")
    visitor.sees("想继续时")


def play(admin: Admin, candidate: Visitor) -> None:
    admin.types("帮助", "招聘项目与邀请")
    admin.types("/org add 华东分公司", "华东分公司")
    admin.types("/open campus-analyst 华东分公司 code=spring", "开放")
    admin.presses("确定", "spring")
    admin.types("/notify 华东分公司", "华东分公司")
    admin.types("/invite spring " + "、".join(_NAMES), "10", cards=3)
    admin.take("first-campaign-invited")
    link = admin.visitor.notices.nth(admin._seen - 3).locator("a").first.get_attribute("href")
    assert link
    _candidate(candidate, link)
    admin.hears("中途退出")
    candidate.say("我回来了")
    candidate.sees("欢迎回来")
    admin.types("/stats spring", "spring")
    admin.types("/candidates spring", "spring")
    admin.take("first-campaign-figures")
    admin.types("/audit", "记录")


def main() -> None:
    program = chromium.found()
    if program is None:
        raise SystemExit("no Chromium is on this machine")
    with (
        tempfile.TemporaryDirectory(prefix="xumian-first-") as data,
        running(Installation(Path(data))) as installation,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright, program)
        settings = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai", "reduced_motion": "reduce"}
        staff = browser.new_context(**settings, **_DESKTOP)  # type: ignore[arg-type] # of either kind
        theirs = browser.new_context(**settings)  # type: ignore[arg-type]
        installation.admit(staff)
        admin = Admin(Visitor(staff.new_page(), installation.address))
        play(admin, Visitor(theirs.new_page(), installation.address))
        assert not admin.visitor.complaints()
        browser.close()
    (_DOCS / "first-campaign.md").write_text(
        _INTRODUCTION + "\n".join(admin.written) + "\n" + _END, encoding="utf-8"
    )


if __name__ == "__main__":
    main()
