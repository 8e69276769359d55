"""Somebody in front of the page: what they see, say and press."""

import re
from collections.abc import Sequence

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

_UNREACHABLE = ("WebSocket connection to", "net::ERR_")


class Visitor:
    """One tab. Everything waits until it can be done, or until what is expected is there."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self._address = address
        self._complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", self._failed)

    def open(self, link: str = "") -> "Visitor":
        self.page.goto(link or self._address)
        return self

    # what is there

    @property
    def messages(self) -> Locator:
        """The bot's messages."""
        return self.page.locator(".row.bot")

    @property
    def notices(self) -> Locator:
        """The cards of the recruiter's pane."""
        return self.page.locator("#notices .card")

    @property
    def command_line(self) -> Locator:
        """The recruiter's pane's text field."""
        return self.page.locator("#line")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer")

    def sees(self, text: str) -> None:
        """The bot's newest message says this."""
        expect(self.messages.last).to_contain_text(text)

    def is_offered(self, *labels: str) -> None:
        """These choices, and no others, can be pressed."""
        expect(self.page.locator(".choice:enabled")).to_have_text(labels)

    def has_said(self, *texts: str | re.Pattern[str]) -> None:
        """The own messages, all stored, are these."""
        own = self.page.locator(".row.me")
        expect(own.locator(".text")).to_have_text(texts)
        expect(self.page.locator(".row.me[data-state=sent]")).to_have_count(len(texts))

    def is_connected(self) -> None:
        expect(self.page.locator("#connection[data-state=online]")).to_be_attached()
        expect(self.page.locator("#messages[aria-busy=false]")).to_be_attached()

    def has_lost_the_connection(self) -> None:
        expect(self.page.locator("#connection[data-state=offline]")).to_be_attached()

    def notices_so_far(self) -> int:
        """How many cards the recruiter's pane has, as soon as it has them all."""
        expect(self.page.locator("#notices[aria-busy=false]")).to_be_attached()
        return self.notices.count()

    def texts(self) -> Sequence[str]:
        """The whole conversation, both sides."""
        return self.page.locator(".row .text").all_inner_texts()

    # what is done

    def say(self, *texts: str) -> None:
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")

    def press(self, label: str) -> None:
        """A choice under the newest message that offers any."""
        self.page.locator(".choice:enabled").get_by_text(label, exact=True).click()

    def speak(self, seconds: float = 1.5) -> None:
        """Record for so long (by the page's clock), up to where one can listen."""
        self.page.locator("#mic").click()
        expect(self.page.locator("#voice[data-shown=recording]")).to_be_visible()
        self.page.wait_for_function("from => performance.now() > from", arg=self._now() + seconds * 1000)
        self.page.locator("#voice-stop").click()
        expect(self.page.locator("#voice[data-shown=listening]")).to_be_visible()

    def _now(self) -> float:
        return float(self.page.evaluate("performance.now()"))

    def choose_from_menu(self, label: str) -> None:
        """What is there at any time, beside the text field."""
        self.page.locator("#more").click()
        self.page.get_by_role("menuitem", name=label).click()

    # what must not be there

    def complaints(self, *, down: bool = False) -> list[str]:
        """Errors and warnings of the page; with `down`, without those that say that the server was not there."""
        return [each for each in self._complaints if not (down and any(part in each for part in _UNREACHABLE))]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(message.text)

    def _failed(self, error: Error) -> None:
        self._complaints.append(str(error))
