"""A sign of life in the store, by which the next process knows of an outage of ours."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.logs import log
from handlers.intake import Intake
from handlers.outages import LEAST_MS, make_up
from storage.errors import StoreUnavailable
from storage.redis_store import RedisStore

EVERY_S = 10.0
_NOTE = "alive"


class Heartbeat:
    def __init__(self, store: RedisStore, intake: Intake, now: Callable[[], int]) -> None:
        self._store = store
        self._intake = intake
        self._now = now
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self.beat()
            except StoreUnavailable as error:
                log.warning("no_sign_of_life", why=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S):
                    await self._stopping.wait()

    async def first(self) -> None:
        """The first sign of life, with whatever there is to make up for."""
        try:
            await self.beat()
        except StoreUnavailable as error:
            log.warning("no_sign_of_life", why=str(error))

    def stop(self) -> None:
        self._stopping.set()

    async def beat(self) -> None:
        """Leave a sign of life; if the last one is old, make up for the time between."""
        last, now = await self._store.notes.get(_NOTE), self._now()
        if last and now - int(last) >= LEAST_MS:
            log.warning("outage_found", minutes=round((now - int(last)) / 60_000))
            told = await make_up(self._store, self._intake, int(last), now, _progress, _failed)
            log.info("outage_made_up", interviews=told)
        await self._store.notes.set(_NOTE, str(now))


def _progress(told: int) -> None:
    log.info("making_up", interviews=told)


def _failed(interview: str) -> None:
    log.exception("outage_not_made_up", interview=interview)
