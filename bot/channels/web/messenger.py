"""The web messenger: all connections of this process, and what its other addresses need of it."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator

import msgspec
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.web import frames
from bot.channels.web.connection import GONE, Connection, hello_of
from bot.channels.web.presence import Tabs
from bot.channels.web.wire import host_of
from bot.media.archive import Archive
from bot.web.http import from_this_machine
from conversation.inbound import Address, Inbound
from conversation.script import Script
from conversation.state import Record
from handlers.console.console import Console
from handlers.intake.receive import Intake
from handlers.intake.responses import Receipt
from handlers.intake.runner import ScriptMissing
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

MOST_SOCKETS = 1_000
"""The most connections per process. Further ones are asked to try later."""
_TRY_LATER = 1013
_ABNORMAL = 1006


class Messenger:
    """All WebSocket connections of this process.

    `open_campaign` is the code of the walk-in campaign that visitors without an invitation enter (a default for
    local use). `local` enables the recruiter's pane. Without an `archive`, voice messages are not available;
    without a `console`, the recruiter's pane is read-only.
    """

    def __init__(
        self,
        store: RedisStore,
        intake: Intake,
        now: Callable[[], int],
        *,
        local: bool,
        public_url: str | None,
        open_campaign: str = "",
        archive: Archive | None = None,
        console: Console | None = None,
        stopping: asyncio.Event | None = None,
    ) -> None:
        self.store = store
        self.intake = intake
        self.now = now
        self.local = local
        self.open_campaign = open_campaign
        self.archive = archive
        self.console = console
        self._host = host_of(public_url) if public_url else None
        self.stopping = stopping or asyncio.Event()
        self._sockets = 0
        self.tabs = Tabs()

    def same_origin(self, request: HTTPConnection) -> bool:
        """Return whether the request comes from our own page or from a client that sends no Origin header."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        host = host_of(origin)
        return bool(host) and host in (request.headers.get("host"), self._host)

    def at_this_machine(self, request: HTTPConnection) -> bool:
        """Return whether the recruiter's pane may be shown: it is enabled and the request is from this machine."""
        return self.local and from_this_machine(request)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one connection from its hello frame to its end."""
        if not self.same_origin(socket):
            await socket.close(1008)
            return
        await socket.accept()
        try:
            code = await self._converse(socket) if self._sockets < MOST_SOCKETS else _TRY_LATER
        except StoreUnavailable:
            code = _TRY_LATER
        except GONE:
            return
        with contextlib.suppress(*GONE):
            await socket.close(code)

    async def receive(self, inbound: Inbound) -> bool:
        """Pass an inbound event to the intake. Returns whether an answer follows.

        An event that cannot be processed becomes a dead letter, so that the page does not repeat it. Raises
        StoreUnavailable.
        """
        receipt = Receipt()
        body = msgspec.json.encode
        async with dead_letter_on_failure(
            self.store.outbox, frames.CHANNEL, frames.ACCOUNT, lambda: body(inbound)
        ):
            await self.intake.receive(inbound, receipt)
        return receipt.answered

    async def interview_of(self, address: Address) -> tuple[Record, Script] | None:
        """Return the current record and script of the address's interview, or None if it has none."""
        interview = await self.store.directory.who(address)
        record = await self.store.interviews.load(interview) if interview else None
        if record is None or address not in record.state.known:  # the interview does not know this address
            return None
        try:
            return record, await self.intake.script(record.state.script)
        except ScriptMissing:
            return None

    async def _converse(self, socket: WebSocket) -> int:
        """Run one connection until either side ends it. Returns the close code."""
        code: int | None = None
        connection: Connection | None = None
        try:
            with self._counted():
                hello = await hello_of(socket)
                if hello is None:
                    return 1002
                connection = Connection(self, socket, hello)
                await connection.run()
        except WebSocketDisconnect as gone:
            code = gone.code
            raise
        except RuntimeError:  # the client had gone when we wrote
            code = _ABNORMAL
            raise
        finally:
            if connection is not None:
                await connection.left(None if self.stopping.is_set() else code)
        return 1012 if self.stopping.is_set() else 1000

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        self._sockets += 1
        try:
            yield
        finally:
            self._sockets -= 1
