"""The first message on a slow mobile connection: one document, and a socket opened while it loads."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.redis]

_SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def test_one_round_trip_for_the_page_and_one_for_the_conversation(
    public_messenger: Installation, visit: Visit, record_property: Callable[[str, object], None]
) -> None:
    public_messenger.command("open", "campus-analyst", "--code", "slow")
    link = public_messenger.invite("slow", "赵六")
    candidate = visit(public_messenger.address)
    page = candidate.page
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", _SLOW_3G)
    steps: list[str] = []
    sent: list[float] = []
    session.on("Network.requestWillBeSent", lambda event: steps.append(f"asks for {event['type']}"))
    session.on("Network.webSocketCreated", lambda _: steps.append("opens the socket"))
    session.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    session.on("Network.loadingFinished", lambda _: steps.append("has the page"))
    session.on("Network.webSocketFrameSent", lambda _: steps.append("says hello"))
    session.on("Network.webSocketFrameReceived", lambda event: _hear(steps, event["response"]["payloadData"]))

    begun = time.monotonic()
    page.goto(link, wait_until="commit")
    expect(page.locator("#ghosts")).to_be_visible()
    candidate.sees("您好，赵六！")
    record_property("first message after, in s", time.monotonic() - begun)
    before = steps[: steps.index("hears the first message")]
    assert before == ["asks for Document", "opens the socket", "has the page", "says hello"]
    assert sum(sent) < 46_000
    assert not candidate.complaints()


def _hear(steps: list[str], frame: str) -> None:
    if frame.startswith('{"item"') and "hears the first message" not in steps:
        steps.append("hears the first message")
