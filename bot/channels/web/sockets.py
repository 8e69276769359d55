"""The WebSocket connections of this process, and how many there may be."""

import contextlib
from typing import NamedTuple

from aiolimiter import AsyncLimiter
from cachetools import LRUCache
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.web.connection import GONE, Connection, Flooded, hello_of
from bot.channels.web.frames import PANE, Hello
from bot.channels.web.messenger import Messenger
from bot.web.http import network_of, note_full_network
from bot.web.open_files import capacity
from bot.web.quotas import EvictingQuota, Quota
from storage.errors import StoreUnavailable

OPEN_ELSEWHERE = 4001
"""The close code for a tab that gave way to a newer one. The page does not come back by itself then."""
_MALFORMED = 1002
_FLOODED = 1008
_RESTARTING = 1012
_TRY_LATER = 1013
_ABNORMAL = 1006
_MOST_NETWORKS = 10_000


class SocketLimits(NamedTuple):
    """How many connections there may be at a time.

    - `in_all`, `of_network`: of any kind. Further ones are refused.
    - `silent`, `silent_of_network`: without a hello. The oldest one gives way to a new one.
    - `tabs`: of one candidate. The oldest one gives way to a new one.
    - `new_at_once`, `new_s`: of a network, so many new ones are served at once and again every `new_s` seconds;
      further ones wait for their turn, so that a network that connects over and over slows only itself.
    """

    in_all: int
    of_network: int
    silent: int = 100
    silent_of_network: int = 30
    tabs: int = 8
    new_at_once: int = 200
    new_s: float = 5


def limits_here() -> SocketLimits:
    """Return what this process may serve with the files that it may open."""
    served = capacity()
    return SocketLimits(served.sockets, served.sockets_of_network)


class Sockets:
    """Serves the connections."""

    def __init__(self, messenger: Messenger, limits: SocketLimits | None = None) -> None:
        self._messenger = messenger
        self._limits = most = limits or limits_here()
        self._places = Quota(most.in_all, most.of_network)
        self._silent = EvictingQuota(most.silent, most.silent_of_network)
        self._tabs = EvictingQuota(most.in_all, most.tabs)
        self._turns: LRUCache[str, AsyncLimiter] = LRUCache(_MOST_NETWORKS)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection from its hello frame to its end."""
        network = network_of(socket.scope)
        with self._places.place(network) as free:
            if not free:
                note_full_network(network)
            if not free or not self._messenger.same_origin(socket):
                await socket.close()
                return
            await self._turn(network)
            await socket.accept()
            try:
                code = await self._greet(socket, network)
            except StoreUnavailable:
                code = _TRY_LATER
            except Flooded:
                code = _FLOODED
            except GONE:
                return
            with contextlib.suppress(*GONE):
                await socket.close(code)

    async def _turn(self, network: str) -> None:
        """Wait until the network may have a new connection."""
        turns = self._turns.get(network)
        if turns is None:
            turns = self._turns[network] = AsyncLimiter(self._limits.new_at_once, self._limits.new_s)
        await turns.acquire()

    async def _greet(self, socket: WebSocket, network: str) -> int:
        """Wait for the hello, then run the connection until either side ends it. Returns the close code."""
        hello: Hello | None = None
        async with self._silent.place(network) as stay:
            hello = await hello_of(socket)
        if stay.expired():
            return _TRY_LATER
        if hello is None:
            return _MALFORMED
        connection = Connection(self._messenger, socket, hello)
        if connection.address == PANE:  # it is on this machine, and may be open as often as wanted
            return await self._converse(connection)
        async with self._tabs.place(str(connection.address)) as stay:
            code = await self._converse(connection)
        return OPEN_ELSEWHERE if stay.expired() else code

    async def _converse(self, connection: Connection) -> int:
        code: int | None = None
        try:
            await connection.run()
        except WebSocketDisconnect as gone:
            code = gone.code
            raise
        except RuntimeError:  # the client had gone when we wrote
            code = _ABNORMAL
            raise
        finally:
            await connection.left(None if self._messenger.stopping.is_set() else code)
        return _RESTARTING if self._messenger.stopping.is_set() else 1000
