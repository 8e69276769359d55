"""Mutated frames, bytes and requests, through the real web server, to the page's WebSocket."""

from random import Random

import pytest

from tests.bot.whole_app import whole_app
from tests.fakes.running import SINGLE, RunningServers
from tests.fuzz.sockets import send_many


@pytest.mark.redis
async def test_no_connection_makes_an_error_of_ours(servers: RunningServers) -> None:
    async with whole_app(servers.empty(SINGLE[0])) as app:
        outcomes, faults = await send_many(app, 40, Random("suite"))
    assert faults == []
    assert outcomes["pong"] > 3
    assert outcomes["HTTP/1.1 101 Switching Protocols"] > 5
