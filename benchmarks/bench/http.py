"""A minimal HTTP client and server on httptools' parsers, so fast that the driver is not the bottleneck.

Each connection has one request at a time. The client reads only the answer's status.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

import httptools

Heard = Callable[[int], None]
"""Called with the answer's status, or 0 if the connection broke."""
Handler = Callable[[str, str, bytes], bytes]
"""Returns the answer's body for a path, content type and body.

The body is JSON, or a file's bytes for paths with /file/.
"""


class _Connection(asyncio.Protocol):
    def __init__(self, pool: "Pool") -> None:
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._heard: Heard | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None
        heard, self._heard = self._heard, None
        self._pool.lost(self)
        if heard:
            heard(0)

    def send(self, request: bytes, heard: Heard) -> None:
        assert self._transport
        self._heard = heard
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        status, heard = self._parser.get_status_code(), self._heard
        self._heard = None
        self._parser = httptools.HttpResponseParser(self)
        self._pool.free(self)
        if heard:
            heard(status)

    def close(self) -> None:
        if self._transport:
            self._transport.close()


class Pool:
    """At most `limit` kept-alive connections to one port. Further requests wait in order.

    Servers close connections that nobody uses for a while. A new one then takes its place.
    """

    def __init__(self, port: int, limit: int) -> None:
        self._port = port
        self._limit = limit
        self._idle: list[_Connection] = []
        self._open: set[_Connection] = set()
        self._waiting: deque[tuple[bytes, Heard]] = deque()
        self._connecting: set[asyncio.Task[None]] = set()

    async def connect(self) -> None:
        """Open all connections. Raises OSError."""
        for _ in range(self._limit):
            await self._connect()

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._port)
        self._open.add(connection)
        self.free(connection)

    async def _connect_again(self) -> None:
        try:
            await self._connect()
        except OSError:
            if self._waiting and not self._open:
                self._waiting.popleft()[1](0)

    def post(self, request: bytes, heard: Heard) -> None:
        if self._idle:
            self._idle.pop().send(request, heard)
            return
        self._waiting.append((request, heard))
        if len(self._open) + len(self._connecting) < self._limit:
            task = asyncio.create_task(self._connect_again())
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    def free(self, connection: _Connection) -> None:
        if self._waiting:
            connection.send(*self._waiting.popleft())
        else:
            self._idle.append(connection)

    def lost(self, connection: _Connection) -> None:
        self._open.discard(connection)
        if connection in self._idle:
            self._idle.remove(connection)

    def close(self) -> None:
        for connection in list(self._open):
            connection.close()


class ServerConnection(asyncio.Protocol):
    """One connection of the server. Every request goes to the handler, whatever its path."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._url = b""
        self._kind = b""
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._transport = None

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url = self._kind = self._body = b""

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._kind = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        answer = self._handler(self._url.decode(), self._kind.decode(), self._body)
        if self._transport:
            kind = b"application/octet-stream" if b"/file/" in self._url else b"application/json"
            head = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(head % (kind, len(answer)) + answer)
