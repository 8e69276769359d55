"""The voice worker: takes fetch and transcription jobs, keeps them alive, and returns what it leaves undone.

Any number of workers share the queues. If a worker dies, another takes over its jobs. Each job's result has an id
of its own, so it is recorded once even if the job is done several times.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from bot.channels.base import Registry
from bot.logs import log
from bot.media.archive import Archive
from bot.metrics import DEAD, VOICE_WAITING
from bot.speech.fetch_jobs import Fetcher, lost
from bot.speech.queue_notices import WaitingRoom
from bot.speech.transcription_jobs import Hears, Transcriber
from conversation.inbound import Inbound, TranscriptFailed
from conversation.jobs import FetchFile, FetchMedia, Job, Transcribe
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import JobEntry, Queue, Store

FETCHES = 6
"""How many files are fetched in parallel. Only one recording is transcribed at a time."""
IDLE_MS = 30_000
"""How long after a worker's last keep-alive another worker may take its job."""
_KEEP_S = 5.0
_LOOK_S = 0.2
_RECLAIM_S = 5.0
_WAKE_S = 0.5
_ROOM_S = 1.0
_RETRY_S = 1.0


class VoiceWorker:
    """Works on the job queues. `owner` names this process; for `count` see `WaitingRoom`."""

    def __init__(
        self,
        store: Store,
        count: Callable[[str, int], Awaitable[int]],
        channels: Registry,
        archive: Archive,
        recognizer: Hears,
        intake: Intake,
        now: Callable[[], int],
        owner: str,
    ) -> None:
        self._store = store
        self._jobs = store.jobs
        self._intake = intake
        self._now = now
        self._owner = owner
        self._hearer = recognizer
        self._fetcher = Fetcher(store.jobs, store.erasures, channels, archive, intake, now)
        self._transcriber = Transcriber(store.jobs, archive, recognizer, intake, now)
        self._room = WaitingRoom(store.jobs, count, intake, now)
        self._in_hand: dict[tuple[Queue, int, str], JobEntry] = {}
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop taking jobs. Jobs in progress are abandoned and returned to the queue for other workers."""
        self._stopping.set()

    async def run(self) -> None:
        """Work on jobs until `stop` is called."""
        await self._opened()
        working = [asyncio.create_task(self._work("fetch")) for _ in range(FETCHES)]
        working += [
            asyncio.create_task(self._work("transcribe")),
            asyncio.create_task(self._every(_KEEP_S, self._keep)),
            asyncio.create_task(self._every(_WAKE_S, self._wake)),
            asyncio.create_task(self._every(_ROOM_S, self._look_around)),
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
            await self._hearer.close()

    async def _opened(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._jobs.open()
            except StoreUnavailable as error:
                log.warning("voice_waits", why=str(error))
                await asyncio.sleep(_RETRY_S)
            else:
                return

    # jobs

    async def _work(self, queue: Queue) -> None:
        reclaim_at = 0.0
        while True:
            try:
                if queue == "transcribe" and await self._hearer.problem():
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
                    await self._do(entry)
            except StoreUnavailable as error:
                log.warning("voice_waits", queue=queue, why=str(error))
                await asyncio.sleep(_RETRY_S)

    async def _do(self, entry: JobEntry) -> None:
        """Carry out one job, repeating it until its result is in the store."""
        self._in_hand[entry.place] = entry
        while True:
            try:
                await self._act(entry)
            except StoreUnavailable as error:
                log.warning("voice_waits", queue=entry.queue, why=str(error))
                await asyncio.sleep(_RETRY_S)
            else:
                break
        del self._in_hand[entry.place]

    async def _act(self, entry: JobEntry) -> None:
        job = entry.job
        try:
            if job is None:
                await self._put_away(entry, "unreadable")
            elif isinstance(job, FetchMedia | FetchFile):
                await self._fetcher.work(entry, job)
            else:
                await self._transcriber.work(entry, job)
        except StoreUnavailable:
            raise
        except Exception as error:  # a failing job must not hold up the others
            log.exception("voice_job_failed", queue=entry.queue)
            if job is not None:
                await self._give_up(job)
            await self._put_away(entry, type(error).__name__)

    async def _give_up(self, job: Job) -> None:
        """Tell the interview that the job failed for good."""
        if isinstance(job, Transcribe):
            inbound = Inbound(f"voice:{job.voice}:transcript", TranscriptFailed(job.voice, "failed"))
        else:
            inbound = lost(job, "gone")
        try:
            await self._intake.apply(job.interview, inbound)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("voice_job_not_told", interview=job.interview)

    async def _put_away(self, entry: JobEntry, why: str) -> None:
        DEAD.labels("voice").inc()
        await self._store.outbox.dead_letter(entry.partition, "voice", why, entry.raw)
        await self._jobs.done(entry)

    # beside the jobs

    async def _every(self, seconds: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await act()
            except StoreUnavailable as error:
                log.warning("voice_waits", why=str(error))
            await asyncio.sleep(seconds)

    async def _keep(self) -> None:
        await self._jobs.keep(list(self._in_hand.values()), self._owner)
        for queue in ("fetch", "transcribe"):
            VOICE_WAITING.labels(queue).set(await self._jobs.length(queue))

    async def _wake(self) -> None:
        await self._jobs.wake(self._now())

    async def _look_around(self) -> None:
        await self._room.look(await self._hearer.problem())

    async def _give_back(self) -> None:
        with contextlib.suppress(StoreUnavailable):
            for entry in list(self._in_hand.values()):
                await self._jobs.release(entry, self._owner)
