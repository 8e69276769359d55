"""Running the web server for tests, on either event loop, and raw connections to it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx
import pytest
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.web.connections import Limits
from bot.web.http import say
from bot.web.server import listen, serve

PATIENCE_S = 20
LOOPS = [asyncio.new_event_loop, uvloop.new_event_loop]

on_each_loop = pytest.mark.parametrize("loop", LOOPS, ids=["asyncio", "uvloop"])


def run(loop: Callable[[], asyncio.AbstractEventLoop], test: Coroutine[Any, Any, None]) -> None:
    async def patient() -> None:
        async with asyncio.timeout(PATIENCE_S):
            await test

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(patient())


async def hello(_scope: Scope, _receive: Receive, send: Send) -> None:
    await say(send, "hello")


class WebServer:
    def __init__(self, port: int) -> None:
        self.port = port
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.append(writer)
        return reader, writer

    async def leave(self) -> None:
        """Close all connections."""
        for writer in self._writers:
            writer.transport.abort()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def serves_somebody(self) -> None:
        """Check that somebody who comes now is served."""
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=PATIENCE_S) as http:
            assert (await http.get(f"http://127.0.0.1:{self.port}/")).text == "hello"


@contextlib.asynccontextmanager
async def web_server(application: ASGIApp = hello, **limits: Any) -> AsyncIterator[WebServer]:
    listener, stopping = listen("127.0.0.1", 0), asyncio.Event()
    serving = asyncio.create_task(serve(application, listener, stopping, Limits(**limits)))
    server = WebServer(listener.getsockname()[1])
    try:
        yield server
    finally:
        await server.leave()
        stopping.set()
        await serving


async def ended(reader: asyncio.StreamReader) -> bytes:
    """Wait until the server has closed the connection. Returns what it sent before."""
    received = bytearray()
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(1 << 16):
            received += data
    return bytes(received)
