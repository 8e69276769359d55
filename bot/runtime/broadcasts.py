"""The broadcast loop: what colleagues wrote to many candidates is sent by one process, to the end."""

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
"""After this long, all processes know of a broadcast that was taken back in time."""


class Broadcasting(Periodic):
    """`leases` are those of this work alone; `organisation` is what this process knows of the organisation."""

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
        """Send whatever is due. Raises StoreUnavailable, ArchiveUnavailable."""
        due = {name: what for name, what in self._organisation().broadcasts.items() if self._is_due(what.at_ms)}
        if not due or not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        try:
            for name, what in due.items():
                await self._send(name, what)
        finally:
            await self._leases.release(0)

    async def _send(self, name: str, what: Broadcast) -> None:
        """What can never be sent is given up, and whoever wrote it is told."""
        try:
            if await self._sender.send(name, what, self._go_on):
                log.info("broadcast_sent", campaign=what.campaign)
        except self.temporary:
            raise
        except (NotArchived, ArchiveDamaged):
            log.exception("broadcast_failed", campaign=what.campaign)
            await self._sender.give_up(name, what)
        except Exception:  # one broadcast's trouble keeps no other
            log.exception("broadcast_failed", campaign=what.campaign)

    def _is_due(self, at_ms: int) -> bool:
        """Not at night, however late it is."""
        now = self._now()
        return now >= at_ms + SETTLED_MS and not quiet(now, self._zone)

    async def _go_on(self) -> bool:
        return not self.stopped and await self._leases.renew(0)
