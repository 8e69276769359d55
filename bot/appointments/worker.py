"""The worker of requests for appointments: one at a time in each process, as they all change the same record."""

from collections.abc import Callable

from bot.loading import load
from bot.runtime.job_worker import JobWorker
from conversation.inbound import Inbound
from conversation.jobs import ClaimPlace
from handlers.appointments.requests import Requests
from handlers.intake.receive import Intake
from handlers.organisation.repository import RecordBusy
from storage.ports import JobEntry, Queue, Store

PAUSE_MS = 1_000
"""How long a request waits while the organisation's record is changed again and again, in milliseconds."""


class PlaceRequests:
    """Carries out the jobs of requests for an appointment."""

    queue: Queue = "places"
    at_once = 1

    def __init__(self, store: Store, requests: Requests, now: Callable[[], int]) -> None:
        self._store = store
        self._requests = requests
        self._now = now

    async def problem(self) -> str | None:
        return None

    async def close(self) -> None:
        return

    def failed(self, job: ClaimPlace) -> Inbound:
        return self._requests.failed(job)

    async def work(self, entry: JobEntry, job: ClaimPlace) -> None:
        """Carry out one job. Raises StoreUnavailable if it has to be done again."""
        await load("icalendar")
        try:
            await self._requests.handle(job)
        except RecordBusy:
            await self._store.jobs.later(entry, job, self._now() + PAUSE_MS)
        else:
            await self._store.jobs.done(entry)


def place_worker(
    store: Store,
    intake: Intake,
    requests: Requests,
    now: Callable[[], int],
    owner: str,
    kind: type[JobWorker] = JobWorker,
) -> JobWorker:
    """`owner` names this process."""

    async def nothing() -> None:
        return

    return kind(store, intake, [PlaceRequests(store, requests, now)], nothing, now, owner)
