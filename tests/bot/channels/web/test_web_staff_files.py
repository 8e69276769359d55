"""Files of the recruiter's pane, sent with a command or downloaded, from this machine only."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import structlog
from starlette.routing import Router

import bot
from bot.app import App
from bot.channels.web import staff_files
from bot.channels.web.channel import MailboxChannel
from bot.channels.web.frames import PANE, Item, decode_item
from bot.channels.web.messenger import Messenger
from bot.channels.web.routes import routes
from bot.media.archive import ArchiveUnavailable
from bot.settings import load
from bot.web.local_owner import LocalOwner
from conversation.outbound import Attachment, OutboundMessage
from conversation.words import Styled
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, StaffFile
from handlers.organisation.rights import EVERYBODY
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore
from tests.fakes.owners import owners_cookie

pytestmark = pytest.mark.redis
_PAGE = "http://127.0.0.1:8080"
NOW_MS = 1_790_000_000_000
CSV = "姓名\n张三\n".encode()
_INTERVIEWS = Path(bot.__file__).parents[1] / "interviews"


@dataclass(slots=True)
class Desk:
    """The endpoints of the recruiter's pane. `got` holds the texts and files given to the command `/org`."""

    app: App
    messenger: Messenger
    web: httpx.AsyncClient
    got: list[tuple[str, StaffFile | None]]

    async def send(
        self, file: str = "f1", body: bytes = CSV, name: str = "候选人.csv", text: str = "/org", **headers: str
    ) -> httpx.Response:
        params = {"name": name, "text": text, "language": "en"}
        return await self.web.post(f"/pane/{file}", params=params, content=body, headers=headers)

    async def shown(self) -> list[Item]:
        items = await self.app.store.mailboxes.read(PANE, 0, 100)
        return [decode_item(each.payload) for each in items]


@pytest.fixture
async def desk(one_store: RedisStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    given = {"redis_url": "redis://unused", "scripts_dir": _INTERVIEWS, "data_dir": tmp_path}
    app = App(load(given), one_store)
    console = await app.console()
    got: list[tuple[str, StaffFile | None]] = []

    async def take(context: CommandContext, line: Line) -> None:
        got.append((line.rest, context.inbound.file))
        context.send(Styled("taken"))

    monkeypatch.setitem(console.commands, "org", Command("org", EVERYBODY, take))
    messenger = Messenger(
        one_store,
        app.intake,
        lambda: NOW_MS,
        owner=app.local_owner,
        public_url=None,
        archive=app.archive,
        console=app.console,
    )
    transport = httpx.ASGITransport(Router(routes(messenger)))
    async with httpx.AsyncClient(transport=transport, base_url=_PAGE) as web:
        web.headers["cookie"] = await owners_cookie(app.local_owner, 8080)
        yield Desk(app, messenger, web, got)


async def test_a_file_comes_with_its_command(desk: Desk) -> None:
    answer = await desk.send(text="/org spring")
    assert (answer.status_code, answer.json()) == (200, {"id": "f1"})
    assert desk.got == [("spring", StaffFile("候选人.csv", CSV))]
    (item,) = await desk.shown()
    assert (item.sender, item.id, item.text) == ("me", "f1", "/org spring")
    assert item.file
    assert (item.file.name, item.file.address) == ("候选人.csv", "")


async def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        assert (await desk.send()).status_code == 200
    assert len(await desk.shown()) == 1
    assert len(await desk.app.store.interviews.entries("office")) == 1


async def test_a_file_without_a_command_is_the_consoles_to_answer(desk: Desk) -> None:
    assert (await desk.send(text="")).status_code == 200
    assert len(await desk.app.store.interviews.entries("office")) == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "interview.example.com"}, 404),
        ({"host": "127.0.0.1.evil.example"}, 404),
        ({"host": "["}, 404),
        ({"x-forwarded-for": "203.0.113.9"}, 404),
        ({"x-forwarded-for": "127.0.0.1", "origin": "http://127.0.0.1:8080"}, 404),
        ({"forwarded": "for=203.0.113.9"}, 404),
        ({"x-real-ip": "203.0.113.9"}, 404),
        ({"via": "1.1 proxy"}, 404),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:8080"}, 200),
        ({"host": "localhost:8080", "origin": "http://localhost:8080"}, 200),
    ],
)
async def test_only_our_own_page_at_this_machine(desk: Desk, headers: dict[str, str], status: int) -> None:
    assert (await desk.send(**headers)).status_code == status  # type: ignore[arg-type]
    assert len(desk.got) == (status == 200)


async def test_not_from_elsewhere(desk: Desk) -> None:
    sha256 = await desk.app.archive.put(CSV)
    app = Router(routes(desk.messenger))
    transport = httpx.ASGITransport(app, client=("192.168.1.7", 5000))
    async with httpx.AsyncClient(transport=transport, base_url=_PAGE, headers=desk.web.headers) as web:
        posted = await web.post("/pane/f1?name=a.csv&text=/org", content=CSV)
        assert (posted.status_code, posted.json()) == (404, {"why": "not_here"})
        assert (await web.get(f"/files/{sha256}/a.csv")).status_code == 404
    assert desk.got == []


async def test_not_where_the_public_is_served(desk: Desk) -> None:
    sha256 = await desk.app.archive.put(CSV)
    desk.messenger.owner = LocalOwner(desk.app.store.kv, local=False)
    assert (await desk.send()).status_code == 404
    assert (await desk.web.get(f"/files/{sha256}/a.csv")).status_code == 404


