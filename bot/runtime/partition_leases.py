"""Partition leases of this process: taking, renewing, sharing fairly with other processes, and releasing."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.logs import log_wait
from bot.metrics import PARTITIONS
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS as ALL

_LOOK_S = 0.3


class Leases(Protocol):
    """The leases of one role, kept in the store and shared by all processes."""

    @property
    def life_ms(self) -> int: ...
    async def take(self, partition: int) -> bool: ...
    async def renew(self, partition: int) -> bool: ...
    async def release(self, partition: int) -> None: ...
    async def fair_share(self, now_ms: int) -> int: ...
    async def leave(self) -> None: ...


class Holder:
    """Holds partition leases for one role.

    A lease that was not renewed in time counts as lost before it expires in the store, so that two processes never
    work on the same partition.
    """

    def __init__(self, leases: Leases, role: str, now: Callable[[], int]) -> None:
        self._leases = leases
        self._role = role
        self._now = now
        self._until: dict[int, float] = {}
        self._terms = [0] * ALL
        self._ready: set[int] = set()
        self._leaving: set[int] = set()
        self._changed = asyncio.Event()
        self._taken = asyncio.Event()
        self._settling = False
        self._in_round = False
        self._stopped = asyncio.Event()

    def holds(self, partition: int) -> bool:
        """Return whether this process may work on the partition now."""
        until = self._until.get(partition)
        alive = until is not None and asyncio.get_running_loop().time() < until
        return alive and partition not in self._leaving

    def term(self, partition: int) -> int:
        """Return how many times this process has taken the partition.

        Work begun in an earlier term may belong to another process by now.
        """
        return self._terms[partition]

    def ready(self, partition: int) -> bool:
        """Return whether new work of the partition may be read: it is held and its takeover is complete."""
        return partition in self._ready and self.holds(partition)

    def lasts(self, partition: int, seconds: float) -> bool:
        """Return whether the lease lasts `seconds` more, even if this process stalls.

        A blocking read must end before another process can take the partition.
        """
        until = self._until.get(partition, 0.0) + self._leases.life_ms / 1000 * 0.1
        return asyncio.get_running_loop().time() + seconds <= until

    def held(self) -> list[int]:
        return [partition for partition in sorted(self._ready) if self.holds(partition)]

    @property
    def settled(self) -> bool:
        """Whether no partition is being taken, taken over or given away at the moment."""
        return not self._in_round and not self._leaving and len(self._ready) == len(self._until)

    async def changed(self) -> None:
        """Wait until the set of ready partitions changes, at most half a second."""
        self._changed.clear()
        await _at_most(0.5, self._changed)

    async def run(
        self, take_over: Callable[[int], Awaitable[None]], idle: Callable[[int], bool] = lambda _partition: True
    ) -> None:
        """Take, renew and give away leases until `stop` is called.

        `take_over` is called for each newly taken partition, before it becomes ready. A partition to be given away
        is released once `idle` returns True for it, meaning that no work on it is in progress.
        """
        async with asyncio.TaskGroup() as group:
            preparing = group.create_task(self._prepare(take_over))
            while not self._stopped.is_set():
                self._in_round = True
                try:
                    await self._round(idle)
                except StoreUnavailable as error:
                    log_wait("leases_uncertain", error, role=self._role)
                finally:
                    self._in_round = False
                PARTITIONS.labels(self._role).set(len(self._ready))
                calm = self._until and not self._leaving
                await _at_most(self._leases.life_ms / 4000 if calm else _LOOK_S, self._stopped)
            preparing.cancel()

    def settle(self) -> None:
        """Take no more partitions. Those held are kept until `stop` is called."""
        self._settling = True

    def stop(self) -> None:
        self._stopped.set()

    async def release_all(self) -> None:
        """Release all leases, so that other processes can take over at once."""
        try:
            for partition in list(self._until):
                await self._leases.release(partition)
            await self._leases.leave()
        except StoreUnavailable as error:
            log_wait("leases_not_released", error, role=self._role)
        self._until.clear()
        self._ready.clear()

    async def _round(self, idle: Callable[[int], bool]) -> None:
        share = await self._leases.fair_share(self._now())
        for partition in list(self._until):
            await self._keep(partition)
        self._leaving = set(list(self._until)[share:])  # a process joined: give some partitions away
        for partition in sorted(self._leaving):
            self._ready.discard(partition)
            if idle(partition):
                self._lose(partition)
                await self._leases.release(partition)
        for partition in range(ALL):
            if len(self._until) >= share or self._settling:
                break
            if partition not in self._until and await self._take(partition):
                self._taken.set()

    async def _prepare(self, take_over: Callable[[int], Awaitable[None]]) -> None:
        """Take over new partitions. Runs beside the rounds because it can be slow and leases need renewal."""
        while True:
            self._taken.clear()
            try:
                for partition in [each for each in self._until if each not in self._ready]:
                    await self._make_ready(partition, take_over)
            except StoreUnavailable as error:
                log_wait("not_taken_over", error, role=self._role)
            await _at_most(_LOOK_S, self._taken)

    async def _make_ready(self, partition: int, take_over: Callable[[int], Awaitable[None]]) -> None:
        term = self._terms[partition]
        if not self.holds(partition):
            return
        await take_over(partition)
        if term == self._terms[partition] and self.holds(partition):
            self._ready.add(partition)
            self._changed.set()

    async def _take(self, partition: int) -> bool:
        started = asyncio.get_running_loop().time()
        if not await self._leases.take(partition):
            return False
        self._terms[partition] += 1
        self._until[partition] = started + self._leases.life_ms / 1000 * 0.8
        return True

    async def _keep(self, partition: int) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        if not await self._leases.renew(partition):
            self._lose(partition)
            return
        if loop.time() >= self._until[partition]:
            # This process stalled. No other had the partition, but work due meanwhile was dropped: read it again.
            self._terms[partition] += 1
            self._ready.discard(partition)
            self._taken.set()
        self._until[partition] = started + self._leases.life_ms / 1000 * 0.8

    def _lose(self, partition: int) -> None:
        self._until.pop(partition, None)
        self._ready.discard(partition)
        self._leaving.discard(partition)
        self._changed.set()


async def _at_most(seconds: float, event: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
