"""Telling candidates whose recordings wait for a transcript how many are ahead, or that none is possible now."""

from collections.abc import Awaitable, Callable

from cachetools import TTLCache

from bot.logs import log
from conversation.inbound import Inbound, TranscriptDelayed
from conversation.jobs import Transcribe
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import JobEntry, Jobs, Queue

TOLD_AFTER_MS = 60_000
TOLD_EVERY_S = 60
DELAYED_AFTER_MS = 2_000
"""How long a job waits before its candidate is told of a delay: a worker with a model may be about to take it."""
_LOOKED_AT = 200
_REMEMBERED = 10_000


class WaitingRoom:
    """Informs the candidates whose recordings wait in the transcription queue.

    `count` returns how often any process has called it for a name within a number of seconds.
    """

    def __init__(
        self, jobs: Jobs, count: Callable[[str, int], Awaitable[int]], intake: Intake, now: Callable[[], int]
    ) -> None:
        self._jobs = jobs
        self._count = count
        self._intake = intake
        self._now = now
        self._delayed: TTLCache[tuple[Queue, int, str], bool] = TTLCache(_REMEMBERED, 24 * 3600)
        self._problem = ""

    async def look(self, problem: str | None) -> None:
        """Inform the waiting candidates. `problem` says why this process cannot transcribe now, if it cannot."""
        if problem and problem != self._problem:
            log.warning("no_transcripts", why=problem)
        self._problem = problem or ""
        for ahead, entry in enumerate(await self._jobs.waiting("transcribe", _LOOKED_AT)):
            if isinstance(entry.job, Transcribe) and not entry.in_hand:
                await self._tell(entry, entry.job, ahead, problem)

    async def _tell(self, entry: JobEntry, job: Transcribe, ahead: int, problem: str | None) -> None:
        waited = self._now() - entry.queued_ms
        try:
            if problem and waited >= DELAYED_AFTER_MS:
                await self._tell_delayed(entry, job)
            elif not problem and ahead and waited >= TOLD_AFTER_MS:
                await self._tell_position(job, ahead)
        except StoreUnavailable:
            raise
        except Exception:  # a failing interview must not affect the others
            log.exception("voice_wait_not_told", interview=job.interview)

    async def _tell_delayed(self, entry: JobEntry, job: Transcribe) -> None:
        if entry.place not in self._delayed:
            inbound = Inbound(f"voice:{job.voice}:delayed", TranscriptDelayed(job.voice, job.recognised))
            await self._intake.apply(job.interview, inbound)
            self._delayed[entry.place] = True

    async def _tell_position(self, job: Transcribe, ahead: int) -> None:
        if await self._count(f"queued:{job.interview}:{job.voice}", TOLD_EVERY_S) == 1:
            await self._intake.show_progress(job.interview, job.voice, ahead=ahead)
