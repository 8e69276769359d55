"""Leases in memory."""

import time
from collections import defaultdict
from collections.abc import Callable

from storage import keys


class LeaseBook:
    """The leases that all processes hold. `now` is the clock, in seconds, by which they expire."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.held: dict[tuple[str, int], tuple[str, float]] = {}
        self.owners: dict[str, dict[str, int]] = defaultdict(dict)

    def holder(self, role: str, partition: int) -> str:
        """Return the owner of a lease, or an empty string if it is free."""
        owner, until = self.held.get((role, partition), ("", 0.0))
        return owner if self.now() < until else ""


class MemoryLeases:
    """The leases of one process for one role, as `RedisLeases`."""

    def __init__(self, book: LeaseBook, role: str, owner: str, life_ms: int) -> None:
        self.life_ms = life_ms
        self._book = book
        self._role = role
        self._owner = owner

    async def take(self, partition: int) -> bool:
        if self._book.holder(self._role, partition):
            return False
        self._write(partition)
        return True

    async def renew(self, partition: int) -> bool:
        if self._book.holder(self._role, partition) != self._owner:
            return False
        self._write(partition)
        return True

    async def release(self, partition: int) -> None:
        if self._book.holder(self._role, partition) == self._owner:
            del self._book.held[self._role, partition]

    async def fair_share(self, now_ms: int) -> int:
        owners = self._book.owners[self._role]
        owners[self._owner] = now_ms
        for owner in [each for each, seen in owners.items() if seen <= now_ms - self.life_ms]:
            del owners[owner]
        return -(-keys.PARTITIONS // max(1, len(owners)))

    async def leave(self) -> None:
        self._book.owners[self._role].pop(self._owner, None)

    def _write(self, partition: int) -> None:
        until = self._book.now() + self.life_ms / 1000
        self._book.held[self._role, partition] = (self._owner, until)
