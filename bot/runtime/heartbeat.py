"""A heartbeat in the store, from which a later process detects that the bot was down."""

from collections.abc import Callable

from bot.logs import log, log_wait
from bot.runtime.periodic import Periodic
from handlers.intake.receive import Intake
from handlers.maintenance.outages import LEAST_MS, make_up
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

EVERY_S = 10.0
_NOTE = "alive"


class Heartbeat(Periodic):
    every_s = EVERY_S
    waits = "no_sign_of_life"

    def __init__(self, store: RedisStore, intake: Intake, now: Callable[[], int]) -> None:
        super().__init__()
        self._store = store
        self._intake = intake
        self._now = now

    async def first(self) -> None:
        """Write the first heartbeat and make up for an outage before it. Only logs if the store is unavailable."""
        try:
            await self.look()
        except StoreUnavailable as error:
            log_wait("no_sign_of_life", error)

    async def look(self) -> None:
        """Write a heartbeat. If the last one is too old, first extend the candidates' deadlines by the gap.

        Raises StoreUnavailable.
        """
        last, now = await self._store.kv.get(_NOTE), self._now()
        if last and now - int(last) >= LEAST_MS:
            log.warning("outage_found", minutes=round((now - int(last)) / 60_000))
            told = await make_up(self._store, self._intake, int(last), now, _progress, _failed)
            log.info("outage_made_up", interviews=told)
        await self._store.kv.set(_NOTE, str(now))


def _progress(told: int) -> None:
    log.info("making_up", interviews=told)


def _failed(interview: str) -> None:
    log.exception("outage_not_made_up", interview=interview)
