"""Jobs for tests of the queues, and helpers that queue and take them."""

from conversation.inbound import Media
from conversation.jobs import FetchMedia, Job, Transcribe
from storage.ports import Committed, JobEntry, Queue, Store
from tests.storage.commits import CANDIDATE, commit

ALWAYS, NEVER = 0, 3_600_000
"""Limits for `reclaim`, in milliseconds of idleness: every job in hand may be taken over, or none that was in use
within the last hour."""
NOON_MS = 1_790_000_000_000


def fetch(interview: str, voice: int = 1, attempts: int = 0) -> FetchMedia:
    media = Media("file-id", "voice", 3_000, 700, "说的话")
    return FetchMedia(interview, voice, CANDIDATE, media, NOON_MS, "zh", "script-1", attempts)


def transcribe(interview: str, voice: int = 1, attempts: int = 0) -> Transcribe:
    return Transcribe(
        interview, voice, CANDIDATE, "ab" * 32, NOON_MS, "zh", "script-1", duration_ms=3_000, attempts=attempts
    )


async def queue(store: Store, *jobs: Job) -> None:
    """Queue jobs, each by a commit of its own."""
    await store.jobs.open()
    for job in jobs:
        record = await store.interviews.load(job.interview)
        version = record.version if record else 0
        made = commit(job.interview, version + 1, jobs=(job,))
        assert await store.interviews.commit(made) == Committed()


async def take_all(store: Store, queue: Queue, worker: str = "me") -> list[JobEntry]:
    found = []
    while entry := await store.jobs.take(queue, worker):
        found.append(entry)
    return found


async def taken(store: Store, queue: Queue, worker: str = "me") -> JobEntry:
    entry = await store.jobs.take(queue, worker)
    assert entry is not None
    return entry


async def lengths(store: Store) -> tuple[int, int]:
    return await store.jobs.length("fetch"), await store.jobs.length("transcribe")
