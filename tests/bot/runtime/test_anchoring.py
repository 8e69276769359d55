"""The loop of anchors: one a day from all processes together, which reaches every place that the settings name."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import structlog

from bot.media.archive import ArchiveUnavailable
from bot.runtime.anchors import MOST_REFUSALS, Anchoring, AnchorSender
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.record.anchors import in_message
from handlers.catalogues import staff_vocabulary
from handlers.notices.notices import Destination
from storage.memory.store import MemoryStore
from tests.fakes.posts import LeaseBook, Leases
from tests.handlers.maintenance.anchoring import DAY_MS, NOON_MS, ZONE, Installation
from tests.storage.commits import read

CHAT = Destination(Address("telegram-staff", "700900", "-100"), "en")
ROBOT = Destination(Address("wecom-robot", "abc", "group"), "zh")
OUTSIDE = "https://anchors.example.com/xumian?token=hush-hush"
HOUR_MS = 3_600_000


class Outside:
    """Web addresses that take notes. `answers` are the next status codes, or errors; after those, 204."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, str, str]] = []
        self.answers: list[int | Exception] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.posted.append((str(request.url), request.headers["Content-Type"], request.content.decode()))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer)


class Town:
    """An installation with any number of processes, and what is outside."""

    def __init__(self, folder: Path) -> None:
        self.store = MemoryStore()
        self.here = Installation(self.store, folder)
        self.book = LeaseBook()
        self.outside = Outside()
        self.clients: list[httpx.AsyncClient] = []

    def process(self, name: str = "first", *addresses: str) -> Anchoring:
        client = httpx.AsyncClient(transport=httpx.MockTransport(self.outside))
        self.clients.append(client)
        sender = AnchorSender(self.store.outbox, staff_vocabulary(), ZONE, [CHAT, ROBOT], addresses, client)
        return Anchoring(Leases(self.book, name, "anchoring"), self.here.process(), sender)

    async def notes(self) -> list[str]:
        return [name for name in await self.here.files.names() if name.endswith(".note")]

    async def sent(self) -> list[OutboundMessage]:
        """Return the messages that were sent since the last call."""
        found = [each for partition in range(16) for each in await read(self.store, partition)]
        return sorted((each.message for each in found if each.message), key=lambda message: message.to.channel)


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    made = Town(tmp_path)
    yield made
    for client in made.clients:
        await client.aclose()


async def test_the_anchor_reaches_every_chat_and_address_once(town: Town) -> None:
    await town.here.invite(2)
    process = town.process("first", OUTSIDE)
    for _ in range(3):
        await process.look()
    (name,) = await town.notes()
    note = (town.here.folder / name).read_text()
    assert town.outside.posted == [(OUTSIDE, "text/plain; charset=utf-8", note)]
    chat, robot = await town.sent()
    assert (chat.to, robot.to) == (CHAT.address, ROBOT.address)
    assert chat.text.startswith("Anchor of 2026-09-22 · 2 records\n")
    assert robot.text.startswith("2026-09-22 存证 · 2 份记录\n")
    for message in (chat, robot):
        assert in_message(message.text) == note, "it can be handed to the audit as it was copied"
        assert len(message.text.encode()) < 2048, "robots take no more"
        assert not message.prompted
        assert not message.silent


async def test_the_next_day_brings_the_next_anchor(town: Town) -> None:
    await town.here.invite(1)
    process = town.process("first", OUTSIDE)
    for _ in range(3):
        await process.look()
        await process.look()
        town.here.now_ms += DAY_MS
    assert await town.notes() == ["2026-09-22.note", "2026-09-23.note", "2026-09-24.note"]
    assert (len(town.outside.posted), len(await town.sent())) == (3, 6)
    assert await town.here.faults() == []


async def test_what_comes_at_night_makes_no_sound(town: Town) -> None:
    await town.here.invite(1)
    town.here.now_ms = NOON_MS + 8 * HOUR_MS  # midnight, after a start
    await town.process().look()
    assert all(message.silent for message in await town.sent())


