"""uvicorn's protocols for HTTP and WebSockets, with limits.

Nobody holds a connection by sending or reading slowly, and nobody who sends fast makes the server work more than
its application asks for.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from bot.web.connections import Connection, Connections
from bot.web.http import ARRIVED

MOST_HEADER_BYTES = 64 * 1024
MOST_PIPELINED = 8
"""How many requests may wait behind the one that is being answered. Browsers and proxies send one at a time."""
MOST_CONTROL_FRAMES = 100
"""The most pings, pongs and unfinished fragments of a WebSocket in `_CONTROL_S` seconds."""
_CONTROL_S = 10
_LEAST_BYTES = 4 * 1024
_PIECE_BYTES = 256
_CLOSE_S = 2.0


class _Reading:
    """Closes a connection whose other side does not read what is sent to it.

    The other side has to read something within `stalled_s`, which is at least 4 KiB of a large backlog.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, stalled_s: float) -> None:
        self._transport = transport
        self._loop = loop
        self._stalled_s = stalled_s
        self._backlog = 0
        self._timer = loop.call_later(stalled_s, self._look)

    def drained(self) -> None:
        self._backlog = 0

    def stop(self) -> None:
        self._timer.cancel()

    def _look(self) -> None:
        backlog = self._transport.get_write_buffer_size()
        if self._backlog and backlog > max(0, self._backlog - _LEAST_BYTES):
            self._transport.abort()
            return
        self._backlog = backlog
        self._timer = self._loop.call_later(self._stalled_s, self._look)


class LimitedHttp(HttpToolsProtocol):
    """A connection before it becomes a WebSocket, if it ever does."""

    def __init__(self, connections: Connections, **options: Any) -> None:
        super().__init__(**options)
        self._all = connections
        self._connection: Connection | None = None
        self._reading: _Reading | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._turn: asyncio.TimerHandle | None = None
        self._before_turn = b""
        self._header_bytes = 0
        self._body_missing = False
        self._draining = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)
        super().connection_made(transport)
        self._connection = self._all.opened(self.client[0] if self.client else "", transport.abort)
        if self._connection is None:
            transport.abort()
            return
        self._reading = _Reading(transport, self.loop, self._all.limits.stalled_s)
        turn_s = self._all.turn_s(self._connection, self.loop.time())
        if turn_s:
            self._turn = self.loop.call_later(turn_s, self._begin)
        self._wait(turn_s + self._all.limits.request_s)

    def _begin(self) -> None:
        """Read what came before this connection's turn, and go on reading."""
        self._turn, received, self._before_turn = None, self._before_turn, b""
        if received and not self.transport.is_closing():
            self.flow.resume_reading()
            self.data_received(received)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._turn:
            self._turn.cancel()
        self._stop_waiting()
        if self._reading:
            self._reading.stop()
        if self._connection:
            self._all.closed(self._connection)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        if self._turn:
            self._before_turn += data
            self.flow.pause_reading()
            return
        self._header_bytes += len(data)
        super().data_received(data)
        if self._deadline and not self._draining and self._header_bytes > MOST_HEADER_BYTES:
            self.send_400_response("Headers too large.")

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MOST_PIPELINED:
            raise ValueError("too many requests at once")  # ends the connection
        self._body_missing = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        if self._connection:
            self._all.works(self._connection)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._body_missing = False
        cast(dict[str, object], self.scope)[ARRIVED] = True
        if self._draining:
            self._draining = False
            self._wait(self._all.limits.request_s)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.cycle.response_complete and not self.transport.is_closing():
            self._draining = self._body_missing
            self._wait(self._all.limits.drain_s if self._draining else self._all.limits.request_s)

    def handle_websocket_upgrade(self) -> None:
        super().handle_websocket_upgrade()
        protocol = self.transport.get_protocol()
        if isinstance(protocol, LimitedSocket) and self._connection and self._reading:
            protocol.take_over(self._reading, self._connection, self._all)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reading:
            self._reading.drained()

    def _wait(self, seconds: float) -> None:
        """Wait for the next request, for this long."""
        self._stop_waiting()
        self._header_bytes = 0
        if self._connection:
            self._all.waits(self._connection)
        self._deadline = self.loop.call_later(seconds, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


class LimitedSocket(WebSocketsSansIOProtocol):
    """A WebSocket. It is read in pieces, and no further than the application has received, so that many small
    frames cost no more than the application allows."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.close_timeout = _CLOSE_S
        self._unread = bytearray()
        self._reading: _Reading | None = None
        self._ended: Callable[[], None] | None = None
        self._control_frames = 0
        self._control_since = self.loop.time()

    def take_over(self, reading: _Reading, connection: Connection, connections: Connections) -> None:
        """Continue a connection that was HTTP so far."""
        self._reading = reading
        self._ended = lambda: connections.closed(connection)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._reading:
            self._reading.stop()
        if self._ended:
            self._ended()
        self._unread.clear()
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._reading:
            self._reading.drained()

    def data_received(self, data: bytes) -> None:
        self._unread += data
        self._read()

    async def receive(self) -> Any:
        message = await super().receive()
        self._read()
        return message

    async def send(self, message: Any) -> None:
        await super().send(message)
        if message["type"] == "websocket.close":
            self._read()  # up to the other side's close frame

    def _read(self) -> None:
        while self._unread and not self.read_paused and not self.transport.is_closing():
            piece = bytes(self._unread[:_PIECE_BYTES])
            del self._unread[:_PIECE_BYTES]
            super().data_received(piece)

    # frames that never reach the application

    def handle_ping(self) -> None:
        if self._may_go_on():
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        if self._may_go_on():
            super().handle_pong(event)

    def handle_text(self, event: Frame) -> None:
        if event.fin or self._may_go_on():
            super().handle_text(event)

    def handle_bytes(self, event: Frame) -> None:
        if event.fin or self._may_go_on():
            super().handle_bytes(event)

    def handle_cont(self, event: Frame) -> None:
        if event.fin or self._may_go_on():
            super().handle_cont(event)

    def _may_go_on(self) -> bool:
        """Count a frame of which the application learns nothing. Ends the connection if there are too many."""
        if self.transport.is_closing():
            return False
        now = self.loop.time()
        if now >= self._control_since + _CONTROL_S:
            self._control_since, self._control_frames = now, 0
        self._control_frames += 1
        if self._control_frames <= MOST_CONTROL_FRAMES:
            return True
        self.conn.fail(1008, "too many frames")
        self.handle_parser_exception()
        return False
