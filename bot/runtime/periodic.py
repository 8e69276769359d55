"""A part of a process that looks for something to do, again and again, until it is stopped."""

import asyncio
import contextlib
from abc import ABC, abstractmethod
from typing import ClassVar

from bot.logs import log
from storage.errors import StoreUnavailable


class Periodic(ABC):
    """Looks once in `every_s` seconds. What is `temporary` is logged as `waits`: the next look does what is
    left."""

    every_s: ClassVar[float]
    waits: ClassVar[str]
    temporary: ClassVar[tuple[type[Exception], ...]] = (StoreUnavailable,)

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    @property
    def stopped(self) -> bool:
        return self._stopping.is_set()

    async def run(self) -> None:
        """Until `stop`."""
        while not self.stopped:
            try:
                await self.look()
            except self.temporary as error:
                log.warning(self.waits, why=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.every_s):
                    await self._stopping.wait()

    def stop(self) -> None:
        self._stopping.set()

    @abstractmethod
    async def look(self) -> None:
        """Do what is to be done now. Raises what is `temporary`."""
