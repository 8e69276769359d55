"""WebSockets whose clients send too much or do not read: each ends by itself, and others are served meanwhile."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode

from bot.web.http import say
from bot.web.protocols import MOST_CONTROL_FRAMES
from tests.bot.web.web_server import on_each_loop, run, web_server

Loop = Callable[[], asyncio.AbstractEventLoop]
_SOON_S = 0.05


async def _waiting_socket(scope: Scope, receive: Receive, send: Send) -> None:
    """A WebSocket application that accepts and receives; for HTTP, it says hello."""
    if scope["type"] == "http":
        await say(send, "hello")
        return
    await receive()
    await send({"type": "websocket.accept"})
    while (await receive())["type"] != "websocket.disconnect":
        pass


def _frame(opcode: Opcode, data: bytes = b"", fin: bool = True) -> bytes:
    return Frame(opcode, data, fin).serialize(mask=True)


@on_each_loop
@pytest.mark.parametrize(
    ("begin", "frame"),
    [
        (b"", _frame(Opcode.PING)),
        (b"", _frame(Opcode.PONG)),
        (_frame(Opcode.TEXT, fin=False), _frame(Opcode.CONT, fin=False)),
    ],
    ids=["ping", "pong", "fragment"],
)
def test_frames_that_no_browser_sends_so_often_end_the_socket(loop: Loop, begin: bytes, frame: bytes) -> None:
    async def attack() -> None:
        async with web_server(_waiting_socket) as server, connect(f"ws://127.0.0.1:{server.port}") as socket:
            socket.transport.write(begin + frame * (MOST_CONTROL_FRAMES - 1))
            await server.serves_somebody()
            socket.transport.write(frame * 50_000)
            await server.serves_somebody()
            with pytest.raises(ConnectionClosed) as end:
                await socket.recv()
            assert end.value.rcvd is None or end.value.rcvd.code == 1008

    run(loop, attack())


@on_each_loop
def test_a_socket_is_read_no_further_than_the_application_receives(loop: Loop) -> None:
    received, more = 0, asyncio.Event()

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal received
        if scope["type"] == "http":
            await say(send, "hello")
            return
        await receive()
        await send({"type": "websocket.accept"})
        while (await receive())["type"] == "websocket.receive":
            received += 1
            if received == 10:
                await more.wait()

    async def attack() -> None:
        async with web_server(application) as server, connect(f"ws://127.0.0.1:{server.port}") as socket:
            for number in range(20_000):
                await socket.send(f"{number}" if number < 100 else "")
                if number % 1000 == 0:
                    await server.serves_somebody()
            assert received == 10
            more.set()
            await socket.close()
            assert received == 20_000

    run(loop, attack())


@on_each_loop
def test_a_socket_that_is_not_read_is_disconnected(loop: Loop) -> None:
    gone = asyncio.Event()

    async def application(_scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        try:
            while True:
                await send({"type": "websocket.send", "text": "x" * 60_000})
        finally:
            gone.set()

    async def attack() -> None:
        async with web_server(application, stalled_s=_SOON_S) as server:
            socket = await connect(f"ws://127.0.0.1:{server.port}", max_queue=1, compression=None)
            await gone.wait()
            socket.transport.abort()

    run(loop, attack())
