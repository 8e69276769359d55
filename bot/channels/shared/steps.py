"""Sending a message that needs several calls: the next attempt continues where the last one failed."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from cachetools import LRUCache

_REMEMBERED = 1000
_Result = TypeVar("_Result")


class Steps:
    """The calls that have been made for messages not yet sent completely.

    They are known only in this process, so parts of a message may repeat after a crash.
    """

    def __init__(self) -> None:
        self._done: LRUCache[str, int] = LRUCache(_REMEMBERED)

    def done(self, key: str) -> int:
        """Return how many calls have been made for the message with this key."""
        return self._done.get(key, 0)

    async def run(self, key: str, calls: Sequence[Callable[[], Awaitable[_Result]]]) -> _Result | None:
        """Make the calls that are left, in order. Return the last one's result, or None if none was left.

        Raises what a call raises.
        """
        result = None
        for number in range(self.done(key), len(calls)):
            if number:
                self._done[key] = number
            result = await calls[number]()
        self._done.pop(key, None)
        return result
