"""The report page in Chromium: no serious finding of axe, no foreign request, and good on paper."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from tests.handlers.report_files.sample_reports import STATES, sample_interviews

pytestmark = pytest.mark.browser
_SITE = "https://interview.example.com"


class Site(NamedTuple):
    """What the server answers, by path, and the page of each state in each language."""

    answers: dict[str, tuple[int, dict[str, str], bytes]]
    pages: dict[tuple[str, str], str]


async def _served(folder: Path) -> Site:
    reader, interviews = await sample_interviews(folder)
    pages = {
        (state, language): f"/r/{reader.token(interviews[state], '小李')}?lang={language}"
        for state in STATES
        for language in ("zh", "en")
    }
    answers = {}
    for path in (*pages.values(), "/r/report.css"):
        found = await reader.web.get(path)
        answers[path] = (found.status_code, dict(found.headers), found.content)
    await reader.web.aclose()
    return Site(answers, pages)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("reports")
    with ThreadPoolExecutor() as other:  # Playwright's event loop may run in this one
        return other.submit(lambda: asyncio.run(_served(folder))).result()


@pytest.fixture
def tab(browser: Browser, site: Site) -> Iterator[Page]:
    """A tab in which only the site's own addresses answer. Any other request fails the test."""
    context = browser.new_context()
    foreign: list[str] = []

    def answer(route: Route) -> None:
        found = site.answers.get(route.request.url.removeprefix(_SITE))
        if found is None:
            foreign.append(route.request.url)
            route.abort()
        else:
            status, headers, body = found
            route.fulfill(status=status, headers=headers, body=body)

    context.route("**/*", answer)
    yield context.new_page()
    context.close()
    assert foreign == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(tab: Page, site: Site, scheme: str, language: str) -> None:
    tab.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for state in STATES:
        tab.goto(_SITE + site.pages[state, language])
        found = Axe().run(tab).response
        serious = [each["help"] for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert serious == [], state
        assert len(found["passes"]) > 15


def test_paper_has_what_the_screen_has_without_what_can_be_pressed(tab: Page, site: Site) -> None:
    tab.goto(_SITE + site.pages["spoken", "zh"])
    recording = tab.get_by_text("录音（SHA-256）")
    expect(recording).to_be_hidden()
    expect(tab.locator("audio")).to_be_visible()
    tab.emulate_media(media="print")
    expect(recording).to_be_visible()
    for pressed in ("nav", "audio", ".files", "summary"):
        expect(tab.locator(pressed)).to_be_hidden()
    expect(tab.get_by_text("不太确定，建议听录音")).to_be_visible()
    width = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
