"""Opening a report page: the right is checked each time, and the opening is recorded."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from conversation.script import Script
from conversation.state import Record
from conversation.views.answers import SaidPart, SentFile
from handlers.console.identity import local_owner
from handlers.interview_views import read_interview
from handlers.organisation.events import Acted
from handlers.organisation.repository import append, load
from handlers.organisation.rights import READS, Scope
from handlers.organisation.state import LOCAL_ID, Organisation, Person
from handlers.organisation.tokens import actor
from handlers.rating_views import Viewer
from handlers.report_pages.links import ReportLinks, ReportToken
from handlers.report_pages.reading import Source, Sources
from storage.ports import Store

RECORDED_EVERY_MS = 10 * 60_000
"""A person's openings of one report are recorded at most once per period of this length."""


class Opened(NamedTuple):
    """What may be shown, and who asked for the link."""

    person: Person
    source: Source


Closed = Literal["gone", "withdrawn"]
"""Why nothing is shown: the link is not valid (any more), or whoever asked for it may not read this report."""


class ReportPages:
    """Opens report pages. `owner`: the request comes from the owner of a local installation. `local`: whoever sits
    at this machine is its owner."""

    def __init__(self, store: Store, links: ReportLinks, now: Callable[[], int], *, local: bool = False) -> None:
        self._store = store
        self._links = links
        self._now = now
        self._local = local

    async def open(self, token: str, *, owner: bool) -> Opened | Closed:
        """Return what the link shows, after recording the opening. Raises StoreUnavailable."""
        found = await self._admitted(token, owner=owner)
        if not isinstance(found, _Admitted):
            return found
        sources = Sources(self._store, found.viewer.organisation)
        source = await sources.of(found.record, found.script, found.viewer, self._now())
        await self._record(ReportToken(source.state.interview, found.person.id, source.private))
        return Opened(found.person, source)

    async def recordings(self, token: str, *, owner: bool) -> frozenset[str]:
        """Return the recordings that may be played with this link, by SHA-256. Raises StoreUnavailable."""
        parts = await self._parts(token, owner=owner)
        return frozenset(part.spoken.sha256 for part in parts if part.spoken and part.spoken.sha256)

    async def files(self, token: str, *, owner: bool) -> dict[str, SentFile]:
        """Return the files that may be seen with this link, by SHA-256. Raises StoreUnavailable."""
        parts = await self._parts(token, owner=owner)
        return {part.file.sha256: part.file for part in parts if part.file and part.file.sha256}

    async def _parts(self, token: str, *, owner: bool) -> list[SaidPart]:
        """Return the parts of all answers that the link shows."""
        found = await self._admitted(token, owner=owner)
        if not isinstance(found, _Admitted) or found.record.state.phase == "erased":
            return []
        reading = await read_interview(self._store, found.record.state, found.script, found.viewer)
        return [part for answer in reading.transcript.answers for part in answer.parts]

    async def _admitted(self, token: str, *, owner: bool) -> "_Admitted | Closed":
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
        script = await self._store.directory.script(record.state.script)
        if script is None:
            return "gone"
        viewer = Viewer(organisation, person if ticket.private else None)
        return _Admitted(person, viewer, record, script)

    def _person(self, organisation: Organisation, person: str) -> Person | None:
        if person == LOCAL_ID:
            return local_owner(organisation, "zh")
        return actor(organisation, person, self._now(), local=self._local)  # a program passes links on

    async def _record(self, ticket: ReportToken) -> None:
        """Add the opening to the organisation's record. The cause makes it at most one per period."""
        how = "web" if ticket.private else "web, from a group"
        period = self._now() // RECORDED_EVERY_MS
        cause = f"page:{'' if ticket.private else 'group:'}{ticket.person}:{ticket.interview}:{period}"
        act = Acted(f"/report {ticket.interview} ({how})", "done")
        await append(self._store, lambda _: [act], cause, ticket.person, self._now)


class _Admitted(NamedTuple):
    """Who asked for a link, who may see what it shows, and the interview that it is about."""

    person: Person
    viewer: Viewer
    record: Record
    script: Script
