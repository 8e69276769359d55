"""The worker of a desk that handles candidates' requests for appointments."""

from conversation.jobs import ClaimPlace
from handlers.appointments.requests import FileStore, Requests
from handlers.catalogues import vocabulary
from tests.handlers.console.desk import Desk


def requests_of(desk: Desk) -> Requests:
    files = FileStore(desk._keep, desk._drop, lambda _: True)
    return Requests(desk.store, desk.intake, files, vocabulary(), lambda: desk.now)


async def handle_requests(desk: Desk) -> None:
    """Handle all requests that wait."""
    requests = requests_of(desk)
    while entry := await desk.store.jobs.take("places", "worker"):
        assert isinstance(entry.job, ClaimPlace)
        await requests.handle(entry.job)
        await desk.store.jobs.done(entry)
    await desk.watch.look()
