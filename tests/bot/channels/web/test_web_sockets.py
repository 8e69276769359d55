"""Many connections of the page at once: no attacker shuts others out, and a fair behind one address gets in."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from bot.channels.web import sockets
from bot.channels.web.sockets import OPEN_ELSEWHERE, SocketLimits
from bot.web import open_files
from bot.web.open_files import WANTED, capacity
from tests.bot.whole_app import KEY, Visitor, WholeApp, whole_app
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis
OTHER = "the-key-of-another-page-98"
ATTACKER = {"X-Forwarded-For": "198.51.100.1"}
_HELLO = json.dumps({"hello": {"key": OTHER, "language": "en"}})


@contextlib.asynccontextmanager
async def an_app(url: str, monkeypatch: pytest.MonkeyPatch, limits: SocketLimits) -> AsyncIterator[WholeApp]:
    """The whole app behind a proxy on this machine, with these limits."""
    monkeypatch.setattr(sockets, "limits_here", lambda: limits)
    async with whole_app(url) as app:
        yield app


async def code_of(socket: ClientConnection) -> int | None:
    """Wait until the server closes the connection. Returns its close code."""
    try:
        async with asyncio.timeout(15):
            while True:
                await socket.recv()
    except ConnectionClosed as end:
        return end.rcvd.code if end.rcvd else None


async def gets_in(app: WholeApp, key: str = KEY, address: str = "203.0.113.7") -> None:
    """Check that a visitor from this address is served."""
    async with app.page(additional_headers={"X-Forwarded-For": address}) as socket:
        page = Visitor(socket)
        await page.say(hello={"key": key, "language": "en"})
        await page.until_offered("agree")


async def test_the_ninth_tab_comes_in_and_the_first_is_told_where_it_is_open(app: WholeApp) -> None:
    async with contextlib.AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(app.visitor()) for _ in range(12)]
        for tab in tabs[-8:]:
            await tab.until("caughtup")
        assert [await code_of(tab.socket) for tab in tabs[:4]] == [OPEN_ELSEWHERE] * 4
        async with app.visitor(OTHER) as other:
            await other.until("caughtup")
        for tab in tabs[-8:]:
            await tab.say(ping=1)
            assert await tab.until("pong") == 1


async def test_who_has_someone_elses_open_tabs_cannot_close_them(app: WholeApp) -> None:
    async with app.visitor() as mine:
        await mine.until("caughtup")
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(20):
                await stack.enter_async_context(app.visitor(OTHER))
            await mine.say(ping=1)
            assert await mine.until("pong") == 1


async def test_hellos_that_never_come_keep_nobody_out(one_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = SocketLimits(1000, 1000, silent=10, silent_of_network=4)
    async with an_app(one_redis, monkeypatch, limits) as app, contextlib.AsyncExitStack() as stack:
        for _ in range(30):
            await stack.enter_async_context(app.page(additional_headers=ATTACKER))
        await gets_in(app)
        for number in range(30):
            others = {"X-Forwarded-For": f"198.51.100.{number}"}
            await stack.enter_async_context(app.page(additional_headers=others))
        await gets_in(app)


async def test_of_a_network_the_oldest_without_a_hello_is_asked_to_try_later(
    one_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = SocketLimits(1000, 1000, silent=10, silent_of_network=2)
    async with an_app(one_redis, monkeypatch, limits) as app, contextlib.AsyncExitStack() as stack:
        silent = [await stack.enter_async_context(app.page(additional_headers=ATTACKER)) for _ in range(5)]
        assert [await code_of(socket) for socket in silent[:3]] == [1013] * 3
        for socket in silent[3:]:
            await socket.send(_HELLO)
            assert "welcome" in json.loads(await socket.recv())


@pytest.mark.parametrize("address", ["203.0.113.7", "198.51.100.1"])
async def test_a_network_that_has_enough_is_refused_and_others_get_in(
    one_redis: str, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    async with an_app(one_redis, monkeypatch, SocketLimits(1000, 5)) as app:
        async with contextlib.AsyncExitStack() as stack:
            for number in range(5):
                socket = await stack.enter_async_context(app.page(additional_headers=ATTACKER))
                await Visitor(socket).say(hello={"key": f"{OTHER} {number}"})
            with pytest.raises(InvalidStatus):
                await stack.enter_async_context(app.page(additional_headers=ATTACKER))
            await gets_in(app)

        async def free() -> bool:
            try:
                await gets_in(app, f"{KEY} again", address)
            except InvalidStatus:
                return False
            return True

        await until(free, "a place is free again")


async def test_more_pages_than_a_process_serves_are_refused(
    one_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with an_app(one_redis, monkeypatch, SocketLimits(1, 1)) as app, app.visitor() as page:
        await page.until("caughtup")
        with pytest.raises(InvalidStatus):
            async with app.page(additional_headers=ATTACKER):
                pass
        await page.say(ping=1)
        assert await page.until("pong") == 1


async def test_a_network_that_connects_over_and_over_waits_for_its_turn_and_others_do_not(
    one_redis: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = SocketLimits(1000, 1000, new_at_once=3, new_s=1e9)
    async with an_app(one_redis, monkeypatch, limits) as app, contextlib.AsyncExitStack() as stack:
        for _ in range(3):
            async with app.page(additional_headers=ATTACKER):
                pass
        waiting = asyncio.create_task(stack.enter_async_context(app.page(additional_headers=ATTACKER)))
        await gets_in(app)
        assert not waiting.done()
        waiting.cancel()


async def test_200_phones_behind_one_address_get_in(one_redis: str, monkeypatch: pytest.MonkeyPatch) -> None:
    open_files.raise_limit()
    served = capacity(WANTED)
    limits = SocketLimits(served.sockets, served.sockets_of_network)
    async with an_app(one_redis, monkeypatch, limits) as app, contextlib.AsyncExitStack() as stack:

        async def phone(number: int) -> None:
            while True:  # as the page does, but without waiting
                socket = await connect(f"ws://127.0.0.1:{app.app.port}/ws", additional_headers=ATTACKER)
                stack.push_async_callback(socket.close)
                try:
                    await socket.send(json.dumps({"hello": {"key": f"{KEY} {number}", "language": "en"}}))
                    await Visitor(socket).until_offered("agree")
                    return
                except ConnectionClosed:
                    continue

        async with asyncio.timeout(60), asyncio.TaskGroup() as phones:
            for number in range(200):
                phones.create_task(phone(number))


async def test_pings_are_answered_no_faster_than_a_page_sends_them(
    app: WholeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.connection._FRAMES_S", 100_000)
    async with app.visitor() as attacker:
        await attacker.until("caughtup")
        for number in range(5_000):
            await attacker.say(ping=number)
        async with app.visitor(OTHER) as other:
            await other.begin()
            await other.say(id="1", text="I am Li Lei.")
            assert await other.until("ack") == "1"
        assert [await attacker.until("pong") for _ in range(59)] == list(range(59))
        attacker.socket.transport.abort()


@pytest.mark.parametrize("frame", ["x", "[" * 1000, b"\x00", json.dumps({"id": "一", "text": "x"})])
async def test_who_floods_with_what_no_page_sends_is_disconnected(app: WholeApp, frame: str | bytes) -> None:
    async with app.visitor() as attacker:
        await attacker.until("caughtup")
        with contextlib.suppress(ConnectionClosed):
            for _ in range(1_000):
                await attacker.socket.send(frame)
        assert await code_of(attacker.socket) == 1008
    await gets_in(app, OTHER)
