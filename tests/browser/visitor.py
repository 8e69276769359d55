"""A visitor of the page: what they see, say and press."""

import re
from collections.abc import Sequence

from playwright.sync_api import ConsoleMessage, Error, Locator, Page, expect

_UNREACHABLE = ("WebSocket connection to", "net::ERR_")


class Visitor:
    """One tab. Every action waits until it is possible, every check until it holds."""

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
        """The text field of the recruiter's pane."""
        return self.page.locator("#line")

    @property
    def composer(self) -> Locator:
        return self.page.locator("#composer")

    def sees(self, text: str) -> None:
        """Check that the bot's newest message contains this text."""
        expect(self.messages.last).to_contain_text(text)

    def is_offered(self, *labels: str) -> None:
        """Check that exactly these choices can be pressed."""
        expect(self.page.locator(".choice:enabled")).to_have_text(labels)

    def has_said(self, *texts: str | re.Pattern[str]) -> None:
        """Check that the visitor's messages are these, and all stored."""
        own = self.page.locator(".row.me")
        expect(own.locator(".text")).to_have_text(texts)
        expect(self.page.locator(".row.me[data-state=sent]")).to_have_count(len(texts))

    def is_connected(self) -> None:
        expect(self.page.locator("#connection[data-state=online]")).to_be_attached()
        expect(self.page.locator("#messages[aria-busy=false]")).to_be_attached()

    def has_lost_the_connection(self) -> None:
        expect(self.page.locator("#connection[data-state=offline]")).to_be_attached()

    def notices_so_far(self) -> int:
        """Return the number of cards in the recruiter's pane, once it has loaded all."""
        expect(self.page.locator("#notices[aria-busy=false]")).to_be_attached()
        return self.notices.count()

    def texts(self) -> Sequence[str]:
        """Return the texts of the whole conversation, of both sides."""
        return self.page.locator(".row .text").all_inner_texts()

    # what is done

    def say(self, *texts: str) -> None:
        for text in texts:
            self.composer.fill(text)
            self.composer.press("Enter")

    def press(self, label: str) -> None:
        """Press a choice, under the newest message that offers any."""
        self.page.locator(".choice:enabled").get_by_text(label, exact=True).click()

    def speak(self, seconds: float = 1.5) -> None:
        """Record for this long by the page's clock, then stop. The recording can then be listened to."""
        self.page.locator("#mic").click()
        expect(self.page.locator("#voice[data-shown=recording]")).to_be_visible()
        self.page.wait_for_function("from => performance.now() > from", arg=self._now() + seconds * 1000)
        self.page.locator("#voice-stop").click()
        expect(self.page.locator("#voice[data-shown=listening]")).to_be_visible()

    def _now(self) -> float:
        return float(self.page.evaluate("performance.now()"))

    def choose_from_menu(self, label: str) -> None:
        """Choose an item from the menu beside the text field, which is always there."""
        self.page.locator("#more").click()
        self.page.get_by_role("menuitem", name=label).click()

    # what must not be there

    def complaints(self, *, down: bool = False) -> list[str]:
        """Return the page's errors and warnings. With `down`, leave out those about an unreachable server."""
        return [each for each in self._complaints if not (down and any(part in each for part in _UNREACHABLE))]

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._complaints.append(message.text)

    def _failed(self, error: Error) -> None:
        self._complaints.append(str(error))
