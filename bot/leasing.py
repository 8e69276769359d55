"""Which partitions this process works on: leases taken, renewed in time, shared fairly, given back."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.logs import log
from bot.metrics import PARTITIONS
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS as ALL
from storage.leases import RedisLeases


class Holder:
    """Holds leases on partitions for one role. A lease that could not be renewed in time counts as lost before it
    expires, so that two processes never work on one partition."""

    def __init__(self, leases: RedisLeases, role: str, now: Callable[[], int]) -> None:
        self._leases = leases
        self._role = role
        self._now = now
        self._until: dict[int, float] = {}
        self._ready: set[int] = set()
        self._changed = asyncio.Event()
        self._stopped = asyncio.Event()

    def holds(self, partition: int) -> bool:
        """Whether work on the partition may go out now."""
        until = self._until.get(partition)
        return until is not None and asyncio.get_running_loop().time() < until

    def ready(self, partition: int) -> bool:
        """Whether new work of the partition may be read: held, and taken over completely."""
        return partition in self._ready and self.holds(partition)

    def held(self) -> list[int]:
        return [partition for partition in sorted(self._ready) if self.holds(partition)]

    async def changed(self) -> None:
        """Waits for a change of what is held, half a second at most."""
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), 0.5)
        except TimeoutError:
            return

    async def run(self, take_over: Callable[[int], Awaitable[None]]) -> None:
        """Until `stop`: `take_over` is called for each partition that becomes ours, before it is ready."""
        life = self._leases.life_ms / 1000
        while not self._stopped.is_set():
            try:
                await self._round(take_over)
            except StoreUnavailable as error:
                log.warning("leases_uncertain", role=self._role, why=str(error))
            PARTITIONS.labels(self._role).set(len(self._ready))
            try:
                await asyncio.wait_for(self._stopped.wait(), 0.3 if len(self._ready) == 0 else life / 4)
            except TimeoutError:
                continue

    def stop(self) -> None:
        self._stopped.set()

    async def release_all(self) -> None:
        """Let others go on at once."""
        try:
            for partition in list(self._until):
                await self._leases.release(partition)
            await self._leases.leave()
        except StoreUnavailable as error:
            log.warning("leases_not_released", role=self._role, why=str(error))
        self._until.clear()
        self._ready.clear()

    async def _round(self, take_over: Callable[[int], Awaitable[None]]) -> None:
        share = await self._leases.fair_share(self._now())
        for partition in list(self._until):
            await self._keep(partition)
        for partition in list(self._until)[share:]:  # somebody joined: give some of ours away
            self._lose(partition)
            await self._leases.release(partition)
        for partition in range(ALL):
            if len(self._until) >= share:
                break
            if partition not in self._until and await self._take(partition):
                await take_over(partition)
                self._ready.add(partition)
                self._changed.set()

    async def _take(self, partition: int) -> bool:
        started = asyncio.get_running_loop().time()
        if not await self._leases.take(partition):
            return False
        self._until[partition] = started + self._leases.life_ms / 1000 * 0.8
        return True

    async def _keep(self, partition: int) -> None:
        started = asyncio.get_running_loop().time()
        if await self._leases.renew(partition):
            self._until[partition] = started + self._leases.life_ms / 1000 * 0.8
        else:
            self._lose(partition)

    def _lose(self, partition: int) -> None:
        self._until.pop(partition, None)
        self._ready.discard(partition)
        self._changed.set()
