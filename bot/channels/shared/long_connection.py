"""A WebSocket that we open to a platform, over which messages come in, so that no public address is needed."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.channels.base import TryLater
from bot.logs import log, log_wait
from bot.runtime.polling import pause
from storage.errors import StoreUnavailable

SILENT_S = 15 * 60.0
"""How long a connection may be silent before it is closed and opened again. Pings are sent in between."""
OPEN_S = 15.0
AT_A_TIME = 100
"""How many frames are handled at a time. Further ones stay unread in the connection."""
FINISH_S = 3.0
"""How long frames in progress may take when the connection is to end."""
_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_MOST_FRAME_BYTES = 1024 * 1024


class LongConnection(ABC):
    """Keeps one account connected.

    Several processes may be connected at the same time, because message ids reveal duplicates. `report` is called
    with what keeps the connection from opening, and with None once it is open.
    """

    def __init__(
        self,
        channel: str,
        report: Callable[[str | None], None],
        *,
        silent_s: float = SILENT_S,
        first_pause_s: float = _FIRST_PAUSE_S,
    ) -> None:
        self._channel_name = channel
        self._report = report
        self._silent_s = silent_s
        self._first_pause_s = first_pause_s
        self._orders: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._room = asyncio.Semaphore(AT_A_TIME)
        self._handling: set[asyncio.Task[None]] = set()

    @abstractmethod
    async def open(self) -> str:
        """Return the address to connect to, which may be good only once. Raises TryLater."""

    @abstractmethod
    async def opened(self) -> None:
        """Record that the account is connected. Called before anything is read. Raises StoreUnavailable."""

    @abstractmethod
    async def read(self, raw: str | bytes, socket: ClientConnection) -> bool:
        """Handle a frame, by `in_order` if that takes time. Return False to end the connection."""

    @abstractmethod
    async def ping(self, socket: ClientConnection) -> None:
        """Send the platform's own pings, if it wants any. This is cancelled when the connection ends."""

    async def run(self, stopping: asyncio.Event) -> None:
        """Receive until `stopping` is set, reconnecting whenever the connection ends."""
        delay_s = self._first_pause_s
        while not stopping.is_set():
            try:
                address = await self.open()
                await self.opened()
                await self._serve(address)
                delay_s = self._first_pause_s
            except Exception as error:  # whatever a platform answers must not end the process
                self._note(error)
            await pause(stopping, delay_s)
            delay_s = min(delay_s * 2, _LONGEST_PAUSE_S)

    def _note(self, error: Exception) -> None:
        """Report why the connection cannot be opened. Redis has its own report."""
        if isinstance(error, StoreUnavailable):
            return
        if not isinstance(error, TryLater | OSError | WebSocketException | TimeoutError):
            log.exception("stream_failed", channel=self._channel_name)
        why = str(error) if isinstance(error, TryLater) else type(error).__name__
        self._report(f"the stream of {self._channel_name} cannot be opened: {why}")
        log.warning("stream_waits", channel=self._channel_name, why=why)

    async def _serve(self, address: str) -> None:
        """Receive until the connection ends, the platform asks to end it, or nothing arrives for too long."""
        async with connect(address, open_timeout=OPEN_S, max_size=_MOST_FRAME_BYTES, proxy=None) as socket:
            self._report(None)
            log.info("stream_open", channel=self._channel_name)
            pinging = asyncio.create_task(self._ping(socket))
            try:
                while (raw := await self._next(socket)) is not None and await self.read(raw, socket):
                    pass
            finally:
                await self._finish(pinging)

    async def _ping(self, socket: ClientConnection) -> None:
        with contextlib.suppress(WebSocketException):
            await self.ping(socket)

    async def _finish(self, pinging: asyncio.Task[None]) -> None:
        """Let the frames in progress be handled and acknowledged: some platforms never send them again."""
        if self._handling:
            await asyncio.wait(self._handling, timeout=FINISH_S)
        left = [pinging, *self._handling]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _next(self, socket: ClientConnection) -> str | bytes | None:
        try:
            async with asyncio.timeout(self._silent_s):
                return await socket.recv()
        except TimeoutError:
            log.warning("stream_silent", channel=self._channel_name)
        except WebSocketException as error:
            log.info("stream_closed", channel=self._channel_name, why=type(error).__name__)
        return None

    async def in_order(self, key: str, handle: Callable[[], Awaitable[None]]) -> None:
        """Start handling a frame, after earlier ones with the same key.

        This waits while AT_A_TIME frames are in progress. A frame whose handling raises StoreUnavailable is not
        acknowledged, so it comes again. Errors of the connection end only the acknowledgement: what was committed
        comes again and changes nothing.
        """
        await self._room.acquire()
        lock = self._orders.get(key)
        if lock is None:
            lock = self._orders[key] = asyncio.Lock()
        task = asyncio.create_task(self._handle(lock, handle))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)

    async def _handle(self, lock: asyncio.Lock, handle: Callable[[], Awaitable[None]]) -> None:
        try:
            async with lock:
                await handle()
        except StoreUnavailable as error:
            log_wait("stream_not_committed", error, channel=self._channel_name)
        except WebSocketException as error:
            log.info("stream_not_acknowledged", channel=self._channel_name, why=type(error).__name__)
        except Exception as error:
            log.exception("stream_frame_failed", channel=self._channel_name, why=type(error).__name__)
        finally:
            self._room.release()
