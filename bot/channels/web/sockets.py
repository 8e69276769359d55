"""The WebSocket connections of this process."""

import contextlib
from collections.abc import Iterator

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.web.connection import GONE, Connection, hello_of
from bot.channels.web.messenger import Messenger
from storage.errors import StoreUnavailable

MOST_SOCKETS = 1_000
"""The most connections per process. Further ones are asked to try later."""
_TRY_LATER = 1013
_ABNORMAL = 1006


class Sockets:
    """Serves the connections. They are counted, so that there cannot be too many."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger
        self._sockets = 0

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection from its hello frame to its end."""
        if not self._messenger.same_origin(socket):
            await socket.close(1008)
            return
        await socket.accept()
        try:
            code = await self._converse(socket) if self._sockets < MOST_SOCKETS else _TRY_LATER
        except StoreUnavailable:
            code = _TRY_LATER
        except GONE:
            return
        with contextlib.suppress(*GONE):
            await socket.close(code)

    async def _converse(self, socket: WebSocket) -> int:
        """Run one connection until either side ends it. Returns the close code."""
        code: int | None = None
        connection: Connection | None = None
        try:
            with self._counted():
                hello = await hello_of(socket)
                if hello is None:
                    return 1002
                connection = Connection(self._messenger, socket, hello)
                await connection.run()
        except WebSocketDisconnect as gone:
            code = gone.code
            raise
        except RuntimeError:  # the client had gone when we wrote
            code = _ABNORMAL
            raise
        finally:
            if connection is not None:
                await connection.left(None if self._messenger.stopping.is_set() else code)
        return 1012 if self._messenger.stopping.is_set() else 1000

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        self._sockets += 1
        try:
            yield
        finally:
            self._sockets -= 1
