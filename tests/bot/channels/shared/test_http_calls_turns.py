"""Whose turn it is, at moments that a real network meets only now and then, and how long connections are kept."""

import asyncio
import gc
import socket

import pytest
from aiohappyeyeballs import AddrInfoType

from bot.channels.shared import http_calls
from bot.channels.shared.http_calls import IDLE_S, HttpCalls
from bot.channels.shared.http_connection import HttpConnection, NoAnswer, Reply
from tests.bot.channels.shared.http_talks import Line
from tests.bot.channels.shared.raw_server import response
from tests.fakes.virtual_time import virtual_time


class Wires(HttpCalls):
    """The client on connections without a network, which the test answers."""

    def __init__(self) -> None:
        super().__init__("http://telegram.invalid")
        self.made: list[tuple[HttpConnection, Line]] = []
        self.closes_at_once = False

    async def _dial(self) -> HttpConnection:
        await asyncio.sleep(0)
        connection, line = HttpConnection(self), Line()
        connection.connection_made(line)
        self.made.append((connection, line))
        if self.closes_at_once:
            connection.eof_received()
        return connection

    def begin(self, *bodies: str) -> list[asyncio.Task[Reply]]:
        return [asyncio.create_task(self.post("/", body.encode(), 100)) for body in bodies]

    def answer(self, *headers: str, wire: int = 0) -> None:
        self.made[wire][0].data_received(response(b"{}", "200 OK", *headers))

    def bodies(self, wire: int = 0) -> list[str]:
        """The bodies sent so far. Each is one letter."""
        return [part[:1].decode() for part in self.made[wire][1].written.split(b"\r\n\r\n")[1:]]

    @property
    def closed(self) -> list[bool]:
        return [line.closed for _, line in self.made]


@pytest.fixture
def single(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "CONNECTIONS", 1)


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.usefixtures("single")
async def test_a_connection_given_to_somebody_who_is_cancelled_goes_to_the_next() -> None:
    wires = Wires()
    a, b, c = wires.begin("a", "b", "c")
    await turns()
    wires.answer()
    b.cancel()
    await turns()
    wires.answer()
    assert [(await each).status for each in (a, c)] == [200, 200]
    assert b.cancelled()
    assert wires.bodies() == ["a", "c"]
    assert len(wires.made) == 1


@pytest.mark.usefixtures("single")
async def test_a_connection_that_nobody_wants_any_more_is_kept() -> None:
    wires = Wires()
    _, b = wires.begin("a", "b")
    await turns()
    wires.answer()
    b.cancel()
    await turns()
    wires.begin("c")
    await turns()
    assert wires.bodies() == ["a", "c"]


@pytest.mark.usefixtures("single")
async def test_whose_connection_is_lost_before_it_is_used_is_the_next_to_get_one() -> None:
    wires = Wires()
    calls = wires.begin("a", "b", "c", "d")
    await turns()
    wires.answer()
    wires.made[0][0].eof_received()
    await turns()
    for _ in calls[1:]:
        wires.answer(wire=1)
        await turns()
    assert [(await each).status for each in calls] == [200] * 4
    assert (wires.bodies(0), wires.bodies(1)) == (["a"], ["c", "b", "d"])


@pytest.mark.usefixtures("single")
async def test_a_lost_connection_leaves_its_place_to_somebody_who_comes_later() -> None:
    wires = Wires()
    a, b = wires.begin("a", "b")
    await turns()
    wires.answer()
    wires.made[0][0].eof_received()
    await turns()
    wires.answer(wire=1)
    assert [(await each).status for each in (a, b)] == [200, 200]
    assert (wires.bodies(0), wires.bodies(1)) == (["a"], ["b"])


@pytest.mark.usefixtures("single")
async def test_a_place_given_to_somebody_who_is_cancelled_goes_to_the_next() -> None:
    wires = Wires()
    a, b, c = wires.begin("a", "b", "c")
    await turns()
    wires.answer("Connection: close")
    b.cancel()
    await turns()
    wires.answer(wire=1)
    assert [(await each).status for each in (a, c)] == [200, 200]
    assert (wires.bodies(0), wires.bodies(1)) == (["a"], ["c"])


@pytest.mark.usefixtures("single")
async def test_a_connection_that_is_closed_at_once_is_no_answer() -> None:
    wires = Wires()
    wires.closes_at_once = True
    results = await asyncio.gather(*wires.begin("a", "b", "c"), return_exceptions=True)
    assert [str(each) for each in results if isinstance(each, NoAnswer)] == ["ServerDisconnected"] * 3
    assert [line.written for _, line in wires.made] == [b""] * 3


async def test_a_connection_that_is_about_to_be_closed_is_not_used() -> None:
    wires = Wires()
    (a,) = wires.begin("a")
    await turns()
    wires.answer()
    await a
    wires.made[0][1].closed = True
    wires.begin("b")
    await turns()
    assert (wires.bodies(0), wires.bodies(1)) == (["a"], ["b"])


async def test_a_failed_look_up_that_nobody_waits_for_any_more_is_not_complained_of() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    answer = asyncio.Event()

    class Unknown(HttpCalls):
        async def _look_up(self) -> list[AddrInfoType]:
            await answer.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "try again")

    calls = Unknown("http://telegram.invalid")
    tasks = [asyncio.create_task(calls.post("/", b"", 10)) for _ in range(3)]
    await turns()
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    answer.set()
    await turns()
    gc.collect()
    assert complaints == []


@virtual_time
async def test_each_unused_connection_is_closed_in_its_time() -> None:
    wires = Wires()
    calls = wires.begin("a", "b")
    await turns()
    wires.answer(wire=0)
    await asyncio.sleep(IDLE_S / 2)
    assert not calls[1].done()
    wires.answer(wire=1)
    await asyncio.sleep(IDLE_S / 2 + 1)
    assert wires.closed == [True, False]
    await asyncio.sleep(IDLE_S / 2)
    assert wires.closed == [True, True]


@virtual_time
async def test_unused_connections_are_closed_and_used_ones_are_kept() -> None:
    wires = Wires()
    calls = wires.begin("a", "b", "c")
    await turns()
    for wire in (1, 2, 0):
        wires.answer(wire=wire)
    await asyncio.gather(*calls)
    for round_ in range(1, 4):
        await asyncio.sleep(IDLE_S / 2.5)
        (again,) = wires.begin("d")
        await turns()
        wires.answer(wire=0)  # the one used last
        await again
        assert wires.closed == [False, round_ == 3, round_ == 3]
    await asyncio.sleep(IDLE_S - 1)
    assert wires.closed == [False, True, True]
    await asyncio.sleep(2)
    assert wires.closed == [True, True, True]
    wires.begin("e")
    await turns()
    assert wires.bodies(3) == ["e"]
    await asyncio.sleep(IDLE_S / 5)
    assert wires.closed == [True, True, True, False]
