"""A server that says, byte by byte, what a test wants, and knows how each of its connections ended."""

import asyncio
import contextlib
import re
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from aiohappyeyeballs import AddrInfoType

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


def response(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


class Visit:
    """One connection. `requests` are those read so far, each a head and a body."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.requests: list[tuple[bytes, bytes]] = []

    async def request(self) -> bytes:
        """Read a request. Returns its body. Raises IncompleteReadError or ConnectionError if there is none."""
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        assert length, head
        body = await self._reader.readexactly(int(length[1]))
        self.requests.append((head, body))
        return body

    async def say(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def left(self) -> None:
        """Wait until the client has closed the connection."""
        with contextlib.suppress(ConnectionError):
            while await self._reader.read(1 << 20):
                pass


Serve = Callable[[Visit], Awaitable[None]]


async def echo(visit: Visit) -> None:
    """Answer every request with its own body."""
    while True:
        await visit.say(response(await visit.request()))


class RawServer:
    """The server. `serve` handles each connection until it returns, or until the client closes it."""

    def __init__(self, serve: Serve, scheme: str) -> None:
        self._serve = serve
        self._scheme = scheme
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.visits: list[Visit] = []
        self.open = 0

    @property
    def url(self) -> str:
        return f"{self._scheme}://localhost:{self.port}"

    @property
    def bodies(self) -> list[bytes]:
        return [body for visit in self.visits for _, body in visit.requests]

    def visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = Visit(reader, writer)
        self.visits.append(visit)
        task = asyncio.create_task(self._host(visit))
        self._tasks.add(task)

    async def _host(self, visit: Visit) -> None:
        self.open += 1
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._serve(visit)
        finally:
            self.open -= 1
            visit.writer.close()
            with contextlib.suppress(ConnectionError, ssl.SSLError):
                await visit.writer.wait_closed()

    async def everybody_left(self) -> None:
        """Wait until all connections are over. Raises what the handlers raised."""
        await asyncio.gather(*self._tasks)

    async def stop(self) -> None:
        for visit in self.visits:
            visit.writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, AssertionError):
                raise result


@contextlib.asynccontextmanager
async def raw_server(
    serve: Serve = echo, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[RawServer]:
    raw = RawServer(serve, "https" if tls else "http")
    server = await asyncio.start_server(raw.visited, host, 0, ssl=tls)
    raw.port = server.sockets[0].getsockname()[1]
    try:
        yield raw
    finally:
        server.close()
        await raw.stop()


@contextlib.contextmanager
def silent_port() -> Iterator[int]:
    """A port where connecting takes for ever, because the queue of those who wait there is full."""
    with socket.socket() as listening, contextlib.ExitStack() as waiting:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            sock = waiting.enter_context(socket.socket())
            sock.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                sock.connect(listening.getsockname())
        yield listening.getsockname()[1]


def addresses(*ports: int) -> Callable[[], Awaitable[list[AddrInfoType]]]:
    """Return what looks up a name that has these ports of this machine as its addresses."""

    async def look_up() -> list[AddrInfoType]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port)) for port in ports
        ]

    return look_up
