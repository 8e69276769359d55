"""The timer loop: sends a `Ticked` event to each interview that is due, through the same intake as messages."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.logs import log, log_wait
from bot.metrics import DEAD
from bot.runtime.partition_leases import Holder
from conversation.inbound import Inbound, Ticked
from handlers.intake.receive import Intake
from storage.errors import OF_ONE_KEY, StoreUnavailable, is_outage
from storage.ports import Store

BATCH = 200
EVERY_S = 1.0
_RETRY_MS = 600_000


class Timers:
    """Looks once a second for due interviews in the partitions that `holder` holds."""

    def __init__(self, store: Store, holder: Holder, intake: Intake, now: Callable[[], int]) -> None:
        self._store = store
        self._holder = holder
        self._intake = intake
        self._now = now
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(self._holder.run(_nothing_to_take_over))
            while not self._stopping.is_set():
                try:
                    await self.look()
                except StoreUnavailable as error:
                    log_wait("timers_wait", error)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(EVERY_S):
                        await self._stopping.wait()
            self._holder.stop()
        await self._holder.release_all()

    def stop(self) -> None:
        self._stopping.set()

    async def look(self) -> None:
        """Send a tick to every interview that is due. Raises StoreUnavailable."""
        for partition in self._holder.held():
            for interview, due in await self._store.interviews.due(partition, self._now(), BATCH):
                if self._stopping.is_set():
                    return
                await self._tell(partition, interview, due)

    async def _tell(self, partition: int, interview: str, due: int) -> None:
        try:
            result = await self._intake.apply(interview, Inbound(f"tick:{due}:{self._now()}", Ticked()))
            if result == "stranger":  # the interview no longer exists
                await self._store.interviews.reschedule(interview, 0)
        except Exception as error:  # a failing interview must not stop the others' reminders
            if is_outage(error):
                if error.code not in OF_ONE_KEY:
                    raise
                log_wait("timer_waits", error, interview=interview)
                return
            log.exception("timer_failed", interview=interview)
            DEAD.labels("timer").inc()
            await self._store.outbox.dead_letter(partition, "timer", type(error).__name__, interview.encode())
            await self._store.interviews.reschedule(interview, self._now() + _RETRY_MS)


async def _nothing_to_take_over(_partition: int) -> None:
    return
