"""Take the README's pictures again: `python -m tests.browser.pictures`.

The interviews in them are played on a real installation in a temporary folder. Their campaign is by invitation, so
that the candidates have names. Fonts with Chinese and with colour emoji should be installed.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

import bot
from tests.browser import chromium
from tests.browser.installation import Installation, running
from tests.browser.sample_answers import answer
from tests.browser.visitor import Visitor

_FOLDER = Path(bot.__file__).parents[1] / "docs" / "pictures"
_CAMPAIGN = "campus"
_DESKTOP = {"viewport": {"width": 1180, "height": 860}, "device_scale_factor": 1.5}
_PHONE = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
_CHINESE = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


class Photographer:
    """Takes pictures of the visitors of one installation."""

    def __init__(self, browser: Browser, installation: Installation, folder: Path) -> None:
        self._browser = browser
        self._installation = installation
        self._folder = folder

    @contextmanager
    def invited(self, name: str, **settings: Any) -> Iterator[Visitor]:
        """Open a page as someone who has opened their invitation."""
        context = self._browser.new_context(reduced_motion="reduce", **settings)
        self._installation.admit(context)
        visitor = Visitor(context.new_page(), self._installation.address)
        visitor.open(self._installation.invite(_CAMPAIGN, name))
        visitor.is_connected()
        yield visitor
        context.close()

    def take(self, visitor: Visitor, name: str) -> None:
        visitor.page.locator("#banner:empty").wait_for(state="attached")
        visitor.page.locator("#hint").wait_for(state="hidden")
        visitor.page.evaluate("document.activeElement.blur()")
        visitor.page.screenshot(path=self._folder / f"{name}.png")


def _somebody_finishes(photographer: Photographer) -> None:
    """Play an interview to its end, so that its card is in the recruiter's pane."""
    with photographer.invited("李四", **_CHINESE) as visitor:
        answer(visitor)


def _messenger(photographer: Photographer) -> None:
    """On a large screen: an exit with a reason, the return, and the recruiter's notices."""
    with photographer.invited("张三", **_CHINESE, **_DESKTOP) as visitor:
        visitor.press("同意并开始")
        visitor.say("我学统计，做过用电量预测的课题，想把数据用在实际业务里。")
        visitor.sees("已保存 ✓")
        visitor.press("提交")
        visitor.sees("第 2/6 题")
        visitor.press("暂停或退出")
        visitor.press("退出面试")
        visitor.press("网络不好")
        visitor.sees("想继续时")
        visitor.notices.get_by_text("张三").wait_for()
        visitor.say("SQL，上周用它查了客户表")
        visitor.sees("欢迎回来")
        visitor.notices.get_by_text("回来继续了").wait_for()
        photographer.take(visitor, "messenger-zh")


def _return(photographer: Photographer) -> None:
    """On a phone: leaving takes one tap, and so does returning."""
    with photographer.invited("王芳", **_CHINESE, **_PHONE) as visitor:
        visitor.press("同意并开始")
        visitor.say("我学应用统计，实习时负责过月度用电报表。")
        visitor.sees("已保存 ✓")
        visitor.choose_from_menu("暂停或退出")
        visitor.press("暂停一下")
        visitor.sees("已暂停")
        visitor.say("地铁到站了，继续")
        visitor.sees("欢迎回来")
        photographer.take(visitor, "return-zh")


def _phone(photographer: Photographer) -> None:
    """On a phone, in English, with the dark theme."""
    with photographer.invited(
        "Anna Berg", locale="en-GB", timezone_id="Europe/London", color_scheme="dark", **_PHONE
    ) as visitor:
        visitor.press("Agree and start")
        visitor.sees("question 1/6")
        visitor.say("I studied statistics and built a forecast of electricity use.")
        visitor.sees("Saved ✓")
        visitor.press("Submit")
        visitor.sees("question 2/6")
        visitor.say("SQL, last week, to compare the payments of three service centres.")
        visitor.sees("question 3/6")
        photographer.take(visitor, "phone-en")


def take_all(folder: Path) -> None:
    """Take all pictures and save them in this folder."""
    program = chromium.found()
    if program is None:
        raise SystemExit("no Chromium is on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="xumian-pictures-") as data,
        running(Installation(Path(data))) as installation,
        sync_playwright() as playwright,
    ):
        installation.command("open", "campus-analyst", "--code", _CAMPAIGN)
        browser = chromium.launch(playwright, program)
        photographer = Photographer(browser, installation, folder)
        for scene in (_somebody_finishes, _messenger, _return, _phone):
            scene(photographer)
        browser.close()


if __name__ == "__main__":
    take_all(_FOLDER)
