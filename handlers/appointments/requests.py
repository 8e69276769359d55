"""Handling candidates' requests for an appointment in the organisation's record.

A request is an event and a job of its interview. The organisation's record gives the place, by compare and set, so
that nobody gets one that another has. The result goes back to the interview. Every step can be repeated: after a
crash between two of them, another process does all of them again.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from conversation.inbound import Address, Attachment, Inbound, PlaceFound
from conversation.jobs import ClaimPlace
from conversation.state import State
from conversation.timing.slots import may_change
from conversation.words import Vocabulary
from handlers.appointments.calendar_files import CalendarFiles, Method
from handlers.intake.receive import Intake
from handlers.organisation.repository import append, load
from handlers.organisation.slot_events import PlaceTaken
from handlers.organisation.slots import free, held
from handlers.organisation.state import Organisation, OrganisationRecord
from storage.ports import Store


class FileStore(NamedTuple):
    """How calendar files are kept.

    - `put`: archive a file and return its SHA-256.
    - `drop`: delete a file.
    - `takes`: whether files can be sent to an address.
    """

    put: Callable[[bytes], Awaitable[str]]
    drop: Callable[[str], Awaitable[None]]
    takes: Callable[[Address], bool]


class Requests:
    """Handles requests. `words` are those of candidates' messages, `now` returns epoch milliseconds."""

    def __init__(
        self, store: Store, intake: Intake, files: FileStore, words: Vocabulary, now: Callable[[], int]
    ) -> None:
        self._store = store
        self._intake = intake
        self._files = files
        self._words = words
        self._now = now

    async def handle(self, job: ClaimPlace) -> None:
        """Handle one request. Raises RecordBusy, StoreUnavailable if it has to be done again."""
        state = await self._waiting(job)
        if state is None:
            return
        if job.wish != "list":
            await self._claim(job, state.campaign)
        organisation = (await load(self._store)).state
        found = await self._found(job, state, organisation)
        await self._intake.apply(state.interview, Inbound(_result_id(job), found))
        record = await self._intake.record(state.interview)
        if record is None or record.state.phase == "erased":
            await self._give_up(job, found)

    def failed(self, job: ClaimPlace) -> Inbound:
        """Return the event that tells the interview that the request could not be handled."""
        return Inbound(_result_id(job), PlaceFound(job.number, failed=True))

    async def _waiting(self, job: ClaimPlace) -> State | None:
        """Return the interview's state if it still waits for the result of this request."""
        record = await self._intake.record(job.interview)
        appointment = record.state.appointment if record and record.state.phase != "erased" else None
        waits = appointment is not None and appointment.asking is not None and appointment.number == job.number
        return record.state if record and waits else None

    async def _claim(self, job: ClaimPlace, campaign: str) -> None:
        def events_of(record: OrganisationRecord) -> Sequence[PlaceTaken] | None:
            before = record.state.places.get(job.interview)
            if before and before.number >= job.number:
                return None
            return (PlaceTaken(job.interview, _granted(record.state, job, campaign, self._now()), job.number),)

        await append(self._store, events_of, f"place:{job.interview}:{job.number}", "system", self._now)

    async def _give_up(self, job: ClaimPlace, found: PlaceFound) -> None:
        """Free the place of somebody who was erased meanwhile, and delete their files."""
        for opener in (found.opener, found.former):
            await self._drop(job.interview, opener.file if opener else None)
        await self._drop(job.interview, found.file)

        def events_of(record: OrganisationRecord) -> Sequence[PlaceTaken] | None:
            place = record.state.places.get(job.interview)
            return (PlaceTaken(job.interview, "", job.number),) if place and place.slot else None

        await append(self._store, events_of, f"place-left:{job.interview}:{job.number}", "system", self._now)

    async def _drop(self, interview: str, file: Attachment | None) -> None:
        if file and await self._store.erasures.leave(file.sha256, interview):
            await self._files.drop(file.sha256)

    async def _found(self, job: ClaimPlace, state: State, organisation: Organisation) -> PlaceFound:
        before = state.appointment.held if state.appointment else None
        after = held(organisation, state.interview)
        times = free(organisation, state.campaign, self._now())
        if after == before:
            return PlaceFound(job.number, after, times)
        changed = after or before
        assert changed is not None
        new, old = (organisation.slots.get(each.id) if each else None for each in (after, before))
        method: Method = "REQUEST" if after else "CANCEL"
        files = CalendarFiles(
            self._store, self._files.put, self._files.takes, self._words, self._intake, self._now
        )
        former = old if new and old and old.chat != new.chat else None
        return PlaceFound(
            job.number,
            after,
            times,
            file=await files.for_candidate(state, method, 2 * job.number, changed),
            opener=await files.for_opener(state, method, 2 * job.number, changed, new or old),
            former=await files.for_opener(state, "CANCEL", 2 * job.number, before or changed, former),
        )


def _granted(organisation: Organisation, job: ClaimPlace, campaign: str, now: int) -> str:
    """Return the slot in which the interview holds a place after the request; empty: none."""
    before = held(organisation, job.interview)
    if before and not may_change(before, now):
        return before.id
    if job.wish == "cancel":
        return ""
    bookable = {each.id for each in free(organisation, campaign, now)}
    return job.slot if job.slot in bookable else before.id if before else ""


def _result_id(job: ClaimPlace) -> str:
    return f"place:{job.number}"
