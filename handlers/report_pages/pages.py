"""Opening a report page: the right is checked each time, and the opening is recorded."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from conversation.script import Script
from conversation.state import State
from conversation.views.answers import Answer, SentFile, Transcript
from handlers.actions.approvals import Seconds
from handlers.console.identity import local_owner
from handlers.interview_views import read_interview
from handlers.organisation.events import Acted
from handlers.organisation.repository import append, load
from handlers.organisation.rights import HIRES, READS, Scope
from handlers.organisation.state import LOCAL_ID, Organisation, Person
from handlers.rating_views import RatingView, Viewer, VisibleNotes
from handlers.report_pages.links import ReportLinks, ReportToken
from storage.ports import Store

RECORDED_EVERY_MS = 10 * 60_000
"""A person's openings of one report are recorded at most once per period of this length."""


class Opened(NamedTuple):
    """What may be shown, and to whom.

    - `person`: who asked for the link.
    - `private`: whether they alone were given it.
    - `seconds`: who can confirm the decision that is proposed.
    """

    person: Person
    private: bool
    organisation: Organisation
    seconds: tuple[Person, ...]
    state: State
    script: Script
    transcript: Transcript
    ratings: RatingView
    notes: VisibleNotes

    @property
    def recordings(self) -> frozenset[str]:
        """The recordings in what is shown, by SHA-256."""
        parts = (part for answer in self.transcript.answers for part in answer.parts)
        return frozenset(part.spoken.sha256 for part in parts if part.spoken and part.spoken.sha256)

    @property
    def files(self) -> dict[str, SentFile]:
        """The files in what is shown, by SHA-256."""
        parts = (part for answer in self.transcript.answers for part in answer.parts)
        return {part.file.sha256: part.file for part in parts if part.file and part.file.sha256}

    def answer(self, question: str) -> Answer:
        return next(each for each in self.transcript.answers if each.question == question)


Closed = Literal["gone", "withdrawn", "erased"]
"""Why nothing is shown: the link is not (or no longer) valid, whoever asked for it may not read this report (any
more), or the candidate was erased."""


class ReportPages:
    """Opens report pages. `owner`: the request comes from the owner of a local installation."""

    def __init__(self, store: Store, links: ReportLinks, now: Callable[[], int]) -> None:
        self._store = store
        self._links = links
        self._now = now

    async def open(self, token: str, *, owner: bool) -> Opened | Closed:
        """Return what the link shows, after recording the opening. Raises StoreUnavailable."""
        found = await self._find(token, owner=owner)
        if isinstance(found, Opened):
            await self._record(ReportToken(found.state.interview, found.person.id, found.private))
        return found

    async def recordings(self, token: str, *, owner: bool) -> frozenset[str]:
        """Return the recordings that may be played with this link, by SHA-256. Raises StoreUnavailable."""
        found = await self._find(token, owner=owner)
        return found.recordings if isinstance(found, Opened) else frozenset()

    async def files(self, token: str, *, owner: bool) -> dict[str, SentFile]:
        """Return the files that may be seen with this link, by SHA-256. Raises StoreUnavailable."""
        found = await self._find(token, owner=owner)
        return found.files if isinstance(found, Opened) else {}

    async def _find(self, token: str, *, owner: bool) -> Opened | Closed:
        ticket = self._links.read(token)
        if ticket is None:
            return "gone"
        organisation = (await load(self._store)).state
        record = await self._store.interviews.load(ticket.interview)
        if record is None or (ticket.person == LOCAL_ID and not owner):
            return "gone"
        person = self._person(organisation, ticket.person)
        if person is None or not Scope(organisation, person, READS).covers(record.state.unit):
            return "withdrawn"
        if record.state.phase == "erased":
            return "erased"
        script = await self._store.directory.script(record.state.script)
        if script is None:
            return "gone"
        viewer = Viewer(organisation, person if ticket.private else None)
        reading = await read_interview(self._store, record.state, script, viewer)
        proposed, unit = record.state.proposed, record.state.unit
        people = await Seconds(self._store, organisation).of(proposed.by, HIRES, unit) if proposed else ()
        return Opened(person, ticket.private, organisation, tuple(people), *reading)

    def _person(self, organisation: Organisation, person: str) -> Person | None:
        return local_owner(organisation, "zh") if person == LOCAL_ID else organisation.people.get(person)

    async def _record(self, ticket: ReportToken) -> None:
        """Add the opening to the organisation's record. The cause makes it at most one per period."""
        how = "web" if ticket.private else "web, from a group"
        period = self._now() // RECORDED_EVERY_MS
        cause = f"page:{'' if ticket.private else 'group:'}{ticket.person}:{ticket.interview}:{period}"
        act = Acted(f"/report {ticket.interview} ({how})", "done")
        await append(self._store, lambda _: [act], cause, ticket.person, self._now)
