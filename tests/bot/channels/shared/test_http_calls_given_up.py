"""Calls that are stuck anywhere end in time or with their caller, and their connections with them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from aiohappyeyeballs import AddrInfoType

from bot.channels.shared import http_calls
from bot.channels.shared.http_calls import HttpCalls
from bot.channels.shared.http_connection import NoAnswer, Reply
from tests.bot.channels.shared.certificates import Authority
from tests.bot.channels.shared.raw_server import RawServer, Visit, addresses, echo, raw_server, silent_port
from tests.bot.web.web_server import on_each_loop, run

Loop = Callable[[], asyncio.AbstractEventLoop]
PATIENCE_S = 15.0
LARGE = b"x" * 16_000_000
"""More than fits into the buffers between client and server."""

BEGINNINGS = {
    "request": None,
    "response": b"",
    "interim response": b"HTTP/1.1 100 Continue\r\n\r\n",
    "status line": b"HTTP/1.1 20",
    "head": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConte",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{",
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    "last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n0\r\n",
    "end": b"HTTP/1.1 200 OK\r\n\r\n{}",
}
"""What the server sends before it is silent, by what does not come to an end. In `request`, it does not read."""
STUCK = ["look-up", "connecting", "handshake", *BEGINNINGS]
pytestmark = [on_each_loop, pytest.mark.parametrize("where", STUCK)]


class Stuck:
    """A client with one connection at most, whose first call is stuck. `goes_on` must be set before the next one.

    - `there`: set when the first call is stuck.
    - `left`: set when the first call's connection is closed.
    """

    def __init__(self, where: str, folder: Path) -> None:
        authority = Authority() if where == "handshake" else None
        self._tls = authority.server("localhost", folder) if authority else None
        self._trusted = authority.trusted() if authority else None
        self._where = where
        self.there, self.goes_on, self.left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    @contextlib.asynccontextmanager
    async def client(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[HttpCalls, RawServer]]:
        monkeypatch.setattr(http_calls, "CONNECTIONS", 1)
        async with raw_server(self._serve, self._tls) as server, raw_server(self._silent) as silent:
            with silent_port() as dead:
                first = {"connecting": dead, "handshake": silent.port}.get(self._where, server.port)

                async def look_up() -> list[AddrInfoType]:
                    if self.there.is_set():
                        return await addresses(server.port)()
                    if self._where in ("look-up", "connecting"):
                        self.there.set()
                    if self._where == "look-up":
                        await self.goes_on.wait()
                    return await addresses(first)()

                calls = HttpCalls(server.url, self._trusted)
                monkeypatch.setattr(calls, "_look_up", look_up)
                yield calls, server
                await calls.close()
                await silent.everybody_left()
                await server.everybody_left()

    async def _silent(self, visit: Visit) -> None:
        self.there.set()
        await visit.left()
        self.left.set()

    async def _serve(self, visit: Visit) -> None:
        if self.there.is_set():
            await echo(visit)
        beginning = BEGINNINGS[self._where]
        if beginning is None:
            visit.writer.transport.pause_reading()  # type: ignore[attr-defined]
        else:
            await visit.request()
            await visit.say(beginning)
        self.there.set()
        await self.goes_on.wait()
        if beginning is None:
            visit.writer.transport.resume_reading()  # type: ignore[attr-defined]
        await visit.left()
        self.left.set()

    async def check(self, calls: HttpCalls, server: RawServer) -> None:
        """Check that the next call does not use the first one's connection, which is closed."""
        self.goes_on.set()
        if self._where not in ("look-up", "connecting"):
            await self.left.wait()
        assert await calls.post("/", b"next", PATIENCE_S) == Reply(200, b"next")
        assert await calls.post("/", b"again", PATIENCE_S) == Reply(200, b"again")
        assert [body for _, body in server.visits[-1].requests] == [b"next", b"again"]


def test_a_call_ends_in_time(loop: Loop, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def play() -> None:
        for timeout_s in (0.1, 1, 10):  # the longer ones for busy machines
            stuck = Stuck(where, tmp_path)
            async with stuck.client(monkeypatch) as (calls, server):
                with pytest.raises(NoAnswer, match=r"^TimeoutError$"):
                    await calls.post("/", LARGE if where == "request" else b"first", timeout_s)
                if stuck.there.is_set():
                    return await stuck.check(calls, server)
        raise AssertionError("the call did not get so far")

    run(loop, play())


def test_a_cancelled_call_ends_at_once(
    loop: Loop, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def play() -> None:
        stuck = Stuck(where, tmp_path)
        async with stuck.client(monkeypatch) as (calls, server):
            first = asyncio.create_task(calls.post("/", LARGE if where == "request" else b"first", PATIENCE_S))
            await stuck.there.wait()
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            await stuck.check(calls, server)

    run(loop, play())


def test_those_who_wait_meanwhile_keep_their_order(
    loop: Loop, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def play() -> None:
        stuck = Stuck(where, tmp_path)
        async with stuck.client(monkeypatch) as (calls, server):
            first = asyncio.create_task(calls.post("/", LARGE if where == "request" else b"first", PATIENCE_S))
            await stuck.there.wait()
            impatient = asyncio.create_task(calls.post("/", b"impatient", 0.05))
            waiting = [asyncio.create_task(calls.post("/", b"%d" % each, PATIENCE_S)) for each in range(10)]
            with pytest.raises(NoAnswer, match=r"^TimeoutError$"):
                await impatient
            waiting[4].cancel()
            first.cancel()
            stuck.goes_on.set()
            results = await asyncio.gather(*waiting, return_exceptions=True)
            served = [b"%d" % each for each in range(10) if each != 4]
            assert [each.body for each in results if isinstance(each, Reply)] == served
            assert [body for _, body in server.visits[-1].requests] == served

    run(loop, play())


def test_closing_the_client_ends_all_calls(
    loop: Loop, where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def play() -> None:
        stuck = Stuck(where, tmp_path)
        async with stuck.client(monkeypatch) as (calls, server):
            body = LARGE if where == "request" else b"first"
            tasks = [asyncio.create_task(calls.post("/", body, PATIENCE_S)) for _ in range(3)]
            await stuck.there.wait()
            await calls.close()
            stuck.goes_on.set()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            assert [str(each) for each in results if isinstance(each, NoAnswer)] == ["Closed"] * 3
            assert len(server.visits) == (where not in ("look-up", "connecting", "handshake"))
            with pytest.raises(NoAnswer, match=r"^Closed$"):
                await calls.post("/", b"later", PATIENCE_S)

    run(loop, play())
