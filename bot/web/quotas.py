"""Counting what is open at a time, in all and for each network or person."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Groups(Generic[T]):
    """Members of groups, each group in the order in which they came."""

    def __init__(self) -> None:
        self._groups: dict[str, dict[T, None]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, group: str, member: T) -> None:
        self._groups.setdefault(group, {})[member] = None
        self._size += 1

    def remove(self, group: str, member: T) -> None:
        """Remove a member, unless it is gone already."""
        members = self._groups.get(group, {})
        if member not in members:
            return
        del members[member]
        self._size -= 1
        if not members:
            del self._groups[group]

    def count(self, group: str) -> int:
        return len(self._groups.get(group, ()))

    def oldest(self, group: str) -> T | None:
        return next(iter(self._groups.get(group, ())), None)

    def largest(self) -> str:
        """Return the group with most members, or an empty string if there are none."""
        return max(self._groups, key=lambda group: len(self._groups[group]), default="")


class Quota:
    """At most `most` places in all, and `most_each` of each group."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._taken: Counter[str] = Counter()

    @contextlib.contextmanager
    def place(self, group: str) -> Iterator[bool]:
        """Hold a place while the context lasts. Yields whether there was one."""
        free = self._taken.total() < self._most and self._taken[group] < self._most_each
        if free:
            self._taken[group] += 1
        try:
            yield free
        finally:
            if free:
                self._taken[group] -= 1
            if not self._taken[group]:
                del self._taken[group]


class EvictingQuota:
    """At most `most` places in all, and `most_each` of each group. The newest always gets one: if there is none,
    the oldest of its group has to leave, or the oldest of the largest group."""

    def __init__(self, most: int, most_each: int) -> None:
        self._most = most
        self._most_each = most_each
        self._members: Groups[asyncio.Timeout] = Groups()

    @contextlib.asynccontextmanager
    async def place(self, group: str) -> AsyncIterator[asyncio.Timeout]:
        """Hold a place while the context lasts. Whoever has to leave is cancelled in it, and goes on behind it;
        `expired()` of what is yielded tells whether that has happened."""
        stay = asyncio.timeout(None)
        try:
            async with stay:
                self._make_room(group)
                self._members.add(group, stay)
                try:
                    yield stay
                finally:
                    self._members.remove(group, stay)
        except TimeoutError:
            if not stay.expired():
                raise

    def _make_room(self, group: str) -> None:
        if self._members.count(group) < self._most_each:
            if len(self._members) < self._most:
                return
            group = self._members.largest()
        if oldest := self._members.oldest(group):
            self._members.remove(group, oldest)
            oldest.reschedule(asyncio.get_running_loop().time())
