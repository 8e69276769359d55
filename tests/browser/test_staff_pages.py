"""The staff pages in Chromium: signing in, rating by keys, no serious finding of axe, no foreign request."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import NamedTuple

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.bot.pane import staff_site
from tests.bot.pane.staff_site import StaffSite, site_of
from tests.dialogues.playing import script_named

pytestmark = pytest.mark.browser
_SIZES = ((1200, 800), (360, 740))


class Served(NamedTuple):
    """A site that a server in another thread serves. `links` signs `lee` in, one for each test."""

    url: str
    language: str
    site: StaffSite
    links: list[str]


async def _prepared(language: str) -> tuple[StaffSite, list[str]]:
    site = await site_of(language)
    await site.desk.joins("lee", "recruiter", "East")
    site.desk.script = script_named("samples")
    await site.desk.campaign("social", "East")
    for name in ("王小明", "Zoe Lang"):
        await site.desk.answers(name, "social", 4)
    return site, [await site.link("lee") for _ in range(2)]


@pytest.fixture(scope="module", params=["zh", "en"])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    made: list[tuple[StaffSite, list[str]]] = []
    ready = threading.Event()
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(staff_site, "URL", url)
            made.append(await _prepared(request.param))
            servers.append(uvicorn.Server(uvicorn.Config(made[0][0].app, log_level="warning", lifespan="off")))
            ready.set()
            await servers[0].serve(sockets=[listener])

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(60)
    yield Served(url, request.param, *made[0])
    servers[0].should_exit = True
    thread.join()


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Page]:
    """A tab of somebody who has signed in. A request to another host fails the test."""
    context: BrowserContext = browser.new_context(color_scheme="dark" if served.language == "zh" else "light")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(served.url + served.links.pop())
    page.locator("button").click()
    expect(page.locator("main h1")).to_be_visible()
    yield page
    context.close()
    assert [each for each in asked if not each.startswith(served.url)] == []


def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(tab: Page, served: Served) -> None:
    mia = served.site.interviews["Mia"]
    for path in (
        "/staff",
        "/staff/candidates",
        f"/staff/help/{mia}",
        f"/staff/candidate/{mia}",
        "/staff/blind/social",
        "/staff/blind/social/1",
        "/staff/figures?of=spring&what=funnel",
        "/staff/file/gone",
    ):
        tab.goto(served.url + path)
        for width, height in _SIZES:
            tab.set_viewport_size({"width": width, "height": height})
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, width)
            if (width > 700) == (served.language == "en"):  # a second for each page
                found = Axe().run(tab).response
                violations = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
                assert [each["help"] for each in violations] == [], (path, width)


def test_the_queue_is_rated_by_keys(tab: Page, served: Served) -> None:
    tab.goto(f"{served.url}/staff/blind/social/2")
    tab.keyboard.press("4")
    tab.wait_for_url("**after=*")
    tab.keyboard.press("b")
    tab.wait_for_url("**item=*")
    expect(tab.locator("button[aria-pressed=true]")).to_have_text("4")
    tab.locator("textarea").fill("because of 5 and 1")  # digits in a text are no marks
    expect(tab.locator("button[aria-pressed=true]")).to_have_text("4")
    tab.keyboard.press("Tab")
    tab.keyboard.press("5")
    tab.wait_for_url("**after=*")
    assert "item=" not in tab.url