async def test_not_without_the_owners_cookie(desk: Desk) -> None:
    sha256 = await desk.app.archive.put(CSV)
    name = desk.web.headers.pop("cookie").partition("=")[0]
    for cookie in ("", f"{name}=", f"{name}=x", f"{name}={'x' * 5000}", "xumian_pane_1=x"):
        desk.web.headers["cookie"] = cookie
        assert (await desk.send()).status_code == 404
        assert (await desk.web.get(f"/files/{sha256}/a.csv")).status_code == 404


async def test_not_without_a_console(desk: Desk) -> None:
    desk.messenger.console = None
    assert (await desk.send()).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status", "why"),
    [
        ({"body": b""}, 400, "empty"),
        ({"body": b"x" * (staff_files.MOST_BYTES + 1)}, 413, "too_large"),
        ({"text": "x" * 1025}, 413, "too_long"),
        ({"name": ""}, 400, "malformed"),
        ({"name": "x" * 151}, 400, "malformed"),
        ({"name": "../secret.csv"}, 400, "malformed"),
        ({"name": "a\n.csv"}, 400, "malformed"),
        ({"file": "x" * 65}, 400, "malformed"),
        ({"file": "a%3Ab"}, 400, "malformed"),
        ({"text": "x" * 20_000}, 400, "malformed"),
    ],
)
async def test_files_that_are_refused(desk: Desk, wrong: dict[str, str], status: int, why: str) -> None:
    answer = await desk.send(**wrong)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()) == (status, {"why": why})
    assert (desk.got, await desk.shown()) == ([], [])


async def test_the_largest_file_and_the_longest_caption_are_taken(desk: Desk) -> None:
    text = "/org " + "张" * 1019
    assert (await desk.send(body=b"x" * staff_files.MOST_BYTES, text=text)).status_code == 200
    assert desk.got[0][0] == "张" * 1019


async def test_other_methods(desk: Desk) -> None:
    assert (await desk.web.get("/pane/f1")).status_code == 405
    assert (await desk.web.post(f"/files/{'0' * 64}/a.csv")).status_code == 405


async def test_while_the_store_is_away_it_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(desk.app.store.interviews, "commit", away)
        answer = await desk.send()
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (503, {"why": "try_later"}, "5")
    assert (await desk.send()).status_code == 200
    assert len(await desk.app.store.interviews.entries("office")) == 1


async def test_a_command_that_breaks_is_told_and_its_words_are_not_logged(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError("张三")

    monkeypatch.setattr(await desk.app.console(), "receive", broken)
    with structlog.testing.capture_logs() as lines:
        answer = await desk.send(text="/org 张三")
    assert (answer.status_code, answer.json()) == (422, {"why": "failed"})
    assert [(line["event"], sorted(line)) for line in lines] == [
        ("staff_line_failed", ["event", "exc_info", "log_level"])
    ]


# what is downloaded


async def test_an_answers_file_is_downloaded_under_its_name(desk: Desk) -> None:
    sha256 = await desk.app.archive.put(CSV)
    channel = MailboxChannel("web", PANE.account, desk.app.store.mailboxes, lambda: NOW_MS)
    message = OutboundMessage(PANE, "链接", file=Attachment("链接 1/2.csv", sha256, "text/csv"))
    await channel.send(message, "3:1-0")
    (item,) = await desk.shown()
    assert item.file
    assert item.file.name == "链接 1_2.csv"
    answer = await desk.web.get(item.file.address)
    assert (answer.status_code, answer.content) == (200, CSV)
    named = f"attachment; filename*=UTF-8''{quote('链接 1_2.csv')}"
    assert answer.headers["content-disposition"] == named
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("name", ["", "...", "\u202eevil.csv", "a" * 500, "x/../../y"])
async def test_strange_names_make_addresses_that_work(desk: Desk, name: str) -> None:
    sha256 = await desk.app.archive.put(CSV)
    channel = MailboxChannel("web", PANE.account, desk.app.store.mailboxes, lambda: NOW_MS)
    await channel.send(OutboundMessage(PANE, "", file=Attachment(name, sha256, "text/csv")), "3:1-0")
    (item,) = await desk.shown()
    assert item.file
    assert (await desk.web.get(item.file.address)).content == CSV


@pytest.mark.parametrize("sha256", [hashlib.sha256(b"another").hexdigest(), "..", "x", "0" * 63, "A" * 64])
async def test_what_is_not_in_the_archive_is_not_there(desk: Desk, sha256: str) -> None:
    assert (await desk.web.get(f"/files/{sha256}/a.csv")).status_code == 404


def _spoil(folder: Path, sha256: str) -> None:
    next(folder.rglob(f"{sha256}*")).write_bytes(b"something else")


async def test_a_damaged_file_is_not_given(desk: Desk, tmp_path: Path) -> None:
    sha256 = await desk.app.archive.put(CSV)
    _spoil(tmp_path, sha256)
    with structlog.testing.capture_logs() as lines:
        assert (await desk.web.get(f"/files/{sha256}/a.csv")).status_code == 404
    assert [line["event"] for line in lines] == ["file_damaged"]


async def test_while_the_archive_is_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_: str) -> bytes:
        raise ArchiveUnavailable("away")

    monkeypatch.setattr(desk.app.archive, "get", away)
    assert (await desk.web.get(f"/files/{'0' * 64}/a.csv")).status_code == 503


async def test_other_names_of_this_machine_get_nothing(desk: Desk) -> None:
    sha256 = await desk.app.archive.put(CSV)
    for host in ("evil.example", "interview.example.com:8080", "["):
        answer = await desk.web.get(f"/files/{sha256}/a.csv", headers={"host": host})
        assert (answer.status_code, CSV in answer.content) == (404, False)
