"""Since when a colleague is told how appointments changed: since they last looked."""

from collections.abc import Callable

from storage.ports import Kv

LEAST_MS = 24 * 3600_000
"""Changes are listed for at least this long, in milliseconds, so that looking twice loses none."""
MOST_MS = 14 * 24 * 3600_000
"""The longest time back for which changes are listed, in milliseconds."""


class LastLooks:
    """When colleagues last looked, kept by their ids. `now` returns epoch milliseconds."""

    def __init__(self, kv: Kv, now: Callable[[], int]) -> None:
        self._kv = kv
        self._now = now

    async def note(self, person: str) -> int:
        """Note that the colleague looks now.

        Return since when changes are listed for them, in epoch milliseconds.
        """
        name, now = f"appointments-seen:{person}", self._now()
        before = await self._kv.get(name)
        await self._kv.set(name, str(now), MOST_MS // 1000)
        return min(int(before) if before else now, now - LEAST_MS)
