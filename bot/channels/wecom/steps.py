"""A message that needs several calls: tried again, it goes on where it stopped."""

from collections.abc import Awaitable, Callable, Sequence

from cachetools import LRUCache

_REMEMBERED = 1000

Call = Callable[[], Awaitable[object]]


class Steps:
    """Known in this process only: after a crash a message may repeat."""

    def __init__(self) -> None:
        self._done: LRUCache[str, int] = LRUCache(_REMEMBERED)

    async def run(self, key: str, calls: Sequence[Call]) -> None:
        """`key` is the message's. Raises whatever a call raises."""
        for number in range(self._done.get(key, 0), len(calls)):
            await calls[number]()
            self._done[key] = number + 1
        self._done.pop(key, None)
