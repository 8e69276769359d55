"""The web server on a real socket: whom it takes for the client of a request."""

import asyncio
from collections.abc import Sequence

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from bot.web.connections import Limits
from bot.web.http import network_of, say
from bot.web.server import listen, serve


async def _client_seen(trusted: Sequence[str], forwarded: str) -> str:
    """Return the client that the application sees for a request from this machine with X-Forwarded-For."""

    async def application(scope: Scope, _receive: Receive, send: Send) -> None:
        await say(send, network_of(scope))

    listener, stopping = listen("127.0.0.1", 0), asyncio.Event()
    port = listener.getsockname()[1]
    serving = asyncio.create_task(serve(application, listener, stopping, Limits(trusted_proxies=trusted)))
    async with httpx.AsyncClient(trust_env=False) as http:
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
