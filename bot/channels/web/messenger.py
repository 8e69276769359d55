"""What the connections of the web messenger and its other addresses share."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import HTTPConnection

from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.web import frames
from bot.channels.web.bodies import Bodies
from bot.channels.web.presence import Tabs
from bot.channels.web.wire import host_of
from bot.media.archive import Archive
from bot.web.local_owner import LocalOwner
from conversation.inbound import Address, Inbound
from conversation.script import Script
from conversation.state import Record
from handlers.intake.receive import Intake
from handlers.intake.responses import Receipt
from handlers.intake.runner import ScriptMissing
from storage.redis.store import RedisStore

if TYPE_CHECKING:  # loaded when it is first needed
    from handlers.console.console import Console


class Messenger:
    """What all connections of this process share.

    `open_campaign` is the code of the walk-in campaign that visitors without an invitation enter (a default for
    local use). The recruiter's pane is for the `owner`. Without an `archive`, voice messages are not available.
    `console` returns the process's only one; without it, the recruiter's pane is read-only. While `short_of_space`
    returns True, uploads are refused.
    """

    def __init__(
        self,
        store: RedisStore,
        intake: Intake,
        now: Callable[[], int],
        *,
        owner: LocalOwner,
        public_url: str | None,
        open_campaign: str = "",
        archive: Archive | None = None,
        short_of_space: Callable[[], bool] = lambda: False,
        console: Callable[[], Awaitable["Console"]] | None = None,
        stopping: asyncio.Event | None = None,
    ) -> None:
        self.store = store
        self.intake = intake
        self.now = now
        self.owner = owner
        self.open_campaign = open_campaign
        self.archive = archive
        self.short_of_space = short_of_space
        self.console = console
        self._host = host_of(public_url) if public_url else None
        self.stopping = stopping or asyncio.Event()
        self.tabs = Tabs()
        self.bodies = Bodies()

    def same_origin(self, request: HTTPConnection) -> bool:
        """Return whether the request comes from our own page or from a client that sends no Origin header."""
        origin = request.headers.get("origin")
        if origin is None:
            return True
        host = host_of(origin)
        return bool(host) and host in (request.headers.get("host"), self._host)

    async def receive(self, inbound: Inbound, network: str = "", receipt: Receipt | None = None) -> bool:
        """Pass an inbound event from a network to the intake. Returns whether an answer follows.

        An event that cannot be processed becomes a dead letter, so that the page does not repeat it. Raises
        StoreUnavailable.
        """
        receipt = receipt or Receipt()
        body = msgspec.json.encode
        async with dead_letter_on_failure(
            self.store.outbox, frames.CHANNEL, frames.ACCOUNT, lambda: body(inbound)
        ):
            await self.intake.receive(inbound, receipt, network)
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
