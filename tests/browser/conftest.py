"""Fixtures: the browser, the installation that most tests share, and visitors.

Everything is torn down when pytest leaves this folder, because Playwright's event loop would disturb the
asynchronous tests elsewhere.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from storage.embedded.binary import find_server
from tests.browser import chromium
from tests.browser.installation import Installation, running
from tests.browser.visitor import Visitor
from tests.fakes.skips import skip_or_fail

Visit = Callable[..., Visitor]
Install = Callable[..., Installation]
Launch = Callable[..., Browser]

_PATIENCE_MS = 20_000


@pytest.fixture(scope="package")
def launch() -> Iterator[Launch]:
    """A function that starts a Chromium, or one with a microphone if that is named by `chromium.hearing`."""
    program, whole = chromium.found(), chromium.found_with_microphone()
    if program is None or whole is None:
        skip_or_fail("no Chromium is on this machine")
    expect.set_options(timeout=_PATIENCE_MS)
    with sync_playwright() as playwright:
        yield lambda *hearing: chromium.launch(playwright, whole if hearing else program, *hearing)


@pytest.fixture(scope="package")
def browser(launch: Launch) -> Iterator[Browser]:
    launched = launch()
    yield launched
    launched.close()


@pytest.fixture(scope="package")
def messenger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with the local default settings, shared by all tests that do not harm it."""
    yield from _running(Installation(tmp_path_factory.mktemp("messenger")))


@pytest.fixture(scope="package")
def recruiters_messenger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation in which nobody is interviewed, so that no notices come by themselves."""
    yield from _running(Installation(tmp_path_factory.mktemp("recruiters")))


@pytest.fixture
def pane_messenger(recruiters_messenger: Installation) -> Installation:
    """An installation with an empty recruiter's pane. What earlier tests did to the organisation stays done."""
    recruiters_messenger.empty_pane()
    return recruiters_messenger


@pytest.fixture
def own_messenger(tmp_path: Path) -> Iterator[Installation]:
    """An installation that the test may kill."""
    yield from _running(Installation(tmp_path))


@pytest.fixture(scope="module")
def public_messenger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with a public address, which nobody can enter without an invitation."""
    yield from _running(Installation(tmp_path_factory.mktemp("public"), public=True))


_LOCAL: dict[str, Installation] = {}
"""The running installations with a recruiter's pane, by address."""


def _running(installation: Installation) -> Iterator[Installation]:
    if find_server() is None:
        skip_or_fail("no redis-server or valkey-server is on this machine")
    with running(installation):
        if not installation.public:
            _LOCAL[installation.address] = installation
        yield installation
        _LOCAL.pop(installation.address, None)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A function that opens the page as a new visitor, or as another tab of the visitor `beside`.

    On a local installation, the visitor's browser is its owner's.
    """
    contexts: list[BrowserContext] = []

    def come(address: str, beside: Visitor | None = None, **settings: Any) -> Visitor:
        if beside:
            return Visitor(beside.page.context.new_page(), address)
        defaults: dict[str, Any] = {"locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(**(defaults | settings))
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        if installation := _LOCAL.get(address):
            installation.admit(context)
        return Visitor(context.new_page(), address)

    yield come
    for context in contexts:
        context.close()
