"""A client for many small POSTs of JSON to one HTTP server, which takes a fraction of the time of general clients.

It has no redirections, cookies, compression, proxies or uploads, and repeats nothing. Why:
docs/adr/0010-frequent-calls.md.
"""

import asyncio
import base64
import functools
import ssl
from collections import deque
from socket import SOCK_STREAM
from urllib.parse import quote

import aiohappyeyeballs
from aiohappyeyeballs import AddrInfoType
from yarl import URL

from bot.channels.shared.http_connection import HttpConnection, NoAnswer, Outcome, Reply

CONNECTIONS = 100
IDLE_S = 30.0
"""How long an unused connection is kept: less than servers and firewalls do, of which the latter tell nobody."""
_NEXT_ADDRESS_S = 0.25
"""How long to wait for one address of the server before trying the next one at the same time."""
MOST_HEADS = 4096


class HttpCalls:
    """A pool of at most CONNECTIONS connections to the server at `base_url`, whose path precedes those of calls.

    Further calls wait for their turn. `certificates` are those that an https server is verified with, by default
    the system's.
    """

    def __init__(self, base_url: str, certificates: ssl.SSLContext | None = None) -> None:
        url = URL(base_url)
        self._host = url.raw_host or ""
        self._port = url.port
        self._tls = (certificates or _system_certificates()) if url.scheme == "https" else None
        self._prefix = url.raw_path.rstrip("/")
        self._headers = f"Host: {url.host_port_subcomponent}\r\n{_authorization(url)}"
        self._heads: dict[str, bytes] = {}
        self._connections: set[HttpConnection] = set()
        self._connecting = 0
        self._idle: list[HttpConnection] = []
        """Those that wait for a call, the one used last at the end, which is used next."""
        self._waiting: deque[asyncio.Future[HttpConnection | None]] = deque()
        """The calls that wait for their turn. Each gets a connection, or None and may make one."""
        self._lookup: asyncio.Task[list[AddrInfoType]] | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._limits: set[asyncio.Timeout] = set()
        """The time limits of calls that have no connection yet."""
        self._closed = False

    async def post(self, path: str, body: bytes, timeout_s: float) -> Reply:
        """POST a JSON body, once. Raises NoAnswer.

        `path` begins with a slash and is quoted here. `timeout_s` is for everything, from waiting for a connection
        to the last byte of the response.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout_s
        request = b"%b%d\r\n\r\n%b" % (self._heads.get(path) or self._head(path), len(body), body)
        connection = self._take_idle() or await self._connection(deadline)
        outcome: Outcome = loop.create_future()
        connection.exchange(request, outcome)
        timer = loop.call_at(deadline, connection.give_up, outcome, "TimeoutError")
        try:
            result = await outcome
        finally:
            timer.cancel()
            connection.give_up(outcome, "Cancelled")
        if isinstance(result, NoAnswer):
            raise result
        return result

    async def close(self) -> None:
        """Close all connections. Calls that are not over, and further ones, raise NoAnswer."""
        self._closed = True
        gone = [connection.gone for connection in self._connections]
        for connection in list(self._connections):
            connection.close("Closed")
        for limit in self._limits:
            if not limit.expired():
                limit.reschedule(0)
        if self._sweep is not None:
            self._sweep.cancel()
        if gone:
            await asyncio.wait(gone)

    def _head(self, path: str) -> bytes:
        """Return a request up to the length of its body."""
        target = self._prefix + quote(path, safe="/:", errors="replace")
        head = f"POST {target} HTTP/1.1\r\n{self._headers}Content-Type: application/json\r\nContent-Length: "
        if len(self._heads) >= MOST_HEADS:
            self._heads.clear()
        self._heads[path] = head.encode("ascii")
        return self._heads[path]

    # the pool

    def _take_idle(self) -> HttpConnection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        return None

    async def _connection(self, deadline: float) -> HttpConnection:
        """Wait for a connection, until `deadline` in the loop's time. Raises NoAnswer."""
        try:
            async with asyncio.timeout_at(deadline) as limit:
                self._limits.add(limit)
                try:
                    return await self._turn()
                finally:
                    self._limits.remove(limit)
        except (OSError, UnicodeError, RuntimeError) as error:  # RuntimeError is uvloop's, for a closed socket
            self._refuse_if_closed()
            raise NoAnswer(type(error).__name__) from None

    async def _turn(self) -> HttpConnection:
        again = False
        while len(self._connections) + self._connecting >= CONNECTIONS:
            given = await self._wait(again)
            if given is None:
                return await self._connect()
            if given.usable:
                return given
            again = True
        self._connecting += 1
        return await self._connect()

    async def _wait(self, again: bool) -> HttpConnection | None:
        """Wait in the line, or at its head if what was given then was lost again."""
        waiter: asyncio.Future[HttpConnection | None] = asyncio.get_running_loop().create_future()
        if again:
            self._waiting.appendleft(waiter)
        else:
            self._waiting.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if not waiter.cancelled():
                self._return(waiter.result())
            raise

    def _return(self, given: HttpConnection | None) -> None:
        """Take back what a call was given and has not used."""
        if given is None:
            self._connecting -= 1
            self._let_connect()
        elif given.usable:
            self.freed(given)

    def _next(self) -> asyncio.Future[HttpConnection | None] | None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _let_connect(self) -> None:
        """Let the next call make a connection, as there is one less."""
        if waiter := self._next():
            self._connecting += 1
            waiter.set_result(None)

    def freed(self, connection: HttpConnection) -> None:
        if waiter := self._next():
            waiter.set_result(connection)
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = loop.call_later(IDLE_S, self._close_unused)

    def lost(self, connection: HttpConnection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
            if connection in self._idle:
                self._idle.remove(connection)
            self._let_connect()

    def _close_unused(self) -> None:
        self._sweep = None
        loop = asyncio.get_running_loop()
        for connection in [each for each in self._idle if each.idle_since + IDLE_S <= loop.time()]:
            connection.close("")
        if self._idle:
            self._sweep = loop.call_at(self._idle[0].idle_since + IDLE_S, self._close_unused)

    # connecting

    async def _connect(self) -> HttpConnection:
        """Make a connection, which is already counted in `_connecting`."""
        try:
            self._refuse_if_closed()
            connection = await self._dial()
        except BaseException:
            self._connecting -= 1
            self._let_connect()
            raise
        self._connecting -= 1
        self._connections.add(connection)
        try:
            self._refuse_if_closed()
            if not connection.usable:
                raise NoAnswer("ServerDisconnected")
        except NoAnswer:
            connection.close("")
            raise
        return connection

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise NoAnswer("Closed")

    async def _dial(self) -> HttpConnection:
        loop = asyncio.get_running_loop()
        sock = await aiohappyeyeballs.start_connection(
            await self._addresses(), happy_eyeballs_delay=_NEXT_ADDRESS_S
        )
        name = self._host if self._tls else None
        _, connection = await loop.create_connection(
            lambda: HttpConnection(self), sock=sock, ssl=self._tls, server_hostname=name
        )
        return connection

    async def _addresses(self) -> list[AddrInfoType]:
        """Look up the server's addresses, once for all calls that ask meanwhile: each look-up takes a thread."""
        if self._lookup is None:
            self._lookup = asyncio.create_task(self._look_up())
            self._lookup.add_done_callback(self._looked_up)
        return await asyncio.shield(self._lookup)

    async def _look_up(self) -> list[AddrInfoType]:
        loop = asyncio.get_running_loop()
        return list(await loop.getaddrinfo(self._host, self._port, type=SOCK_STREAM))

    def _looked_up(self, lookup: asyncio.Task[list[AddrInfoType]]) -> None:
        self._lookup = None
        if not lookup.cancelled():
            lookup.exception()  # otherwise asyncio complains of it if all callers have given up


def _authorization(url: URL) -> str:
    """Return the header for the name and password in a URL, if there are any."""
    if url.user is None and url.password is None:
        return ""
    both = f"{url.user or ''}:{url.password or ''}".encode()
    return f"Authorization: Basic {base64.b64encode(both).decode()}\r\n"


@functools.cache
def _system_certificates() -> ssl.SSLContext:
    """Return the certificates that the system trusts. Reading them takes some 20 ms."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