async def test_nothing_is_made_before_anything_was_recorded(town: Town) -> None:
    process = town.process("first", OUTSIDE)
    await process.look()
    assert (await town.notes(), town.outside.posted, await town.sent()) == ([], [], [])
    await town.here.invite(1)
    await process.look()
    assert len(town.outside.posted) == 1


async def test_of_several_processes_one_does_the_work(town: Town) -> None:
    await town.here.invite(1)
    first, second = town.process("first", OUTSIDE), town.process("second", OUTSIDE)
    for _ in range(3):
        await first.look()
        await second.look()
    assert (len(await town.notes()), len(town.outside.posted), len(await town.sent())) == (1, 1, 2)


async def test_a_process_that_follows_makes_what_the_one_before_did_not(town: Town) -> None:
    await town.here.invite(1)
    await town.process("dead").look()
    town.here.now_ms += 3 * DAY_MS
    town.book.held.clear()
    town.outside.posted.clear()
    await town.process("next", OUTSIDE).look()
    assert await town.notes() == ["2026-09-22.note", "2026-09-25.note"]
    assert len(town.outside.posted) == 1


async def test_nobody_can_prevent_anchors_by_keeping_the_lease(town: Town) -> None:
    await town.here.invite(1)
    assert await Leases(town.book, "somebody who holds the store", "anchoring").take(0)
    process = town.process("first", OUTSIDE)
    for _ in range(MOST_REFUSALS):
        await process.look()
    assert await town.notes() == []
    await process.look()
    assert (len(await town.notes()), len(town.outside.posted)) == (1, 1)


@pytest.mark.parametrize("failure", [500, 302, 404, httpx.ConnectError("refused"), httpx.ReadTimeout("slow")])
async def test_an_address_that_fails_is_tried_again(failure: int | Exception, town: Town) -> None:
    await town.here.invite(1)
    town.outside.answers = [failure, failure]
    process = town.process("first", OUTSIDE, "https://another.example.com/")
    with structlog.testing.capture_logs() as lines:
        for _ in range(4):
            await process.look()
    hosts = [httpx.URL(url).host for url, *_ in town.outside.posted]
    assert hosts.count("another.example.com") >= 1
    assert [line["event"] for line in lines].count("anchor_posted") == 2
    assert "hush" not in str(lines), "an address may be a secret"
    assert len({note for *_, note in town.outside.posted}) == 1


async def test_an_address_that_never_answers_gets_the_next_anchor(town: Town) -> None:
    await town.here.invite(1)
    town.outside.answers = [503] * 3
    process = town.process("first", OUTSIDE)
    for _ in range(3):
        await process.look()
    town.here.now_ms += DAY_MS
    await process.look()
    assert "number 2" in town.outside.posted[-1][2]


async def test_an_archive_that_is_away_is_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    await town.here.invite(1)
    process = town.process("first", OUTSIDE)

    async def away(*_: object) -> list[str]:
        raise ArchiveUnavailable("away")

    with monkeypatch.context() as patched:
        patched.setattr(type(town.here.files), "names", away)
        with pytest.raises(ArchiveUnavailable):
            await process.look()
    assert ArchiveUnavailable in Anchoring.temporary
    await process.look()
    assert len(town.outside.posted) == 1


async def test_a_record_that_cannot_be_read_does_not_end_the_loop(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.here.invite(1)
    process = town.process("first", OUTSIDE)

    async def unreadable(*_: object) -> list[str]:
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no id")

    with monkeypatch.context() as patched, structlog.testing.capture_logs() as lines:
        patched.setattr(type(town.store.directory), "campaigns", unreadable)
        await process.look()
    assert [line["event"] for line in lines] == ["not_anchored"]
    await process.look()
    assert len(town.outside.posted) == 1


async def test_a_stopped_loop_closes_its_connections(town: Town) -> None:
    process = town.process()
    process.stop()
    await process.run()
    assert town.clients[0].is_closed
