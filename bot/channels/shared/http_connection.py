"""An HTTP/1.1 connection of `HttpCalls`, which carries one POST at a time."""

import asyncio
from typing import NamedTuple, Protocol, cast

import httptools

MOST_BYTES = 4 * 1024 * 1024
"""The size of the largest response that is accepted, including its head."""
MOST_HEAD_BYTES = 64 * 1024
_BROKEN = (httptools.HttpParserError, httptools.HttpParserUpgrade)


class NoAnswer(Exception):
    """A call got no complete answer; whether the server has acted on it is unknown.

    The message is the kind of failure, often the name of an exception, and contains no URL, token or body.
    """


class Reply(NamedTuple):
    """A complete HTTP response. Its status may be any, also a redirection, which is not followed."""

    status: int
    body: bytes


Outcome = asyncio.Future[Reply | NoAnswer]
"""NoAnswer is a result, not an exception, because nobody retrieves it if the caller is cancelled meanwhile."""


class Owner(Protocol):
    def freed(self, connection: "HttpConnection") -> None:
        """Take back a connection whose exchange is over and that can carry another."""

    def lost(self, connection: "HttpConnection") -> None:
        """Forget a connection that is closed. May be called more than once."""


class _Surplus(Exception):
    pass


class HttpConnection(asyncio.Protocol):
    """A connection that either returns to its owner after an exchange, or is closed.

    It is closed after everything that leaves doubt about what the next bytes mean: an exchange that was not waited
    for until its end, a malformed response, and bytes that nobody has asked for.
    """

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._transport: asyncio.Transport
        self._parser = httptools.HttpResponseParser(self)
        self._outcome: Outcome | None = None
        self._reply: Reply | None = None
        self._reusable = False
        self._received = 0
        self._head: list[bytes] = []
        self._body: list[bytes] = []
        self.idle_since = 0.0
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the socket is closed."""

    @property
    def usable(self) -> bool:
        return not self._transport.is_closing()

    def exchange(self, request: bytes, outcome: Outcome) -> None:
        """Send a request, and set `outcome` to its response or NoAnswer."""
        self._outcome = outcome
        self._received = 0
        self._transport.write(request)

    def give_up(self, outcome: Outcome, why: str) -> None:
        """End the exchange that has this outcome, unless it is already over."""
        if self._outcome is outcome:
            self.close(why)

    def close(self, why: str) -> None:
        """Close the connection, without waiting for what is not sent yet. An exchange ends with NoAnswer."""
        if self._outcome is not None:
            self._end(NoAnswer(why))
        else:
            self._transport.abort()
            self._owner.lost(self)

    def _end(self, result: Reply | NoAnswer) -> None:
        outcome, self._outcome = self._outcome, None
        self._reply, self._head, self._body = None, [], []
        assert outcome is not None
        heard = not outcome.cancelled()
        if heard:
            outcome.set_result(result)
        if isinstance(result, Reply) and heard and self._reusable and self._sent:
            self._owner.freed(self)
        else:
            self.close("")

    @property
    def _sent(self) -> bool:
        """Whether the whole request was sent. A server may answer before it has read all of it."""
        return not self._transport.get_write_buffer_size()

    # called by the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._outcome is None:
            self.close("")
            return
        self._received += len(data)
        if self._received > MOST_BYTES:
            self.close("AnswerTooLarge")
            return
        if not self._body:
            self._head.append(data)
        try:
            self._parser.feed_data(data)
        except _BROKEN as error:
            if self._reply is None:
                self.close(type(error).__name__)
                return
            self._reusable = False
        if self._reply is not None:
            self._end(self._reply)
        elif not self._body and self._received > MOST_HEAD_BYTES:
            self.close("AnswerTooLarge")

    def eof_received(self) -> None:
        if self._outcome is not None and _lasts_until_closed(self._head):
            self._reusable = False
            self._end(Reply(self._parser.get_status_code(), b"".join(self._body)))
        else:
            self.close("ServerDisconnected")

    def connection_lost(self, error: Exception | None) -> None:
        self.close(type(error).__name__ if error else "ServerDisconnected")
        self.gone.set_result(None)

    # called by the parser

    def on_message_begin(self) -> None:
        if self._reply is not None:
            raise _Surplus

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if not 100 <= status < 200:  # otherwise the response is still to come
            self._reply = Reply(status, b"".join(self._body))
            self._reusable = self._parser.should_keep_alive()


class _Framing:
    """Whether a head leaves it to the end of the connection where the body ends."""

    def __init__(self) -> None:
        self.open_ended = False
        self._told = False

    def on_message_begin(self) -> None:
        self._told = False

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"content-length":
                self._told = True
            case b"transfer-encoding":
                self._told = self._told or b"chunked" in value.lower()

    def on_headers_complete(self) -> None:
        self.open_ended = not self._told

    def on_message_complete(self) -> None:
        self.open_ended = False


def _lasts_until_closed(head: list[bytes]) -> bool:
    """Return whether the response that begins with these bytes ends with the connection.

    httptools does not tell, and reading the headers of every response would take as long as all else about it.
    """
    framing = _Framing()
    httptools.HttpResponseParser(framing).feed_data(b"".join(head))
    return framing.open_ended
