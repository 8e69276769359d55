"""The web server on a real socket: whom it takes for the client of a request, and how it stops."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence

import httpx
import pytest
import uvloop
from starlette.types import Receive, Scope, Send

from bot.web.connections import Limits
from bot.web.http import network_of, say
from bot.web.server import listen, serve
from tests.bot.web.web_server import hello, run

_AT_ONCE_S = 6
"""Shorter than requests in progress are waited for."""


async def _client_seen(trusted: Sequence[str], forwarded: str) -> str:
    """Return the client that the application sees for a request from this machine with X-Forwarded-For."""

    async def application(scope: Scope, _receive: Receive, send: Send) -> None:
        await say(send, network_of(scope))

    listener, stopping = listen("127.0.0.1", 0), asyncio.Event()
    port = listener.getsockname()[1]
    serving = asyncio.create_task(serve(application, listener, stopping, Limits(trusted_proxies=trusted)))
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        answer = await http.get(f"http://127.0.0.1:{port}/", headers={"X-Forwarded-For": forwarded})
    stopping.set()
    await serving
    return answer.text


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        (("127.0.0.1",), "203.0.113.7", "203.0.113.7"),
        (("127.0.0.0/8",), "203.0.113.7", "203.0.113.7"),
        (("127.0.0.1",), "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # the first was written by the visitor
        (("10.0.0.0/8",), "203.0.113.7", "127.0.0.1"),  # anybody can write such a header
        ((), "203.0.113.7", "127.0.0.1"),
    ],
)
async def test_only_a_trusted_proxy_says_who_the_client_is(
    trusted: Sequence[str], forwarded: str, seen: str
) -> None:
    assert await _client_seen(trusted, forwarded) == seen


@pytest.mark.parametrize("turns", range(6))
def test_who_comes_while_it_stops_is_not_waited_for(turns: int) -> None:
    """A connection may be accepted, and be given to the protocol only after all others were told to close."""

    async def stop() -> None:
        listener, stopping = listen("127.0.0.1", 0), asyncio.Event()
        serving = asyncio.create_task(serve(hello, listener, stopping, Limits()))
        address = listener.getsockname()
        async with httpx.AsyncClient(trust_env=False, verify=False) as http:
            await http.get(f"http://127.0.0.1:{address[1]}/")
        with contextlib.ExitStack() as visitors:
            for _ in range(20):
                visitors.enter_context(socket.create_connection(address))
            for _ in range(turns):
                await asyncio.sleep(0)
            stopping.set()
            async with asyncio.timeout(_AT_ONCE_S):
                await serving

    run(uvloop.new_event_loop, stop())
