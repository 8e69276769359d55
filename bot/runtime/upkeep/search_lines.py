"""The loop that writes missing lines by which interviews are searched: one process at a time does it."""

from bot.logs import log
from bot.runtime.partition_leases import Leases
from bot.runtime.periodic import Periodic
from handlers.maintenance.search_lines import SearchLineRepair

EVERY_S = 1.0
LEASE_MS = 30_000


class SearchLines(Periodic):
    """`leases` are used for this work only."""

    every_s = EVERY_S
    waits = "search_lines_wait"

    def __init__(self, leases: Leases, repair: SearchLineRepair) -> None:
        super().__init__()
        self._leases = leases
        self._repair = repair

    async def look(self) -> None:
        """Do a turn, if this process gets the lease. Raises StoreUnavailable."""
        if not (await self._leases.renew(0) or await self._leases.take(0)):
            return
        if written := await self._repair.turn(self._goes_on):
            log.info("search_lines_written", interviews=written)

    async def _goes_on(self) -> bool:
        return not self.stopped and await self._leases.renew(0)
