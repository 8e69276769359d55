"""The erasure loop: one process at a time orders the erasures of interviews whose time is over, and carries out
those that were ordered."""

from bot.logs import log
from bot.media.archive import ArchiveUnavailable
from bot.runtime.partition_leases import Leases
from bot.runtime.periodic import Periodic
from handlers.maintenance.erase import Eraser
from handlers.maintenance.retention import Retention
from storage.errors import StoreUnavailable, is_outage
from storage.ports import Store

EVERY_S = 2.0
LEASE_MS = 60_000


class Erasing(Periodic):
    """Orders and carries out erasures. `leases` are used for this work only."""

    every_s = EVERY_S
    waits = "erasing_waits"
    temporary = (StoreUnavailable, ArchiveUnavailable)

    def __init__(self, store: Store, leases: Leases, eraser: Eraser, retention: Retention) -> None:
        super().__init__()
        self._store = store
        self._leases = leases
        self._eraser = eraser
        self._retention = retention

    async def look(self) -> None:
        """Look whose time is over, and carry out all erasure orders, if this process gets the lease.

        A failing order does not stop the others. Raises StoreUnavailable or ArchiveUnavailable; the next look
        continues with what is left.
        """
        if not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        if orders := await self._retention.turn(self._goes_on):
            log.info("time_over", interviews=orders)
        for order in await self._store.erasures.ordered():
            if not await self._goes_on():
                return
            try:
                await self._eraser.work(order)
            except Exception as error:
                if is_outage(error) or isinstance(error, ArchiveUnavailable):
                    raise
                log.exception("not_erased", interview=order.interview)
        await self._eraser.give_back()

    async def _goes_on(self) -> bool:
        return not self.stopped and await self._leases.renew(0)
