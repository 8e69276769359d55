"""The broadcast loop: what colleagues wrote to many candidates is sent by one process, to the end."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.leasing import Leases
from bot.logs import log
from bot.voice.archive import ArchiveUnavailable
from conversation.errors import BotError
from handlers.broadcasts import Sender
from handlers.staff.office import Office
from storage.errors import StoreUnavailable

EVERY_S = 1.0
LEASE_MS = 30_000
SETTLED_MS = 3_000
"""By then all processes know of one that was taken back in time."""


class Broadcasting:
    """`leases` are those of this work alone; `office` is what this process knows of the organisation."""

    def __init__(
        self, leases: Leases, sender: Sender, office: Callable[[], Office], now: Callable[[], int]
    ) -> None:
        self._leases = leases
        self._sender = sender
        self._office = office
        self._now = now
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.look()
            except (StoreUnavailable, ArchiveUnavailable) as error:
                log.warning("broadcasts_wait", why=str(error))
            except BotError:
                log.exception("broadcast_failed")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._stopping.wait()

    def stop(self) -> None:
        self._stopping.set()

    async def look(self) -> None:
        """Send whatever is due. Raises StoreUnavailable, ArchiveUnavailable."""
        due = {name: what for name, what in self._office().broadcasts.items() if self._is_due(what.at_ms)}
        if not due or not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        try:
            for name, what in due.items():
                if await self._sender.send(name, what, self._go_on):
                    log.info("broadcast_sent", campaign=what.campaign)
        finally:
            await self._leases.release(0)

    def _is_due(self, at_ms: int) -> bool:
        return self._now() >= at_ms + SETTLED_MS

    async def _go_on(self) -> bool:
        return not self._stopping.is_set() and await self._leases.renew(0)
