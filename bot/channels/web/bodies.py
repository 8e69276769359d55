"""Reading uploads, with limits: how many at once, how much memory they take, and how slow they may be."""

import asyncio
import contextlib
from collections.abc import Iterator

from starlette.requests import HTTPConnection
from starlette.types import Receive

from bot.web.http import ClientGone, note_full_network
from bot.web.open_files import capacity
from bot.web.quotas import Quota

MOST_OF_PERSON = 2
MOST_OF_NETWORK = 4
MOST_HELD_BYTES = 256 * 1024 * 1024
"""The most bytes of uploads that a process holds in memory. Above that, the slowest has to try again later."""
_LEAST_BYTES = 4 * 1024
_SLOW_S = 30
"""How long `_LEAST_BYTES` of an upload may take."""
_WHOLE_S = 900
_RETRY_S = 5


class UploadRefused(Exception):
    """The upload is rejected: HTTP status, reason code for the page, and seconds until a retry, if any."""

    def __init__(self, status: int, why: str, retry_after_s: int | None = None) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.retry_after_s = retry_after_s


class Bodies:
    """The uploads of this process. `held` is how many bytes of them are in memory."""

    def __init__(self) -> None:
        most = capacity().connections
        self._people = Quota(most, MOST_OF_PERSON)
        self._networks = Quota(most, MOST_OF_NETWORK)
        self.held = 0
        self.reading: set[Body] = set()

    @contextlib.contextmanager
    def place(self, person: str, network: str) -> Iterator["Body"]:
        """Return a body that may be read, and whose memory is released at the end. Raises UploadRefused if there
        are too many uploads of this person or network."""
        with self._people.place(person) as one, self._networks.place(network) as other:
            if not other:
                note_full_network(network)
            if not (one and other):
                raise UploadRefused(503, "try_later", _RETRY_S)
            body = Body(self)
            try:
                yield body
            finally:
                self.held -= body.size

    def make_room(self) -> None:
        """If too much is in memory, end the slowest of those that are being read."""
        if self.held > MOST_HELD_BYTES:
            min(self.reading, key=Body.speed).evict()


class Body:
    """One upload."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._loop = asyncio.get_running_loop()
        self._begun = self._loop.time()
        self._until = asyncio.timeout(_SLOW_S)
        self._evicted = False
        self.size = 0

    async def read(self, request: HTTPConnection, receive: Receive, most_bytes: int) -> bytes:
        """Return the whole body.

        Raises UploadRefused if it is empty, too large or too slow, or if too much is being uploaded at once, and
        ClientGone.
        """
        if _announced(request) > most_bytes:
            raise UploadRefused(413, "too_large")
        try:
            async with self._until:
                self._bodies.reading.add(self)
                return await self._read(receive, most_bytes)
        except TimeoutError:
            if self._evicted:
                raise UploadRefused(503, "try_later", _RETRY_S) from None
            raise UploadRefused(408, "too_slow", _RETRY_S) from None
        finally:
            self._bodies.reading.discard(self)

    def speed(self) -> float:
        """Return the bytes per second so far."""
        return self.size / max(1, self._loop.time() - self._begun)

    def evict(self) -> None:
        self._evicted = True
        self._bodies.reading.discard(self)
        self._until.reschedule(self._loop.time())

    async def _read(self, receive: Receive, most_bytes: int) -> bytes:
        parts: list[bytes] = []
        fresh, more = 0, True
        while more:
            part, more = await _part(receive)
            parts.append(part)
            self.size += len(part)
            self._bodies.held += len(part)
            if self.size > most_bytes:
                raise UploadRefused(413, "too_large")
            self._bodies.make_room()
            fresh += len(part)
            if fresh >= _LEAST_BYTES and not self._evicted:
                fresh = 0
                self._until.reschedule(min(self._loop.time() + _SLOW_S, self._begun + _WHOLE_S))
        if not self.size:
            raise UploadRefused(400, "empty")
        return b"".join(parts)


async def _part(receive: Receive) -> tuple[bytes, bool]:
    """Return the next piece of the body, and whether more follow. Raises ClientGone."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGone
    return message.get("body", b""), message.get("more_body", False)


def _announced(request: HTTPConnection) -> int:
    """Return the request's content length in bytes, or 0 if it does not say."""
    length = request.headers.get("content-length", "")
    return int(length[:16]) if length.isascii() and length.isdigit() else 0
