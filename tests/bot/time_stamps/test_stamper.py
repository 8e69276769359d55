"""The newest anchor gets its time stamp, whatever the authority does, and nothing waits for it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import structlog

from bot.channels.shared.http_client import ANSWER_S
from bot.media.archive import ArchiveUnavailable
from bot.runtime.anchors import Anchoring, AnchorSender
from bot.time_stamps.stamper import Stamper
from bot.time_stamps.tokens import MOST_BYTES, TokenReader
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.anchor_stamps import stamp_name
from handlers.maintenance.anchors import Kept
from storage.memory.store import MemoryStore
from tests.fakes.posts import LeaseBook, Leases
from tests.fakes.time_stamping import REJECTED, Authority, ca
from tests.fakes.virtual_time import virtual_time
from tests.handlers.maintenance.anchoring import DAY_MS, NOON_MS, ZONE, Installation

ADDRESS = "http://10.1.2.3:8318/tsr?key=hush-hush"
MINUTE_MS = 60_000
ROOT = ca("Example Root")
Answer = int | Exception | bytes | Callable[[bytes], bytes] | httpx.Response


class Web:
    """An authority on the web. `answers` are its next answers, until it works: a status, an error, a body, what to
    make of the right response, or a whole answer."""

    def __init__(self) -> None:
        self.authority = Authority(ROOT)
        self.answers: list[Answer] = []
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, httpx.Response):
            return answer
        status = answer if isinstance(answer, int) else 200
        body = answer if isinstance(answer, bytes) else self.authority.answer(request.content)
        return httpx.Response(status, stream=httpx.ByteStream(answer(body) if callable(answer) else body))


class Town:
    """An installation whose anchors are stamped, by any number of processes."""

    def __init__(self, folder: Path) -> None:
        self.here = Installation(MemoryStore(), folder)
        self.book = LeaseBook()
        self.web = Web()
        self.clients: list[httpx.AsyncClient] = []
        self.process = self.started()

    def started(self, name: str = "first") -> Anchoring:
        """Return another process."""
        store = self.here.store
        sender = AnchorSender(store.outbox, staff_vocabulary(), ZONE, [], [], self._client())
        reader = TokenReader([ROOT.certificate])
        stamper = Stamper(ADDRESS, reader, self.here.files, self._client(), lambda: self.here.now_ms)
        return Anchoring(Leases(self.book, name, "anchoring"), self.here.process(), sender, stamper)

    def _client(self) -> httpx.AsyncClient:
        self.clients.append(httpx.AsyncClient(transport=httpx.MockTransport(self.web)))
        return self.clients[-1]

    async def minutes(self, how_many: int, process: Anchoring | None = None) -> list[int]:
        """Let time pass, with a look each minute. Returns the minutes, from 0, with a request to the authority."""
        asked = []
        for minute in range(how_many):
            before = len(self.web.asked)
            await (process or self.process).look()
            asked += [minute] * (len(self.web.asked) - before)
            self.here.now_ms += MINUTE_MS
        return asked

    async def files(self, ending: str) -> list[str]:
        return [name for name in await self.here.files.names() if name.endswith(ending)]

    async def stamped_at(self, day: str) -> str:
        found = await self.here.files.read(f"{day}.tsr")
        note = await self.here.files.read(f"{day}.note")
        assert found
        assert note
        return TokenReader([ROOT.certificate])(found, note).at.isoformat()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    made = Town(tmp_path)
    await made.here.invite(2)
    yield made
    for client in made.clients:
        await client.aclose()


async def test_each_anchor_is_stamped_once(town: Town) -> None:
    with structlog.testing.capture_logs() as lines:
        assert await town.minutes(5) == [0]
        town.here.now_ms += DAY_MS
        town.web.authority.at += timedelta(days=1)
        assert await town.minutes(5) == [0]
    assert await town.files(".tsr") == ["2026-09-22.tsr", "2026-09-23.tsr"]
    assert await town.stamped_at("2026-09-23") == "2026-09-23T08:00:07+00:00"
    first = town.web.asked[0]
    assert (first.method, str(first.url)) == ("POST", ADDRESS)
    assert first.headers["Content-Type"] == "application/timestamp-query"
    assert first.headers["Accept-Encoding"] == "identity"
    told = [line for line in lines if line["event"] == "anchor_stamped"]
    assert told[0] == {
        "event": "anchor_stamped",
        "log_level": "info",
        "host": "10.1.2.3",
        "day": "2026-09-22",
        "at": "2026-09-22T08:00:07+00:00",
    }
    assert len(told) == 2
    assert await town.here.faults() == []


FAILURES: dict[str, Answer] = {
    "down": httpx.ConnectError("refused"),
    "slow": httpx.ReadTimeout("slow"),
    "broken off": httpx.RemoteProtocolError("closed"),
    "not found": 404,
    "overloaded": 503,
    "broken": 500,
    "empty": b"",
    "a web page": b"<html>please log in</html>",
    "cut off": lambda right: right[:-10],
    "too long": lambda right: right + bytes(MOST_BYTES),
    "somewhere else": httpx.Response(302, headers={"Location": "http://10.1.2.3:8318/other"}),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failure_does_not_keep_the_anchor_and_is_told_once(failure: str, town: Town) -> None:
    town.web.answers = [FAILURES[failure]] * 6
    with structlog.testing.capture_logs() as lines:
        asked = await town.minutes(200)
    assert await town.files(".note") == ["2026-09-22.note"]
    assert asked == [0, 1, 3, 7, 15, 31, 63], "it waits twice as long each time"
    assert await town.stamped_at("2026-09-22") == "2026-09-22T08:00:07+00:00"
    assert [line["event"] for line in lines] == ["anchored", "anchor_not_stamped", "anchor_stamped"]
    assert (lines[1]["log_level"], lines[1]["day"], lines[1]["host"]) == ("warning", "2026-09-22", "10.1.2.3")
    assert len(lines[1]["why"]) > 5
    assert "hush" not in str(lines), "an address may be a secret"
    assert {str(each.url) for each in town.web.asked} == {ADDRESS}


async def test_no_more_is_read_of_an_answer_than_it_may_have(town: Town) -> None:
    read = 0

    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            nonlocal read
            while read < 100 * MOST_BYTES:
                read += 1024
                yield bytes(1024)

    town.web.answers = [httpx.Response(200, stream=Endless())]
    with structlog.testing.capture_logs() as lines:
        await town.process.look()
    assert lines[-1]["why"] == "its answer is too long"
    assert read == MOST_BYTES + 1024


MISTAKES: dict[str, Authority] = {
    "of something else": Authority(ROOT, digest=bytes(32)),
    "of another request": Authority(ROOT, nonce=b"\x09"),
    "of another authority": Authority(ca("Example Root")),
    "refused": Authority(ROOT, status=REJECTED),
    "with another signature": Authority(ROOT, signed_instead=b"x"),
    "days later": Authority(ROOT, at=Authority.at + timedelta(days=3)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_a_wrong_time_stamp_is_not_kept(mistake: str, town: Town) -> None:
    right, town.web.authority = town.web.authority, MISTAKES[mistake]
    with structlog.testing.capture_logs() as lines:
        assert await town.minutes(3) == [0, 1]
        assert await town.files(".tsr") == []
        town.web.authority = right
        assert await town.minutes(3) == [0]
    assert [line["event"] for line in lines] == ["anchored", "anchor_not_stamped", "anchor_stamped"]
    assert await town.files(".tsr") == ["2026-09-22.tsr"]


async def test_a_long_failure_is_told_once_a_day_and_covered_by_the_next_anchor(town: Town) -> None:
    town.web.answers = [500] * 1000
    with structlog.testing.capture_logs() as lines:
        until_morning = 16 * 60
        asked = await town.minutes(until_morning)
        assert asked[6:] == list(range(63, until_morning, 60)), "once an hour"
        town.web.authority.at += timedelta(days=1)
        assert await town.minutes(2) == [0, 1], "a new anchor does not wait"
        town.web.answers.clear()
        await town.minutes(60)
    assert [line["event"] for line in lines].count("anchor_not_stamped") == 2
    assert await town.files(".tsr") == ["2026-09-23.tsr"], "it names the one before, and so stamps it, too"


async def test_an_authority_that_never_answers_is_not_waited_for(town: Town) -> None:
    kept = await town.here.anchored()

    class Memory(dict[str, bytes]):
        async def create(self, name: str, data: bytes) -> bool:
            return self.setdefault(name, data) is data

        async def read(self, name: str) -> bytes | None:
            return self.get(name)

        async def names(self) -> list[str]:
            return sorted(self)

    async def hang(*_: object) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async def drip(*_: object) -> httpx.Response:
        async def bytes_for_ever() -> AsyncIterator[bytes]:
            while True:
                await asyncio.sleep(5)
                yield b"\x30"

        return httpx.Response(200, content=bytes_for_ever())

    @virtual_time
    async def stamped(answer: Callable[..., Awaitable[httpx.Response]]) -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:  # type: ignore[arg-type]
            files = Memory()
            stamper = Stamper(ADDRESS, TokenReader([]), files, http, lambda: NOON_MS)
            begun = asyncio.get_running_loop().time()
            with structlog.testing.capture_logs() as lines:
                await stamper.stamp(kept)
            assert asyncio.get_running_loop().time() - begun == pytest.approx(ANSWER_S, abs=0.1)
            assert (lines[0]["why"], files) == ("TimeoutError", {})

    for answer in (hang, drip):
        await asyncio.to_thread(stamped, answer)


async def test_a_process_that_died_before_the_time_stamp_is_followed_by_one_that_gets_it(town: Town) -> None:
    class Killed(BaseException):
        pass

    def die(_: bytes) -> bytes:
        raise Killed

    town.web.answers = [die]
    with pytest.raises(Killed):
        await town.process.look()
    assert (await town.files(".note"), await town.files(".tsr")) == (["2026-09-22.note"], [])
    town.book.held.clear()
    assert await town.minutes(3, town.started("next")) == [0]
    assert await town.files(".tsr") == ["2026-09-22.tsr"]
    town.book.held.clear()
    assert await town.minutes(3, town.started("another")) == [], "it has its time stamp"


async def test_an_anchor_from_before_the_setting_is_stamped_on_its_day(town: Town) -> None:
    await town.here.anchored()
    town.here.now_ms = NOON_MS + 60 * MINUTE_MS
    assert await town.minutes(2) == [0]
    assert await town.files(".tsr") == ["2026-09-22.tsr"]


async def test_a_clock_that_is_set_back_does_not_put_the_next_try_off(town: Town) -> None:
    town.web.answers = [500] * 20
    await town.minutes(200)
    town.here.now_ms -= 190 * MINUTE_MS
    assert (await town.minutes(1)) == [0]


async def test_two_processes_at_once_keep_one_time_stamp(town: Town) -> None:
    kept = await town.here.anchored()
    processes = [town.started("first"), town.started("second")]
    stampers = [each._stamper for each in processes if each._stamper]
    await asyncio.gather(*(each.stamp(kept) for each in stampers))
    assert await town.files(".tsr") == ["2026-09-22.tsr"]
    assert not any(each.wants(kept.day) for each in stampers)


async def test_an_archive_that_is_away_is_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(*_: object) -> bool:
        raise ArchiveUnavailable("away")

    kept = await town.here.anchored()
    town.here.now_ms = NOON_MS
    with monkeypatch.context() as patched:
        patched.setattr(type(town.here.files), "create", away)
        with pytest.raises(ArchiveUnavailable):
            await town.process.look()
    assert ArchiveUnavailable in Anchoring.temporary
    assert await town.minutes(3) == [1]
    assert await town.files(".tsr") == [stamp_name(f"{kept.day}.note")]


async def test_what_nobody_thought_of_does_not_end_the_loop(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def unexpected(*_: object) -> Kept:
        raise LookupError

    with monkeypatch.context() as patched, structlog.testing.capture_logs() as lines:
        patched.setattr(TokenReader, "answer", unexpected)
        assert await town.minutes(8) == [0, 1, 3, 7]
    assert {line["event"] for line in lines} == {"anchored", "anchor_not_stamped"}
    await town.minutes(60)
    assert await town.files(".tsr") == ["2026-09-22.tsr"]


async def test_a_stopped_loop_closes_its_connections(town: Town) -> None:
    town.process.stop()
    await town.process.run()
    assert all(client.is_closed for client in town.clients[:2])
