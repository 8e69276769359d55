"""What the processes share, in memory, with a clock that the test moves."""

import asyncio
from collections.abc import Callable


class MemoryNotes:
    """As storage.notes; `now` gives epoch seconds. Without it nothing expires."""

    def __init__(self, now: Callable[[], float] = lambda: 0.0) -> None:
        self._now = now
        self._held: dict[str, tuple[str, float]] = {}

    @property
    def values(self) -> dict[str, str]:
        """All that there is now."""
        return {name: value for name in self._held if (value := self._known(name)) is not None}

    async def get(self, name: str) -> str | None:
        await asyncio.sleep(0)
        return self._known(name)

    async def set(self, name: str, value: str, life_s: int | None = None) -> None:
        await asyncio.sleep(0)
        self._held[name] = value, self._now() + life_s if life_s else float("inf")

    async def erase(self, name: str) -> None:
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

    def _known(self, name: str) -> str | None:
        value, until = self._held.get(name, ("", 0.0))
        return value if self._now() < until else None
