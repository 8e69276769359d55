"""What the page reports by itself after the candidate has agreed: a few coarse facts, and if it is visible."""

import re
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.installation import Installation
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.redis]

_HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
_PHONE = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)


def circumstances(messenger: Installation, said: str) -> list[dict[str, Any]]:
    """Return the circumstances of the interview in which this was said."""
    for interview in messenger.exported("demo"):
        if any(part["text"] == said for answer in interview["answers"] for part in answer["parts"]):
            found: list[dict[str, Any]] = interview["circumstances"]
            return found
    raise AssertionError(f"nobody said {said!r}")


def settle(candidate: Visitor, said: str) -> None:
    """Say something and wait until it is saved, so that circumstances reported before are recorded."""
    candidate.say(said)
    candidate.sees("已保存 ✓")


def test_after_consent_and_only_in_coarse_words(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address, user_agent=_PHONE).open()
    candidate.is_connected()
    candidate.page.evaluate(_HIDE, True)
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    candidate.page.evaluate(_HIDE, False)
    candidate.page.evaluate(_HIDE, True)
    candidate.page.evaluate(_HIDE, False)
    settle(candidate, "手机上的回答。")
    found = circumstances(messenger, "手机上的回答。")
    client = [each for each in found if each["kind"] == "client"][-1]
    assert (client["channel"], client["device"], client["browser"], client["version"]) == (
        "web",
        "phone",
        "WeChat",
        "8",
    )
    assert set(client) == {
        "at", "kind", "channel", "account", "language", "device", "browser", "version", "network",
    }  # fmt: skip
    kinds = [each["kind"] for each in found if each["kind"] != "client"]
    assert kinds[-2:] == ["hidden", "shown"]
    assert not candidate.complaints()


def test_a_closed_page_and_its_return(messenger: Installation, visit: Visit) -> None:
    candidate = visit(messenger.address).open()
    candidate.press("同意并开始")
    candidate.sees("第 1/6 题")
    settle(candidate, "关页面之前。")
    candidate.page.reload()
    candidate.is_connected()
    candidate.say("回来之后。")
    candidate.has_said("同意并开始", "关页面之前。", "回来之后。")
    found = circumstances(messenger, "回来之后。")
    kinds = [each["kind"] for each in found if each["kind"] != "client"]
    assert kinds == ["closed", "connected"]
    assert re.fullmatch(r"\d+", next(each["version"] for each in reversed(found) if each["kind"] == "client"))
    assert not candidate.complaints()
