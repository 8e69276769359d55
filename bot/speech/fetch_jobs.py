"""Fetch jobs: copying candidates' recordings and files from the platforms to the archive before they expire."""

import hashlib
from collections.abc import Callable

from msgspec.structs import replace

from bot.channels.base import Channel, MediaGone, Registry, TryLater
from bot.logs import log
from bot.media.archive import Archive, ArchiveUnavailable
from bot.media.attachments import MOST_BYTES, attachment
from bot.media.formats import sniff
from bot.metrics import voice_fetches
from conversation.inbound import AudioArchived, AudioLost, FileArchived, FileLost, Inbound
from conversation.jobs import FetchFile, FetchMedia
from handlers.intake.receive import Intake
from storage.ports import Erasures, JobEntry, Jobs, Queue

PATIENCE_S = 7 * 24 * 3600
"""How long to keep trying if the platform keeps files indefinitely."""
HELP_PATIENCE_S = 10 * 60
"""How long to keep trying for a file sent to colleagues. Then both sides are told, and it can be sent again."""
MOST_TEXTS = 6
"""How many text responses in place of a recording are taken for a temporary failure of the platform."""
_LONGEST_PAUSE_S = 300


class Fetcher:
    """Carries out fetch jobs: archives the file and tells the interview, or reschedules the job.

    While `short_of_space` returns True, nothing is fetched: the interview is told that the file is lost, and the
    candidate is asked to write instead. What is in the archive already takes no more space.
    """

    queue: Queue = "fetch"
    at_once = 6

    def __init__(
        self,
        jobs: Jobs,
        erasures: Erasures,
        channels: Registry,
        archive: Archive,
        intake: Intake,
        now: Callable[[], int],
        short_of_space: Callable[[], bool],
    ) -> None:
        self._jobs = jobs
        self._erasures = erasures
        self._channels = channels
        self._archive = archive
        self._intake = intake
        self._now = now
        self._short_of_space = short_of_space

    async def problem(self) -> None:
        """Files can always be fetched."""

    async def close(self) -> None:
        """The channels and the archive are closed by their owners."""

    def failed(self, job: FetchMedia | FetchFile) -> Inbound:
        return lost(job, "gone")

    async def work(self, entry: JobEntry, job: FetchMedia | FetchFile) -> None:
        """Carry out one job. Raises StoreUnavailable if it has to be done again."""
        try:
            data = await self._fetch(job)
            await self._erasures.refer(hashlib.sha256(data).hexdigest(), job.interview)
            sha256 = await self._archive.put(data)
        except MediaGone as error:
            await self._lost(job, error.why)
        except (TryLater, ArchiveUnavailable) as error:
            if self._now() < job.received_ms + self._patience_s(job) * 1000:
                await self._again(entry, job, error)
                return
            await self._lost(job, "expired")
        else:
            await self._keep(job, sha256, data)
            voice_fetches("archived", job.sender.channel).inc()
        await self._jobs.done(entry)

    async def _keep(self, job: FetchMedia | FetchFile, sha256: str, data: bytes) -> None:
        """Tell the interview that the file is archived. Drop the file if the interview was erased meanwhile."""
        if await self._intake.apply(job.interview, _kept(job, sha256, data)) != "nothing":
            return
        record = await self._intake.record(job.interview)
        erased = record is None or record.state.phase == "erased"
        if erased and await self._erasures.leave(sha256, job.interview):
            await self._archive.drop(sha256)

    async def _fetch(self, job: FetchMedia | FetchFile) -> bytes:
        channel = self._channels.get(job.sender.channel, job.sender.account)
        if channel is None:
            raise TryLater(f"this process has no account {job.sender.account} on {job.sender.channel}")
        if self._short_of_space() and not channel.capabilities.kept:
            raise MediaGone("no_space")
        if job.media.size > _most_bytes(job, channel):
            raise MediaGone("too_large")
        data = await channel.fetch(job.media)
        if isinstance(job, FetchMedia) and sniff(data) == "text" and job.attempts < MOST_TEXTS:
            raise TryLater(f"{job.sender.channel} answered with a text instead of the recording")
        if isinstance(job, FetchFile) and not data:
            raise MediaGone("gone")
        if len(data) > _most_bytes(job, channel):
            raise MediaGone("too_large")
        return data

    def _patience_s(self, job: FetchMedia | FetchFile) -> int:
        """Return how long to keep trying. It is short for files to colleagues: the candidate waits for help."""
        if isinstance(job, FetchFile) and not job.answer:
            return HELP_PATIENCE_S
        channel = self._channels.get(job.sender.channel, job.sender.account)
        return (channel.capabilities.media_life_s if channel else 0) or PATIENCE_S

    async def _again(
        self, entry: JobEntry, job: FetchMedia | FetchFile, error: TryLater | ArchiveUnavailable
    ) -> None:
        asked = getattr(error, "retry_after_s", None) or 0
        pause_s = max(asked, min(2.0**job.attempts, _LONGEST_PAUSE_S))
        log.warning("recording_not_fetched", **_named(job), why=str(error), pause_s=pause_s)
        voice_fetches("later", job.sender.channel).inc()
        due = self._now() + round(pause_s * 1000)
        await self._jobs.later(entry, replace(job, attempts=job.attempts + 1), due)

    async def _lost(self, job: FetchMedia | FetchFile, why: str) -> None:
        log.error("recording_lost", **_named(job), why=why)
        voice_fetches("lost", job.sender.channel).inc()
        await self._intake.apply(job.interview, lost(job, why))


def _most_bytes(job: FetchMedia | FetchFile, channel: Channel) -> int:
    most = channel.capabilities.most_media_bytes
    return min(most, MOST_BYTES) if isinstance(job, FetchFile) else most


def _kept(job: FetchMedia | FetchFile, sha256: str, data: bytes) -> Inbound:
    if isinstance(job, FetchMedia):
        audio = AudioArchived(job.voice, sha256, len(data), sniff(data), job.media.recognised)
        return Inbound(f"voice:{job.voice}:audio", audio)
    file = attachment(data, sha256, job.media.kind, job.name)
    archived = FileArchived(job.number, file, len(data), job.text, job.first, job.answer)
    return Inbound(f"file:{job.number}", archived)


def lost(job: FetchMedia | FetchFile, why: str) -> Inbound:
    """Return the event that tells the interview that the job failed for good."""
    if isinstance(job, FetchMedia):
        return Inbound(f"voice:{job.voice}:audio", AudioLost(job.voice, why))
    return Inbound(f"file:{job.number}", FileLost(job.number, why, job.text, job.first, job.answer))


def _named(job: FetchMedia | FetchFile) -> dict[str, str | int]:
    """Return the log fields that identify the job."""
    number = {"voice": job.voice} if isinstance(job, FetchMedia) else {"file": job.number}
    return {"interview": job.interview, **number}
