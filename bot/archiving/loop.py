"""The archiving loop: one process at a time moves records into the archive."""

from collections.abc import Callable

from bot.logs import log
from bot.runtime.partition_leases import Leases
from bot.runtime.periodic import Periodic
from handlers.maintenance.archiving import Archiver
from storage.ports import Store

EVERY_S = 2.0
LEASE_MS = 60_000
_TIDY_EVERY_MS = 60_000


class Archiving(Periodic):
    """Moves the records that are due, and deletes what was brought back. `leases` are used for this work only."""

    every_s = EVERY_S
    waits = "archiving_waits"

    def __init__(self, store: Store, leases: Leases, archiver: Archiver, now: Callable[[], int]) -> None:
        super().__init__()
        self._store = store
        self._leases = leases
        self._archiver = archiver
        self._now = now
        self._tidied_ms = 0

    async def look(self) -> None:
        """Look at a page of all interviews, if this process gets the lease. Raises StoreUnavailable."""
        if not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        if self._now() >= self._tidied_ms + _TIDY_EVERY_MS:
            await self._store.archived.tidy(self._now())
            self._tidied_ms = self._now()
        moved = await self._archiver.turn(self._goes_on)
        if moved.records:
            log.info("archived", records=moved.records)
        for fault in moved.faults:
            log.warning("not_archived", why=fault)

    async def _goes_on(self) -> bool:
        return not self.stopped and await self._leases.renew(0)
