"""Rating by the keyboard in the recruiter's pane: keys press the buttons of the newest card that rates."""

from collections.abc import Iterable

import pytest
from playwright.sync_api import expect

from bot.channels.web.frames import PANE
from conversation.outbound import Choice, OutboundMessage
from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.test_accessibility import FAINT, UNNAMED
from tests.browser.test_console import has_given, is_told, send

pytestmark = [pytest.mark.browser, pytest.mark.redis]


def offer(title: str, line: str, more: Iterable[Choice] = ()) -> OutboundMessage:
    """Return a card that rates, as the console sends it."""
    marks = [Choice(f"{line} {mark}", mark) for mark in "12345"]
    return OutboundMessage(PANE, title, (*marks, Choice(f"{line} skip", "Cannot assess"), *more))


def test_keys_rate_put_off_and_go_back(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address, locale="en-GB").open()
    page, line = recruiter.page, recruiter.command_line
    blind = "/blind spring 2 0123456789"
    beside = [Choice(f"{blind} later", "Later"), Choice("/blind spring 2 9876543210", "Back")]
    rest = [Choice("/rate 0123456789abcdef 2", "Previous"), Choice("/rate 0123456789abcdef 4", "Next")]
    steps = [
        ("4", offer("one", blind, beside), "4"),
        ("0", offer("two", blind, beside), "Cannot assess"),
        ("s", offer("three", blind, beside), "Later"),
        ("ArrowLeft", offer("four", blind, beside), "Back"),
        ("ArrowLeft", offer("five", "/rate 0123456789abcdef 3", rest), "Previous"),
        ("S", offer("six", "/rate 0123456789abcdef 3", rest), "Next"),
        ("5", offer("seven", "/calibrate spring 0123456789"), "5"),
    ]
    expect(line).to_be_visible()
    line.focus()
    line.press("Escape")
    given: list[str] = []
    for key, card, said in steps:
        send(pane_messenger, card)
        is_told(recruiter, card.text)
        expect(recruiter.notices.last).to_contain_text("Keys: 1–5 to rate")
        expect(page.locator("#notices")).to_be_focused()
        page.keyboard.press(key)
        given.append(said)
        has_given(recruiter, *given)
        page.keyboard.press("3")  # this card was answered
    has_given(recruiter, *given)
    assert page.locator("button, textarea, [role=log], [role=group]").evaluate_all(UNNAMED) == []
    assert page.evaluate(FAINT) == []
    assert not recruiter.complaints()


def test_keys_in_the_text_field_stay_text(pane_messenger: Installation, visit: Visit) -> None:
    recruiter = visit(pane_messenger.address, locale="en-GB").open()
    send(pane_messenger, offer("one", "/blind spring 2 0123456789"))
    is_told(recruiter, "one")
    recruiter.command_line.focus()
    recruiter.page.keyboard.type("4s")
    recruiter.page.keyboard.press("Escape")
    expect(recruiter.command_line).to_have_value("4s")
    expect(recruiter.command_line).to_be_focused()
    has_given(recruiter)
    button = recruiter.notices.last.get_by_role("button", name="Cannot assess")
    expect(button).to_have_attribute("aria-keyshortcuts", "0")
    recruiter.page.locator("#notices").focus()
    recruiter.page.keyboard.press("Control+4")
    recruiter.page.keyboard.press("ArrowLeft")  # nothing to go back to
    has_given(recruiter)
    recruiter.page.keyboard.press("4")
    has_given(recruiter, "4")
