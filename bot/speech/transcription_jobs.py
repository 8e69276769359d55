"""Transcription jobs: each adds a transcript, or the reason for having none, to the interview exactly once."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from msgspec.structs import replace

from bot.logs import log
from bot.media.archive import Archive, ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.metrics import VOICE_SECONDS, transcripts
from bot.speech.models import ModelMissing
from bot.speech.whisper import Heard, HearingFailed, ModelBroken, Task, Unheard
from conversation.inbound import Inbound, TranscriptFailed, TranscriptReady
from conversation.jobs import Transcribe
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.ports import JobEntry, Jobs, Queue

MOST_CRASHES = 3
_NOT_THERE_PAUSE_S = 60
_NOT_THERE_PATIENCE_MS = 24 * 3600_000
_MODEL_PAUSE_S = 15
REPORT_EVERY_S = 5.0
"""How often a long recording's progress is shown."""


class Hears(Protocol):
    """Speech recognition as `recognizer_process.RecognizerProcess` provides it."""

    async def problem(self) -> str | None: ...
    async def hear(self, task: Task, progress: Callable[[float], None]) -> Heard | Unheard: ...
    async def close(self) -> None: ...


class Transcriber:
    """Carries out transcription jobs, one at a time.

    Progress is shown every `report_every_s` seconds.
    """

    queue: Queue = "transcribe"
    at_once = 1

    def __init__(
        self,
        jobs: Jobs,
        archive: Archive,
        recognizer: Hears,
        intake: Intake,
        now: Callable[[], int],
        report_every_s: float = REPORT_EVERY_S,
    ) -> None:
        self._jobs = jobs
        self._archive = archive
        self._recognizer = recognizer
        self._intake = intake
        self._now = now
        self._report_every_s = report_every_s

    async def problem(self) -> str | None:
        return await self._recognizer.problem()

    async def close(self) -> None:
        await self._recognizer.close()

    def failed(self, job: Transcribe) -> Inbound:
        return Inbound(f"voice:{job.voice}:transcript", TranscriptFailed(job.voice, "failed"))

    async def work(self, entry: JobEntry, job: Transcribe) -> None:
        """Carry out one job. Raises StoreUnavailable if it has to be done again."""
        try:
            result = await self._hear(job)
        except (ArchiveUnavailable, NotArchived) as error:
            await self._not_there(entry, job, error)
            return
        except (ModelMissing, ModelBroken) as error:
            log.error("speech_model_unusable", why=str(error))
            await self._again(entry, job, _MODEL_PAUSE_S)
            return
        except HearingFailed as error:
            log.error("hearing_failed", interview=job.interview, voice=job.voice, why=str(error))
            if job.attempts + 1 < MOST_CRASHES:
                await self._again(entry, replace(job, attempts=job.attempts + 1), 2.0**job.attempts)
                return
            result = Unheard("failed")
        await self._tell(job, result)
        await self._jobs.done(entry)

    async def _hear(self, job: Transcribe) -> Heard | Unheard:
        try:
            data = await self._archive.get(job.sha256)
        except ArchiveDamaged as error:
            log.error("recording_damaged", interview=job.interview, voice=job.voice, why=str(error))
            return Unheard("broken")
        script = await self._intake.script(job.script)
        task = Task(data, job.language, script.spoken_terms(job.language))
        async with self._reported(job) as progress:
            return await self._recognizer.hear(task, progress)

    @contextlib.asynccontextmanager
    async def _reported(self, job: Transcribe) -> AsyncIterator[Callable[[float], None]]:
        """Show progress on the receipt while the body runs. Yields a callback for the share done, from 0 to 1."""
        share = 0.0

        def note(fraction: float) -> None:
            nonlocal share
            share = fraction

        async def report() -> None:
            shown = 0
            while True:
                await asyncio.sleep(self._report_every_s)
                percent = min(99, int(share * 100))
                if percent > shown:
                    shown = percent
                    await self._show(job, percent)

        reporting = asyncio.create_task(report())
        try:
            yield note
        finally:
            reporting.cancel()
            await asyncio.wait({reporting})

    async def _show(self, job: Transcribe, percent: int) -> None:
        try:
            await self._intake.show_progress(job.interview, job.voice, percent=percent)
        except StoreUnavailable:
            pass  # the next report may succeed
        except Exception:  # a failed report must not fail the transcription
            log.exception("voice_progress_not_shown", interview=job.interview)

    async def _tell(self, job: Transcribe, result: Heard | Unheard) -> None:
        what: TranscriptReady | TranscriptFailed
        if isinstance(result, Heard):
            what = TranscriptReady(
                job.voice, result.text, result.confidence, result.model, result.duration_ms, result.segments
            )
        else:
            what = TranscriptFailed(job.voice, result.why, result.duration_ms, result.text)
        await self._intake.apply(job.interview, Inbound(f"voice:{job.voice}:transcript", what))
        transcripts("heard" if isinstance(result, Heard) else result.why).inc()
        VOICE_SECONDS.inc(result.duration_ms / 1000)

    async def _not_there(self, entry: JobEntry, job: Transcribe, error: ArchiveUnavailable | NotArchived) -> None:
        log.error("recording_not_readable", interview=job.interview, voice=job.voice, why=str(error))
        gone = isinstance(error, NotArchived) and self._now() > job.received_ms + _NOT_THERE_PATIENCE_MS
        if gone:
            await self._tell(job, Unheard("failed"))
            await self._jobs.done(entry)
        else:
            await self._again(entry, job, _NOT_THERE_PAUSE_S)

    async def _again(self, entry: JobEntry, job: Transcribe, pause_s: float) -> None:
        await self._jobs.later(entry, job, self._now() + round(pause_s * 1000))
