"""The page's recordings: whose are accepted, when, up to which size, and that each is accepted once."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Router

import bot
from bot.app import App
from bot.channels.web import frames, upload
from bot.channels.web.messenger import Messenger
from bot.channels.web.routes import routes
from bot.channels.web.upload import KEY_HEADER, MOST_BYTES
from bot.commands.service import open_demo
from bot.media.archive import Archive, ArchiveUnavailable, FolderArchive
from bot.settings import load
from conversation.inbound import ChoicePressed, Inbound
from conversation.record.audit import unseal
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from storage.redis.store import RedisStore

pytestmark = pytest.mark.redis
KEY = "a-key-of-a-page-0123456789"
SENDER = frames.address_of(KEY)
SOUND = b"\x1aE\xdf\xa3" + bytes(range(256)) * 40
NOW_MS = 1_790_000_000_000
_INTERVIEWS = Path(bot.__file__).parents[1] / "interviews"


class Flaky:
    """An archive that is unavailable while `away` is set."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.away = False
        self.puts = 0

    async def put(self, data: bytes) -> str:
        self.puts += 1
        if self.away:
            raise ArchiveUnavailable("the voice archive does not work now")
        return await self._archive.put(data)

    async def get(self, sha256: str) -> bytes:
        return await self._archive.get(sha256)

    async def drop(self, sha256: str) -> None:
        await self._archive.drop(sha256)

    async def close(self) -> None:
        await self._archive.close()


@dataclass(slots=True)
class Desk:
    store: RedisStore
    archive: Flaky
    messenger: Messenger
    web: httpx.AsyncClient

    async def say(self, what: str) -> None:
        await self.messenger.receive(Inbound(f"web:{what}", ChoicePressed(what), SENDER, sent_ms=NOW_MS))

    async def send(
        self,
        voice: str = "v1",
        body: Any = SOUND,
        key: str | None = KEY,
        query: str = "ms=42000&language=en",
        **more: str,
    ) -> httpx.Response:
        headers = {**more, **({} if key is None else {KEY_HEADER: key})}
        return await self.web.post(f"/voice/{voice}?{query}", content=body, headers=headers)

    async def voices(self) -> list[str]:
        """Return the causes of the record's entries that came from voice messages."""
        interview = await self.store.directory.who(SENDER)
        entries = await self.store.interviews.entries(interview or "")
        return [cause for each in entries if ":v" in (cause := unseal(each)[1].cause)]

    async def shown(self) -> list[frames.Item]:
        items = await self.store.mailboxes.read(SENDER, 0, 100)
        return [item for each in items if (item := frames.decode_item(each.payload)).voice]


@pytest.fixture
async def desk(one_store: RedisStore, tmp_path: Path) -> AsyncIterator[Desk]:
    """An upload endpoint, with a candidate who has been asked the first question."""
    settings = load({"redis_url": "redis://unused", "scripts_dir": _INTERVIEWS})
    app = App(settings, one_store)
    await open_demo(app)
    archive = Flaky(FolderArchive(tmp_path))
    messenger = Messenger(
        one_store,
        app.intake,
        lambda: NOW_MS,
        owner=app.local_owner,
        public_url="https://interview.example.com",
        archive=archive,
    )
    await messenger.receive(frames.start(SENDER, "demo", NOW_MS, "en"))
    transport = httpx.ASGITransport(Router(routes(messenger)))
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as web:
        desk = Desk(one_store, archive, messenger, web)
        await desk.say("agree@-1")
        yield desk


async def test_a_recording_is_archived_recorded_and_shown(desk: Desk) -> None:
    answer = await desk.send()
    assert (answer.status_code, answer.json()) == (200, {"id": "v1"})
    assert await desk.archive.get(hashlib.sha256(SOUND).hexdigest()) == SOUND
    assert await desk.voices() == [f"web:{SENDER.user}:v1"]
    (item,) = await desk.shown()
    assert (item.sender, item.id, item.voice, item.fixed, item.text) == ("me", "v1", 42_000, True, "")


