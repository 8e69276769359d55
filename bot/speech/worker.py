"""The voice worker: fetches recordings and files, and transcribes recordings."""

from collections.abc import Awaitable, Callable

from bot.channels.base import Registry
from bot.media.archive import Archive
from bot.runtime.job_worker import JobWorker
from bot.speech.fetch_jobs import Fetcher
from bot.speech.queue_notices import WaitingRoom
from bot.speech.transcription_jobs import Hears, Transcriber
from handlers.intake.receive import Intake
from storage.ports import Store


def voice_worker(
    store: Store,
    count: Callable[[str, int], Awaitable[int]],
    channels: Registry,
    archive: Archive,
    recognizer: Hears,
    intake: Intake,
    now: Callable[[], int],
    owner: str,
    short_of_space: Callable[[], bool],
    kind: type[JobWorker] = JobWorker,
) -> JobWorker:
    """`owner` names this process; for `count` see `WaitingRoom`, for `short_of_space` see `Fetcher`."""
    fetcher = Fetcher(store.jobs, store.erasures, channels, archive, intake, now, short_of_space)
    room = WaitingRoom(store.jobs, count, intake, now)
    transcriber = Transcriber(store.jobs, archive, recognizer, intake, now)

    async def inform() -> None:
        await room.look(await transcriber.problem())

    return kind(store, intake, [fetcher, transcriber], inform, now, owner)
