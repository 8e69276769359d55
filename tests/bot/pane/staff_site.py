"""The staff pages of a desk's organisation, visited with browsers that keep cookies."""

import html
import re

import httpx

from bot.pane.site import StaffPages
from bot.web.routes import application
from handlers.organisation.repository import load
from storage.memory.store import MemoryStore
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import Desk

URL = "https://hr.example"
_FIELD = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser:
    """A browser of its own, with cookies. `network` is where it connects from."""

    def __init__(self, site: "StaffSite", network: str = "203.0.113.9") -> None:
        transport = httpx.ASGITransport(site.app, client=(network, 1))
        self.web = httpx.AsyncClient(transport=transport, base_url=URL, headers={"user-agent": "Chrome Windows"})

    async def get(self, path: str) -> httpx.Response:
        return await self.web.get(path, follow_redirects=True)

    async def page(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.text

    async def post(self, path: str, fields: dict[str, str], origin: str | None = URL) -> httpx.Response:
        headers = {} if origin is None else {"origin": origin}
        return await self.web.post(path, data=fields, headers=headers, follow_redirects=True)

    async def send(self, page: str, button: str, **fields: str) -> httpx.Response:
        """Press a button of a page, in the first form that has it."""
        form = next(each for each in forms(page) if f">{button}</button>" in each)
        action = re.search(r'action="([^"]*)"', form)
        assert action
        pressed = re.search(rf'<button name="(\w+)" value="([^"]*)"[^>]*>{re.escape(button)}<', form)
        named = {pressed[1]: pressed[2]} if pressed else {}
        hidden = {name: html.unescape(value) for name, value in _FIELD.findall(form)}
        return await self.post(action[1], {**hidden, **named, **fields})


def forms(page: str) -> list[str]:
    return re.findall(r"<form.*?</form>", page, re.DOTALL)


def said(page: str) -> str:
    """Return the text of a page as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


class StaffSite:
    """Two units, each with a campaign and a candidate: `Mia` has finished in East, `Leo` has begun in South."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.kv = MemoryKv(lambda: desk.now / 1000)
        pages = StaffPages(desk.tools, desk.console, self.kv, lambda: URL)
        self.app = application(pages.routes(), _nothing, desk.store.outbox, lambda: desk.now)
        self.interviews: dict[str, str] = {}

    async def link(self, who: str) -> str:
        """Have a colleague ask for a link. Returns its path."""
        (sent,) = await self.desk.says(who, "/web")
        found = re.search(r"https://\S+?(/staff/sign-in/\w+)", sent.text)
        assert found, sent.text
        return found[1]

    async def signed_in(self, who: str) -> Browser:
        browser = Browser(self)
        answer = await browser.post(await self.link(who), {})
        assert answer.status_code == 200, answer.text
        return browser

    async def person(self, who: str) -> str:
        people = (await load(self.desk.store)).state.people
        return next(each.id for each in people.values() if each.name == who)


async def _nothing() -> dict[str, str]:
    return {}


async def site_of(language: str = "en") -> StaffSite:
    desk = Desk(MemoryStore(), language)
    await desk.claims()
    site = StaffSite(desk)
    for unit, campaign, name in (("East", "spring", "Mia"), ("South", "autumn", "Leo")):
        await desk.says("boss", f"/org add {unit}")
        await desk.campaign(campaign, unit)
        site.interviews[name] = await desk.answers(name, campaign, 4 if unit == "East" else 1)
    return site
