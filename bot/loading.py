"""Loading and preparing what a start does not need, while the process already answers messages."""

import asyncio
import importlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

_Result = TypeVar("_Result")
_SWITCH_S = sys.getswitchinterval()
_SWITCH_WHILE_LOADING_S = 0.0002
_loading = 0


async def load(module: str) -> None:
    """Import a module in a thread. Importing it again afterwards, in the usual way, takes no time."""
    await in_thread(lambda: importlib.import_module(module))


async def in_thread(call: Callable[[], _Result]) -> _Result:
    """Make a call in a thread that needs the CPU all the time, such as an import.

    Meanwhile threads switch much more often than usual, so that the event loop still answers messages, and records
    them as sent, without delay.
    """
    with _switching_often():
        return await asyncio.to_thread(call)


@contextmanager
def _switching_often() -> Iterator[None]:
    global _loading
    _loading += 1
    sys.setswitchinterval(_SWITCH_WHILE_LOADING_S)
    try:
        yield
    finally:
        _loading -= 1
        if not _loading:
            sys.setswitchinterval(_SWITCH_S)


class Once(Generic[_Result]):
    """Something that is made when it is first needed, and kept. If making it fails, the next call tries again."""

    def __init__(self, make: Callable[[], Awaitable[_Result]]) -> None:
        self._make = make
        self._made: list[_Result] = []
        self._making = asyncio.Lock()

    @property
    def made(self) -> bool:
        return bool(self._made)

    async def __call__(self) -> _Result:
        async with self._making:
            if not self._made:
                self._made.append(await self._make())
        return self._made[0]
