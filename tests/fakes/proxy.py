"""A proxy to a server that can lose an answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class BadLine:
    """A proxy on a port of its own.

    `lose` names a command: the next request that contains it is carried out by the server, but the connection
    breaks before the answer.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._lose = b""
        self._ends: set[asyncio.Task[None]] = set()
        self.port = 0
        self.lost = 0

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def lose(self, command: bytes) -> None:
        self._lose = command

    @asynccontextmanager
    async def open(self) -> AsyncIterator["BadLine"]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._ends:
                task.cancel()
            await asyncio.gather(*self._ends, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._ends.add(task)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        with suppress(OSError, asyncio.CancelledError):
            await self._pass_on(reader, writer, far_reader, far_writer)
        for each in (writer, far_writer):
            each.close()
            with suppress(OSError):
                await each.wait_closed()
        self._ends.discard(task)

    async def _pass_on(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        far_reader: asyncio.StreamReader,
        far_writer: asyncio.StreamWriter,
    ) -> None:
        """Forward one connection. The client must wait for each answer, as Redis clients without pipelines do."""
        while request := await reader.read(1 << 20):
            far_writer.write(request)
            losing = bool(self._lose) and self._lose in request
            if losing:
                self._lose = b""
            answer = await far_reader.read(1 << 20)
            if losing or not answer:
                self.lost += losing
                return
            writer.write(answer)
