"""Working on job queues of any kind: takes jobs, keeps them alive, and gives back unfinished ones.

Any number of workers share the queues. If a worker dies, another takes over its jobs. Each job's result has an id
of its own, so it is recorded once even if the job is done several times.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeVar

from bot.logs import log, log_wait
from bot.metrics import DEAD, JOBS_WAITING
from conversation.inbound import Inbound
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable, is_outage
from storage.ports import JobEntry, Queue, Store

IDLE_MS = 30_000
"""How long after a worker's last keep-alive another worker may take its job."""
_KEEP_S = 5.0
_LOOK_S = 0.2
_RECLAIM_S = 5.0
_WAKE_S = 0.5
_BESIDE_S = 1.0
_RETRY_S = 1.0
_Job = TypeVar("_Job", contravariant=True)


class JobHandler(Protocol[_Job]):
    """Does the jobs of one queue, `at_once` of them at the same time."""

    queue: Queue
    at_once: int

    async def problem(self) -> str | None:
        """Return why no job can be done now, in a sentence, or None if jobs can be done."""

    async def work(self, entry: JobEntry, job: _Job) -> None:
        """Do one job, or schedule it again. Raises StoreUnavailable if it has to be done again."""

    def failed(self, job: _Job) -> Inbound:
        """Return the event that tells the interview that the job failed for good."""

    async def close(self) -> None: ...


class JobWorker:
    """Does the jobs of these handlers' queues.

    `beside` is called about once a second, for example to tell candidates how long their jobs wait. `owner` names
    this process, `now` returns epoch milliseconds.
    """

    def __init__(
        self,
        store: Store,
        intake: Intake,
        handlers: Sequence[JobHandler[Any]],
        beside: Callable[[], Awaitable[None]],
        now: Callable[[], int],
        owner: str,
    ) -> None:
        self._store = store
        self._jobs = store.jobs
        self._intake = intake
        self._handlers = {each.queue: each for each in handlers}
        self._beside = beside
        self._now = now
        self._owner = owner
        self._in_hand: dict[tuple[Queue, int, str], JobEntry] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop taking jobs. Jobs in progress are abandoned and returned to the queue for other workers."""
        self._stopping.set()

    async def run(self) -> None:
        """Work on jobs until `stop` is called."""
        await self._opened()
        handlers = self._handlers.values()
        working = [
            *(asyncio.create_task(self._work(each)) for each in handlers for _ in range(each.at_once)),
            asyncio.create_task(self._every(_KEEP_S, self._keep)),
            asyncio.create_task(self._every(_WAKE_S, self._wake)),
            asyncio.create_task(self._every(_BESIDE_S, self._beside)),
        ]
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            done, _ = await asyncio.wait({stopping, *working}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()  # these tasks end only by an error
        finally:
            for task in (stopping, *working):
                task.cancel()
            await asyncio.gather(stopping, *working, return_exceptions=True)
            await self._give_back()
            for each in handlers:
                await each.close()

    async def _opened(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._jobs.open()
            except StoreUnavailable as error:
                log_wait("jobs_wait", error)
                await asyncio.sleep(_RETRY_S)
            else:
                return

    # jobs

    async def _work(self, handler: JobHandler[Any]) -> None:
        reclaim_at = 0.0
        queue = handler.queue
        while True:
            try:
                if await handler.problem():
                    await asyncio.sleep(_LOOK_S * 5)
                    continue
                entry = None
                if (now := asyncio.get_running_loop().time()) >= reclaim_at:
                    reclaim_at = now + _RECLAIM_S
                    entry = await self._jobs.reclaim(queue, self._owner, IDLE_MS)
                entry = entry or await self._jobs.take(queue, self._owner)
                if entry is None:
                    await asyncio.sleep(_LOOK_S)
                else:
                    await self._do(handler, entry)
            except StoreUnavailable as error:
                log_wait("jobs_wait", error, queue=queue)
                await asyncio.sleep(_RETRY_S)

    async def _do(self, handler: JobHandler[Any], entry: JobEntry) -> None:
        """Carry out one job, repeating it until its result is in the store."""
        self._in_hand[entry.place] = entry
        while True:
            try:
                await self._act(handler, entry)
            except StoreUnavailable as error:
                log_wait("jobs_wait", error, queue=entry.queue)
                await asyncio.sleep(_RETRY_S)
            else:
                break
        del self._in_hand[entry.place]

    async def _act(self, handler: JobHandler[Any], entry: JobEntry) -> None:
        job = entry.job
        if job is None:
            await self._put_away(entry, "unreadable")
            return
        try:
            await handler.work(entry, job)
        except Exception as error:  # a failing job must not hold up the others
            if is_outage(error):
                raise
            log.exception("job_failed", queue=entry.queue)
            await self._give_up(job.interview, handler.failed(job))
            await self._put_away(entry, type(error).__name__)

    async def _give_up(self, interview: str, failed: Inbound) -> None:
        """Tell the interview that the job failed for good."""
        try:
            await self._intake.apply(interview, failed)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("job_not_told", interview=interview)

    async def _put_away(self, entry: JobEntry, why: str) -> None:
        DEAD.labels(entry.queue).inc()
        await self._store.outbox.dead_letter(entry.partition, entry.queue, why, entry.raw)
        await self._jobs.done(entry)

    # beside the jobs

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await act()
            except StoreUnavailable as error:
                log_wait("jobs_wait", error)
            await asyncio.sleep(seconds)

    async def _keep(self) -> None:
        await self._jobs.keep(list(self._in_hand.values()), self._owner)
        for queue in self._handlers:
            JOBS_WAITING.labels(queue).set(await self._jobs.length(queue))

    async def _wake(self) -> None:
        await self._jobs.wake(self._now())

    async def _give_back(self) -> None:
        with contextlib.suppress(StoreUnavailable):
            for entry in list(self._in_hand.values()):
                await self._jobs.release(entry, self._owner)
