"""Fetching recordings from the platforms, before those forget them, into the archive."""

from collections.abc import Callable

from msgspec.structs import replace

from bot.channels.base import MediaGone, Registry, TryLater
from bot.logs import log
from bot.metrics import voice_fetches
from bot.voice.archive import Archive, ArchiveUnavailable
from bot.voice.formats import sniff
from conversation.inbound import AudioArchived, AudioLost, Inbound
from conversation.jobs import FetchMedia
from handlers.intake import Intake
from storage.ports import JobEntry, Jobs

PATIENCE_S = 7 * 24 * 3600
"""So long is tried where the platform keeps what it has."""
MOST_TEXTS = 6
"""A platform in trouble answers with a text instead of a recording; one that always does has nothing else."""
_LONGEST_PAUSE_S = 300


class Fetcher:
    """One fetch job: the recording is archived and the interview told, or it is tried again later."""

    def __init__(
        self, jobs: Jobs, channels: Registry, archive: Archive, intake: Intake, now: Callable[[], int]
    ) -> None:
        self._jobs = jobs
        self._channels = channels
        self._archive = archive
        self._intake = intake
        self._now = now

    async def work(self, entry: JobEntry, job: FetchMedia) -> None:
        """Raises StoreUnavailable: nothing has come of it then, and it is to be done again."""
        try:
            data = await self._fetch(job)
            sha256 = await self._archive.put(data)
        except MediaGone as error:
            await self._lost(job, error.why)
        except (TryLater, ArchiveUnavailable) as error:
            if self._now() < job.received_ms + self._patience_s(job) * 1000:
                await self._again(entry, job, error)
                return
            await self._lost(job, "expired")
        else:
            what = AudioArchived(job.voice, sha256, len(data), sniff(data), job.media.recognised)
            await self._intake.apply(job.interview, Inbound(f"voice:{job.voice}:audio", what))
            voice_fetches("archived", job.sender.channel).inc()
        await self._jobs.done(entry)

    async def _fetch(self, job: FetchMedia) -> bytes:
        channel = self._channels.get(job.sender.channel, job.sender.account)
        if channel is None:
            raise TryLater(f"this process has no account {job.sender.account} on {job.sender.channel}")
        if job.media.size > channel.capabilities.most_media_bytes:
            raise MediaGone("too_large")
        data = await channel.fetch(job.media)
        if sniff(data) == "text" and job.attempts < MOST_TEXTS:
            raise TryLater(f"{job.sender.channel} answered with a text instead of the recording")
        if len(data) > channel.capabilities.most_media_bytes:
            raise MediaGone("too_large")
        return data

    def _patience_s(self, job: FetchMedia) -> int:
        channel = self._channels.get(job.sender.channel, job.sender.account)
        return (channel.capabilities.media_life_s if channel else 0) or PATIENCE_S

    async def _again(self, entry: JobEntry, job: FetchMedia, error: TryLater | ArchiveUnavailable) -> None:
        asked = getattr(error, "retry_after_s", None) or 0
        pause_s = max(asked, min(2.0**job.attempts, _LONGEST_PAUSE_S))
        log.warning(
            "recording_not_fetched", interview=job.interview, voice=job.voice, why=str(error), pause_s=pause_s
        )
        voice_fetches("later", job.sender.channel).inc()
        due = self._now() + round(pause_s * 1000)
        await self._jobs.later(entry, replace(job, attempts=job.attempts + 1), due)

    async def _lost(self, job: FetchMedia, why: str) -> None:
        log.error("recording_lost", interview=job.interview, voice=job.voice, why=why)
        voice_fetches("lost", job.sender.channel).inc()
        await self._intake.apply(job.interview, Inbound(f"voice:{job.voice}:audio", AudioLost(job.voice, why)))
