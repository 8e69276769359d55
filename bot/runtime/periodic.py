"""Base class for loops that look for work at intervals until they are stopped."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from typing import ClassVar

from bot.logs import log_wait
from storage.errors import StoreUnavailable


class Periodic(ABC):
    """Calls `look` every `every_s` seconds.

    Exceptions of the types in `temporary` are logged as the event `waits`, and the next look tries again.
    """

    every_s: ClassVar[float]
    waits: ClassVar[str]
    temporary: ClassVar[tuple[type[Exception], ...]] = (StoreUnavailable,)

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    async def run(self) -> None:
        """Look for work repeatedly until `stop` is called."""
        while not self.stopped:
            try:
                await self.look()
            except self.temporary as error:
                log_wait(self.waits, error)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.every_s):
                    await self._stopping.wait()

    def stop(self) -> None:
        self._stopping.set()

    @abstractmethod
    async def look(self) -> None:
        """Do what is due now. May raise exceptions of the types in `temporary`."""
