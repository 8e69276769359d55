"""The archive's folder of anchors, in memory, and making one in it."""

from collections.abc import Callable
from datetime import tzinfo

from bot.runtime.secret_key import SigningKey
from handlers.maintenance.anchors import Anchors, Kept
from storage.ports import Store

KEY = SigningKey("o" * 32)


class MemoryFiles:
    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    async def create(self, name: str, data: bytes) -> bool:
        return self.held.setdefault(name, data) is data

    async def read(self, name: str) -> bytes | None:
        return self.held.get(name)

    async def names(self) -> list[str]:
        return sorted(self.held)


async def anchored(store: Store, files: MemoryFiles, now: Callable[[], int], zone: tzinfo) -> Kept:
    """Make the anchor that is due, and return it."""
    made = await Anchors(store, files, lambda: KEY, now, zone).of_today()
    assert made is not None
    return made