async def test_the_same_again_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        assert (await desk.send()).status_code == 200
    answers = await asyncio.gather(*(desk.send() for _ in range(2)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await desk.voices()) == len(await desk.shown()) == 1
    await desk.send("v2", body=SOUND + b"more")
    assert len(await desk.voices()) == len(await desk.shown()) == 2


@pytest.mark.parametrize("key", [None, "", "short", "x" * 15, "the-key-of-another-page-98"])
async def test_strangers_are_not_even_read(desk: Desk, key: str | None) -> None:
    answer = await desk.send(key=key, body=b"x" * 1000)
    assert (answer.status_code, answer.json()) == (403, {"why": "unknown"})
    assert desk.archive.puts == 0


async def test_before_the_consent_nothing_is_taken(desk: Desk) -> None:
    key = "somebody-who-has-not-agreed"
    await desk.messenger.receive(frames.start(frames.address_of(key), "demo", NOW_MS, "en"))
    answer = await desk.send(key=key)
    assert (answer.status_code, answer.json()) == (409, {"why": "no_consent"})
    assert desk.archive.puts == 0


async def test_after_the_end_only_a_repeat_is_confirmed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (await desk.send()).status_code == 200
    monkeypatch.setattr(upload, "_OVER", ("running",))
    assert (await desk.send()).status_code == 200
    answer = await desk.send("v2")
    assert (answer.status_code, answer.json()) == (409, {"why": "over"})
    assert (desk.archive.puts, await desk.voices()) == (1, [f"web:{SENDER.user}:v1"])


async def test_too_large_whether_announced_or_not(desk: Desk) -> None:
    async def pieces(count: int) -> AsyncIterator[bytes]:
        for _ in range(count):
            yield b"x" * 1024 * 1024

    announced = await desk.send(body=b"", **{"content-length": str(MOST_BYTES + 1)})
    absurd = await desk.send(body=b"", **{"content-length": "9" * 4000})
    streamed = await desk.send(body=pieces(21))
    for answer in (announced, absurd, streamed):
        assert (answer.status_code, answer.json()) == (413, {"why": "too_large"})
    assert (await desk.send(body=pieces(20))).status_code == 200


async def test_an_address_sends_so_many_an_hour(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload, "MOST_AN_HOUR", 2)
    statuses = [(await desk.send(f"v{number}")).status_code for number in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert (await desk.send("v9")).headers["retry-after"] == "60"


async def test_while_the_archive_is_away_it_is_tried_again(desk: Desk) -> None:
    desk.archive.away = True
    answer = await desk.send()
    assert (answer.status_code, answer.json(), answer.headers["retry-after"]) == (503, {"why": "try_later"}, "5")
    assert (await desk.shown(), await desk.voices()) == ([], [])
    desk.archive.away = False
    assert (await desk.send()).status_code == 200
    assert len(await desk.voices()) == 1


@pytest.mark.parametrize("when", ["who", "append", "receive"])
async def test_while_the_store_is_away_it_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    owner: Any = {"who": desk.store.directory, "append": desk.store.mailboxes, "receive": desk.messenger.intake}[
        when
    ]
    with monkeypatch.context() as patch:
        patch.setattr(owner, when, away)
        assert (await desk.send()).status_code == 503
    assert (await desk.send()).status_code == 200
    assert len(await desk.voices()) == len(await desk.shown()) == 1


async def test_what_the_intake_cannot_digest_is_put_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def poisoned(*_: object) -> None:
        raise ValueError("not digestible")

    buried: list[Inbound] = []

    async def dead_letter(partition: int, kind: str, why: str, payload: bytes, letter: str = "") -> None:
        assert (partition < PARTITIONS, kind, why) == (True, "update", "ValueError")
        buried.append(json.loads(payload))

    monkeypatch.setattr(desk.messenger.intake, "receive", poisoned)
    monkeypatch.setattr(desk.store.outbox, "dead_letter", dead_letter)
    assert (await desk.send()).status_code == 200
    assert len(buried) == 1


@pytest.mark.parametrize(
    ("voice", "query", "body", "why"),
    [
        ("v1", "ms=42000", b"", "empty"),
        ("v1", "ms=42000", b"<!doctype html><title>not a recording</title>" * 9, "malformed"),
        ("v1", "ms=-1", SOUND, "malformed"),
        ("v1", "ms=", SOUND, "malformed"),
        ("v1", "ms=1e3", SOUND, "malformed"),
        ("v1", "ms=99999999999999999999", SOUND, "malformed"),
        ("v1", "ms=99999999", SOUND, "malformed"),
        ("v1", "x" * 3000, SOUND, "malformed"),
        ("v" * 65, "ms=1", SOUND, "malformed"),
        ("%C3%A4", "ms=1", SOUND, "malformed"),
        ("v%3A1", "ms=1", SOUND, "malformed"),
    ],
)
async def test_what_no_page_of_ours_sends(desk: Desk, voice: str, query: str, body: bytes, why: str) -> None:
    answer = await desk.send(voice, body, query=query)
    assert (answer.status_code, answer.json()) == (400, {"why": why})
    assert desk.archive.puts == 0


async def test_a_recording_without_a_duration_is_taken_too(desk: Desk) -> None:
    assert (await desk.send(query="")).status_code == 200
    (item,) = await desk.shown()
    assert item.voice == 1


async def test_other_sites_and_other_methods_are_turned_away(desk: Desk) -> None:
    for origin, status in (
        ("http://testserver", 200),
        ("https://interview.example.com", 200),
        ("https://evil.example", 403),
        ("null", 403),
    ):
        assert (await desk.send(origin=origin)).status_code == status
    assert (await desk.web.get("/voice/v1", headers={KEY_HEADER: KEY})).status_code == 405
    preflight = await desk.web.options("/voice/v1", headers={"origin": "https://evil.example"})
    assert preflight.status_code == 405
    assert "access-control-allow-origin" not in preflight.headers


async def test_without_an_archive_there_are_no_voice_messages(desk: Desk) -> None:
    desk.messenger.archive = None
    assert (await desk.send()).status_code == 404
