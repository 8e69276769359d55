"""A dialogue in the recruiter's pane of a real installation, played and written down for a page in `docs`."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

import bot
from bot.docs_pages.links import Links
from tests.browser import chromium
from tests.browser.installation import Installation, running
from tests.browser.visitor import Visitor

DOCS = Path(bot.__file__).parents[1] / "docs"
_PAGES = Path(__file__).parent / "pages"
_DESKTOP: dict[str, Any] = {"viewport": {"width": 1180, "height": 860}, "device_scale_factor": 1.5}
_WINDOW: dict[str, Any] = {"viewport": {"width": 520, "height": 720}, "device_scale_factor": 1.5}
_CHINESE: dict[str, Any] = {"locale": "zh-CN", "reduced_motion": "reduce"}


class Admin:
    """Types into the recruiter's pane, and writes down the conversation."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.written: list[str] = []
        visitor.open()
        self._seen = visitor.notices_so_far()

    def types(self, line: str, expected: str, cards: int = 1, lines: int | None = None) -> None:
        self.written.append(f"> {line}")
        self.visitor.command_line.fill(line)
        self.visitor.command_line.press("Enter")
        self.hears(expected, cards, lines)

    def presses(self, label: str, expected: str, cards: int = 1, lines: int | None = None) -> None:
        self.written.append(f"> [{label}]")
        self._button(label).click()
        self.hears(expected, cards, lines)

    def ticks(self, label: str) -> None:
        """Press a button that changes its own card only."""
        self.written.append(f"> [{label}]")
        self._button(label).click()
        expect(self._button(label.replace("☐", "☑"))).to_be_visible()

    def hears(self, expected: str, cards: int = 1, lines: int | None = None) -> None:
        """Wait for new cards, and for this text in the first of them. Of each card, write down this many lines."""
        expect(self.visitor.notices).to_have_count(self._seen + cards)
        expect(self.visitor.notices.nth(self._seen)).to_contain_text(expected)
        for number in range(self._seen, self._seen + cards):
            whole = said(self.visitor.notices.nth(number))
            self.written += whole if lines is None else [*whole[:lines], "  …"]
        self._seen += cards

    def block(self) -> str:
        """Return what was written down since the last block, for Markdown."""
        written, self.written = self.written, []
        return "\n".join(("```text", *written, "```"))

    def newest(self, cards: int = 1) -> Locator:
        """Return the first of this many newest cards."""
        return self.visitor.notices.nth(self._seen - cards)

    def take(self, name: str) -> None:
        take(self.visitor.page, name)

    def _button(self, label: str) -> Locator:
        return self.visitor.notices.last.get_by_role("button", name=label, exact=True)


def write(name: str, **blocks: str) -> None:
    """Write a page in both languages: its text in `pages`, with what was written down in its places."""
    for language, path in (("en", DOCS / f"{name}.md"), ("zh", DOCS / "zh" / f"{name}.md")):
        text = (_PAGES / f"{name}.{language}.md").read_text(encoding="utf-8").format(**blocks)
        path.write_text(text if language == "en" else Links(DOCS).led(path, text), encoding="utf-8")


def take(what: Page | Locator, name: str) -> None:
    """Save a picture of a page, or of a part of it."""
    page = what if isinstance(what, Page) else what.page
    page.evaluate("document.activeElement.blur()")
    what.screenshot(path=DOCS / "pictures" / f"{name}.png")


def said(card: Locator) -> list[str]:
    """Return a card as lines of text."""
    lines = card.locator(".text").first.inner_text().splitlines()
    lines += [f"📎 {name.strip()}" for name in card.locator(".file").all_inner_texts()]
    buttons = card.get_by_role("button").all_inner_texts()
    if buttons:
        lines.append(" ".join(f"[{each}]" for each in buttons))
    return ["  " + re.sub(r"http://127\S+", "http://…", line) for line in lines if line.strip()]


class Stage:
    """A browser, and an installation whose data folder was empty at first."""

    def __init__(self, browser: Browser, installation: Installation, timezone: str) -> None:
        self._browser = browser
        self._timezone = timezone
        self.installation = installation

    def candidate(self, link: str = "") -> Visitor:
        """Return somebody with a browser of their own."""
        visitor = Visitor(self._new_page(**_WINDOW), self.installation.address)
        return visitor.open(link) if link else visitor

    def admin(self) -> Admin:
        """Return the owner, with the recruiter's pane open."""
        page = self._new_page(**_DESKTOP)
        self.installation.admit(page.context)
        return Admin(Visitor(page, self.installation.address))

    def _new_page(self, **settings: Any) -> Page:
        return self._browser.new_context(timezone_id=self._timezone, **_CHINESE, **settings).new_page()


@contextmanager
def stage(timezone: str = "Asia/Shanghai") -> Iterator[Stage]:
    """Start a browser and an installation in this time zone, and stop both in any case."""
    program = chromium.found()
    if program is None:
        raise SystemExit("no Chromium is on this machine")
    with (
        tempfile.TemporaryDirectory(prefix="xumian-dialogue-") as data,
        running(Installation(Path(data), timezone=timezone)) as installation,
        sync_playwright() as playwright,
    ):
        browser = chromium.launch(playwright, program)
        yield Stage(browser, installation, timezone)
        browser.close()
