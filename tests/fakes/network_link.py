"""A network between two programs of this machine that can be cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Link:
    """A network in front of a server on this machine.

    `cut` makes it lose everything without closing anything; `refuse` makes it close all connections at once.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._whole = True
        self._refuses = False
        self._ends: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self) -> None:
        self._whole = False

    def refuse(self) -> None:
        self._refuses = True
        self._disconnect()

    def mend(self) -> None:
        """Let everything pass again that is sent from now on, over new connections."""
        self._whole, self._refuses = True, False
        self._disconnect()

    def _disconnect(self) -> None:
        for task in self._ends:
            task.cancel()

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Link"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self._disconnect()
            await asyncio.gather(*self._ends, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ends.add(task)
        writers = [writer]
        try:
            if self._refuses:
                return
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
            writers.append(far_writer)
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in writers:
                each.close()
            self._ends.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1 << 16):
            if self._whole:
                writer.write(data)
