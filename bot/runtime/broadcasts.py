"""The broadcast loop: one process at a time sends what colleagues wrote to many candidates."""

from collections.abc import Callable
from datetime import tzinfo

from bot.logs import log
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.runtime.partition_leases import Leases
from bot.runtime.periodic import Periodic
from conversation.timing.schedule import quiet
from handlers.maintenance.broadcasts import Sender
from handlers.organisation.state import Broadcast, Organisation
from storage.errors import StoreUnavailable

EVERY_S = 1.0
LEASE_MS = 30_000
SETTLED_MS = 3_000
"""How long to wait after a broadcast is due, so that every process has learned if it was withdrawn in time."""


class Broadcasting(Periodic):
    """Sends broadcasts when they are due.

    `leases` are used for this work only. `organisation` returns this process's cached organisation state.
    """

    every_s = EVERY_S
    waits = "broadcasts_wait"
    temporary = (StoreUnavailable, ArchiveUnavailable)

    def __init__(
        self,
        leases: Leases,
        sender: Sender,
        organisation: Callable[[], Organisation],
        now: Callable[[], int],
        zone: tzinfo,
    ) -> None:
        super().__init__()
        self._leases = leases
        self._sender = sender
        self._organisation = organisation
        self._now = now
        self._zone = zone

    async def look(self) -> None:
        """Send every broadcast that is due, if this process gets the lease.

        Raises StoreUnavailable, ArchiveUnavailable.
        """
        due = {name: what for name, what in self._organisation().broadcasts.items() if self._is_due(what.at_ms)}
        if not due or not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        try:
            for name, what in due.items():
                await self._send(name, what)
        finally:
            await self._leases.release(0)

    async def _send(self, name: str, what: Broadcast) -> None:
        """Send one broadcast. If its text is missing or damaged, give it up and tell its author."""
        try:
            if await self._sender.send(name, what, self._go_on):
                log.info("broadcast_sent", campaign=what.campaign)
        except self.temporary:
            raise
        except (NotArchived, ArchiveDamaged):
            log.exception("broadcast_failed", campaign=what.campaign)
            await self._sender.give_up(name, what)
        except Exception:  # a failing broadcast must not stop the others
            log.exception("broadcast_failed", campaign=what.campaign)

    def _is_due(self, at_ms: int) -> bool:
        """Return whether a broadcast may be sent now. Overdue ones also wait until quiet hours are over."""
        now = self._now()
        return now >= at_ms + SETTLED_MS and not quiet(now, self._zone)

    async def _go_on(self) -> bool:
        return not self.stopped and await self._leases.renew(0)
