"""Sending messages that need several calls, so that a retry continues where the last attempt stopped."""

from collections.abc import Awaitable, Callable, Sequence

from cachetools import LRUCache

_REMEMBERED = 1000

Call = Callable[[], Awaitable[object]]


class Steps:
    """The progress of messages sent by this process. After a crash, parts of a message may be sent again."""

    def __init__(self) -> None:
        self._done: LRUCache[str, int] = LRUCache(_REMEMBERED)

    async def run(self, key: str, calls: Sequence[Call]) -> None:
        """Run the calls not done by an earlier attempt at the message `key`. Raises what a call raises."""
        for number in range(self._done.get(key, 0), len(calls)):
            await calls[number]()
            self._done[key] = number + 1
        self._done.pop(key, None)
