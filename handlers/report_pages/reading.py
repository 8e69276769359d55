"""Reading all that a report is made from, as far as its reader may see it."""

from typing import NamedTuple

from conversation.errors import ChainBroken
from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import Record, State
from conversation.views import milestones
from conversation.views.answers import Answer, Transcript
from conversation.views.milestones import Milestone
from handlers.actions.approvals import Seconds
from handlers.imports.history import Earlier, earlier_interviews
from handlers.interview_views import reading_from
from handlers.maintenance.audit import Erasures, audit
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Organisation, Person
from handlers.rating_views import RatingView, Viewer, VisibleNotes
from storage.ports import Store


class ChainResult(NamedTuple):
    """The verification of an interview's record: how many entries it has, and the hash of the last one in hex.

    `broken` is the number of the first entry that is wrong; 0: the record holds.
    """

    length: int
    head: str
    broken: int = 0


class Source(NamedTuple):
    """What a report is made from.

    - `viewer`: who reads it; None: whoever uses the command line, who may see everything.
    - `seconds`: who can confirm the decision that is proposed.
    - `now_ms`: when this was read, in epoch milliseconds.
    - `earlier`: interviews before this system, which were imported.

    Of an erased interview there are the milestones, without any details, and the chain.
    """

    viewer: Viewer | None
    organisation: Organisation
    state: State
    script: Script
    transcript: Transcript
    ratings: RatingView
    notes: VisibleNotes
    milestones: tuple[Milestone, ...]
    chain: ChainResult
    seconds: tuple[Person, ...]
    now_ms: int
    earlier: tuple[Earlier, ...] = ()

    @property
    def private(self) -> bool:
        """Whether only one person reads it."""
        return self.viewer is None or self.viewer.person is not None

    @property
    def erased(self) -> bool:
        return self.state.phase == "erased"

    def answer(self, question: str) -> Answer:
        return next(each for each in self.transcript.answers if each.question == question)


class Sources:
    """Reads reports' sources. Share one to read many: some of it is read only once.

    `organisation`: the organisation as it is now.
    """

    def __init__(self, store: Store, organisation: Organisation) -> None:
        self._store = store
        self._organisation = organisation
        self._seconds = Seconds(store, organisation)
        self._erasures = Erasures(store)

    async def of(self, record: Record, script: Script, viewer: Viewer | None, now_ms: int) -> Source:
        """Return what the viewer may see of an interview, in whatever phase."""
        state = record.state
        entries = [unseal(each)[1] for each in await self._store.interviews.entries(state.interview)]
        erased = state.phase == "erased"  # what is still there of its content is about to be erased
        reading = reading_from(() if erased else entries, state, script, viewer)
        proposed = state.proposed
        earlier: tuple[Earlier, ...] = ()
        if not erased:
            earlier = await earlier_interviews(
                self._store, state.interview, state.unit, viewer, self._organisation
            )
        seconds = await self._seconds.of(proposed.by, HIRES, state.unit) if proposed else ()
        return Source(
            viewer,
            self._organisation,
            *reading,
            milestones.remains(entries) if erased else milestones.read(entries),
            await self._chain(record),
            tuple(seconds),
            now_ms,
            earlier,
        )

    async def _chain(self, record: Record) -> ChainResult:
        try:
            found = await audit(self._store, record.state.interview, self._erasures)
        except ChainBroken as broken:
            return ChainResult(record.version, record.head.hex(), broken.entry)
        return ChainResult(found.version, found.head.hex())
