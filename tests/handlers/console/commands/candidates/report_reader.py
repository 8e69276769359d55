"""A test client for report pages, and helpers to read them."""

import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
from starlette.applications import Starlette

import bot.speech
import bot.web.report
from bot.media.archive import FolderArchive
from bot.web.local_owner import LocalOwner
from bot.web.report.page import ReportAddress
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.organisation.audit import read_entries
from handlers.organisation.events import Acted
from handlers.organisation.state import NAME
from handlers.report_pages.links import ReportLinks
from handlers.report_pages.pages import ReportPages
from storage.ports import Store
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import ZONE, Desk

SECRET = b"a secret of the tests"
_SAMPLES = Path(bot.speech.__file__).parent / "samples"


def sample(name: str) -> bytes:
    return (_SAMPLES / name).read_bytes()


class Reader:
    """A test client for the report pages of a desk."""

    def __init__(self, desk: Desk, archive: FolderArchive, *, local: bool = False) -> None:
        self.desk = desk
        self.archive = archive
        self.links = ReportLinks(SECRET, lambda: desk.now)
        pages = ReportPages(desk.store, self.links, lambda: desk.now)
        words, candidates = staff_vocabulary(), vocabulary()
        self.owner = LocalOwner(MemoryKv(), local=local)
        address = ReportAddress(pages, archive, words, candidates, ZONE, self.owner)
        transport = httpx.ASGITransport(Starlette(routes=list(address.routes())))
        self.web = httpx.AsyncClient(transport=transport, base_url="https://interview.example.com")

    def token(self, interview: str, who: str = "boss") -> str:
        return self.links.make(interview, self.person(who))

    def person(self, who: str) -> str:
        return next(each.id for each in self.desk.watch.organisation.people.values() if each.name == who)

    async def page(self, interview: str, who: str = "boss", lang: str = "") -> httpx.Response:
        return await self.web.get(f"/r/{self.token(interview, who)}", params={"lang": lang} if lang else {})

    async def acts(self) -> list[tuple[str, str]]:
        entries = read_entries(await self.desk.store.interviews.entries(NAME))
        acts = [(entry.by, event) for entry in entries for event in entry.events]
        return [(by, act.line) for by, act in acts if isinstance(act, Acted) and "(web)" in act.line]


async def reader_of(store: Store, tmp_path: Path, **settings: bool) -> Reader:
    desk = Desk(store)
    await desk.claims()
    await desk.says("boss", "/org add 华东")
    await desk.says("boss", "/org add 华南")
    await desk.campaign("spring", "华东")
    return Reader(desk, FolderArchive(tmp_path), **settings)


class _Parsed(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> _Parsed:
    found = _Parsed()
    found.feed(html)
    return found


def shown(html: str) -> str:
    """Return the text of a page, with runs of spaces and line ends as one space."""
    return re.sub(r"[ \n]+", " ", "".join(parsed(html).text))
