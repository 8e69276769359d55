"""Running the web server: its listening socket, and uvicorn on the app's own event loop."""

import asyncio
import contextlib
import functools
import socket
from collections.abc import Iterator
from typing import Any, cast

import uvicorn
from starlette.types import ASGIApp

from bot.web.connections import Connections, Limits
from bot.web.protocols import LimitedHttp, LimitedSocket
from conversation.errors import BotError


class AddressTaken(BotError):
    """The web server cannot listen at its address."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises AddressTaken.

    Called before anything else starts, so that starting the program twice fails at once with a clear message.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "not a host's name"
        raise AddressTaken(
            f"cannot listen at {host} port {port} ({why}): another program has it, or this one runs already; "
            "choose another XUMIAN_HTTP_PORT"
        ) from None


async def serve(application: ASGIApp, listener: socket.socket, stopping: asyncio.Event, limits: Limits) -> None:
    """Serve until `stopping` is set. It is set here if the server gives up, before connections are closed.

    Of requests from `limits.trusted_proxies` (addresses and networks), the client is the one that the proxy names.
    """
    connections = Connections(limits)
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=True,
        forwarded_allow_ips=list(limits.trusted_proxies),
        http=cast(Any, functools.partial(LimitedHttp, connections)),
        ws=LimitedSocket,
        ws_max_size=64 * 1024,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=8,
    )
    server = _Server(config, stopping, connections)
    task = asyncio.create_task(server.serve([listener]))
    stopped = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopped.cancel()
        stopping.set()
        server.should_exit = True
        await task


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling, because the app handles signals for all its parts."""

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event, connections: Connections) -> None:
        super().__init__(config)
        self._stopping = stopping
        self._connections = connections

    async def main_loop(self) -> None:
        """Wait until `stopping` is set. uvicorn's own loop looks ten times a second."""
        await self.on_tick(0)
        await self._stopping.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Tell all connections to close, and wait for the requests in progress.

        A connection accepted just before would reach its protocol afterwards and not be told. It might bring one
        request after another until the wait times out.
        """
        self._connections.stop()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
