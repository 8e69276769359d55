"""The processes' shared values in memory, with a clock controlled by the test."""

import asyncio
from collections.abc import Callable, Sequence


class MemoryKv:
    """Like storage.redis.kv. `now` returns epoch seconds, and without it nothing expires."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self._now = now
        self._held: dict[str, tuple[str, float]] = {}

    @property
    def values(self) -> dict[str, str]:
        """All current values."""
        return {name: value for name in self._held if (value := self._known(name)) is not None}

    async def get(self, name: str) -> str | None:
        await asyncio.sleep(0)
        return self._known(name)

    async def get_or_set(self, name: str, value: str) -> str:
        await asyncio.sleep(0)
        return self._held.setdefault(name, (value, float("inf")))[0]

    async def set(self, name: str, value: str, life_s: int | None = None) -> None:
        await asyncio.sleep(0)
        self._held[name] = value, self._now() + life_s if life_s else float("inf")

    async def erase(self, name: str) -> None:
        await asyncio.sleep(0)
        self._held.pop(name, None)

    async def take(self, name: str, owner: str, life_s: int) -> bool:
        await asyncio.sleep(0)
        if self._known(name) is not None:
            return False
        self._held[name] = owner, self._now() + life_s
        return True

    async def give_back(self, name: str, owner: str) -> None:
        await asyncio.sleep(0)
        if self._known(name) == owner:
            del self._held[name]

    async def put(self, name: str, field: str, value: str, life_s: int) -> None:
        await self.set(f"{name}\0{field}", value, life_s)

    async def fields(self, name: str) -> dict[str, str]:
        await asyncio.sleep(0)
        return {key.partition("\0")[2]: value for key, value in self.values.items() if key.startswith(f"{name}\0")}

    async def drop(self, name: str, fields: Sequence[str]) -> None:
        for field in fields:
            await self.erase(f"{name}\0{field}")

    async def count(self, name: str, window_s: int) -> int:
        await asyncio.sleep(0)
        known = self._known(name)
        until = self._held[name][1] if known is not None else self._now() + window_s
        self._held[name] = str(int(known or 0) + 1), until
        return int(self._held[name][0])

    async def admit(self, name: str, member: str, most: int, window_s: int) -> bool:
        await asyncio.sleep(0)
        known = self._known(name)
        members = known.split() if known else []
        if member in members or len(members) >= most:
            return member in members
        until = self._held[name][1] if known else self._now() + window_s
        self._held[name] = " ".join([*members, member]), until
        return True

    async def admitted(self, name: str) -> int:
        await asyncio.sleep(0)
        return len((self._known(name) or "").split())

    def _known(self, name: str) -> str | None:
        value, until = self._held.get(name, ("", 0.0))
        return value if self._now() < until else None
