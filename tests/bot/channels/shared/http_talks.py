"""A connection without a network, and all kinds of responses."""

import asyncio
from dataclasses import dataclass

from bot.channels.shared.http_connection import HttpConnection, NoAnswer, Outcome, Reply
from tests.bot.channels.shared.raw_server import response

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
IN_CHUNKS = b"\r\n4;name=value\r\n{}{}\r\n1\r\n \r\n0\r\n"


class Line(asyncio.Transport):
    """A transport without a network. `unsent` is how much of what was written is not sent yet."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.unsent = 0
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.closed = True


class Talk:
    """A connection in an exchange, and what becomes of it: whether it can be used again, or is closed."""

    def __init__(self) -> None:
        self.line = Line()
        self.free = self.over = False
        self.connection = HttpConnection(self)
        self.connection.connection_made(self.line)
        self.ask()

    def ask(self) -> None:
        self.free = False
        self.outcome: Outcome = asyncio.get_running_loop().create_future()
        self.connection.exchange(b"a request", self.outcome)

    def hear(self, *pieces: bytes) -> "Talk":
        for piece in pieces:
            if not self.line.closed:
                self.connection.data_received(piece)
        return self

    @property
    def result(self) -> Reply | NoAnswer | None:
        return self.outcome.result() if self.outcome.done() else None

    @property
    def failure(self) -> str:
        """The kind of failure, after which the connection has to be closed."""
        assert isinstance(self.result, NoAnswer)
        assert self.over
        assert self.line.closed
        assert not self.free
        return str(self.result)

    def freed(self, connection: HttpConnection) -> None:
        assert connection is self.connection
        assert not self.free
        assert not self.over
        self.free = True

    def lost(self, connection: HttpConnection) -> None:
        assert connection is self.connection
        self.free, self.over = False, True


@dataclass(frozen=True)
class Kind:
    """A kind of response. `kept`: whether the connection can be used again. `ends`: whether closing it ends it."""

    raw: bytes
    reply: Reply
    kept: bool = True
    ends: bool = False


KINDS = {
    "with a length": Kind(response(b"{}"), Reply(200, b"{}")),
    "empty": Kind(response(), Reply(200, b"")),
    "chunked": Kind(CHUNKED + IN_CHUNKS + b"\r\n", Reply(200, b"{}{} ")),
    "chunked with a trailer": Kind(CHUNKED + IN_CHUNKS + b"Sum: 1\r\n\r\n", Reply(200, b"{}{} ")),
    "after others": Kind(
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + response(b"{}"),
        Reply(200, b"{}"),
    ),
    "without a body": Kind(b"HTTP/1.1 204 No Content\r\n\r\n", Reply(204, b"")),
    "not modified": Kind(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", Reply(304, b"")),
    "elsewhere": Kind(response(b"", "302 Found", "Location: http://192.0.2.1/"), Reply(302, b"")),
    "an error": Kind(response(b"busy", "503 Service Unavailable", "Retry-After: 1"), Reply(503, b"busy")),
    "no status of HTTP": Kind(response(b"", "000 None"), Reply(0, b"")),
    "an offer": Kind(response(b"{}", "200 OK", "Connection: upgrade", "Upgrade: h2c"), Reply(200, b"{}")),
    "the last": Kind(response(b"{}", "200 OK", "Connection: close"), Reply(200, b"{}"), kept=False),
    "the last, chunked": Kind(
        CHUNKED + b"Connection: close\r\n" + IN_CHUNKS + b"\r\n", Reply(200, b"{}{} "), kept=False
    ),
    "old": Kind(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}", Reply(200, b"{}"), kept=False),
    "old, kept": Kind(
        b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}", Reply(200, b"{}")
    ),
    "until closed": Kind(b"HTTP/1.1 200 OK\r\n\r\n{}", Reply(200, b"{}"), kept=False, ends=True),
    "until closed, old": Kind(
        b"HTTP/1.0 502 Bad Gateway\r\nConnection: close\r\n\r\n<html>",
        Reply(502, b"<html>"),
        kept=False,
        ends=True,
    ),
    "until closed, empty": Kind(b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", Reply(200, b""), kept=False, ends=True),
    "until closed, after another": Kind(
        b"HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}",
        Reply(200, b"{}"),
        kept=False,
        ends=True,
    ),
    "until closed, encoded": Kind(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}", Reply(200, b"{}"), kept=False, ends=True
    ),
}
