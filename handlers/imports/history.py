"""What was imported of a candidate's earlier interviews and where it comes from, as far as a reader may see it."""

from collections.abc import Callable

import msgspec
from msgspec.structs import replace

from handlers.imports import records
from handlers.imports.model import EarlierInterview, ImportedPerson
from handlers.organisation.repository import load
from handlers.organisation.rights import READS, Scope
from handlers.organisation.state import Organisation
from handlers.rating_views import Viewer
from storage.ports import Store


class Earlier(msgspec.Struct, frozen=True):
    """An interview before this system. Nobody here assessed it, and no figure counts it.

    - `interview`: what the file tells of it. What is empty is not known.
    - `person`, `name`: the imported person, who was decided to be the candidate.
    - `source`, `row`: the import, and the row of its file. `file_sha256` is that of the file (hex).
    - `imported_ms`, `by`: when (epoch milliseconds) and by whom it was imported.
    """

    interview: EarlierInterview
    person: str
    name: str
    source: str
    row: int
    file_sha256: str
    imported_ms: int
    by: str


async def earlier_interviews(
    store: Store, interview: str, unit: str, viewer: Viewer | None, organisation: Organisation | None = None
) -> tuple[Earlier, ...]:
    """Return the earlier interviews of whoever was decided to be the candidate of an interview in `unit`, by date.

    `viewer` None may see everything; `organisation` is then loaded if it is not given. Somebody sees the units
    where they may read. A group sees what was imported for the interview's unit or one below it, without scores,
    notes and answers.
    """
    linked = await records.same_as(store, interview)
    if not linked:
        return ()
    if viewer:
        organisation = viewer.organisation
    organisation = organisation or (await load(store)).state
    seen, private = _seen(viewer, unit), viewer is None or viewer.person is not None
    found = [
        _earlier(organisation, person, each if private else replace(each, score="", notes="", answers=()))
        for person in await records.people(store, organisation, linked)
        if seen(person)
        for each in person.interviews
    ]
    return tuple(sorted(found, key=lambda each: (each.interview.date, each.row)))


def _seen(viewer: Viewer | None, unit: str) -> Callable[[ImportedPerson], bool]:
    if viewer is None:
        return lambda _: True
    if viewer.person is None:
        return lambda each: viewer.organisation.within(each.unit, unit)
    scope = Scope(viewer.organisation, viewer.person, READS)
    return lambda each: scope.covers(each.unit)


def _earlier(organisation: Organisation, person: ImportedPerson, each: EarlierInterview) -> Earlier:
    source = organisation.imports[person.source]
    file, at_ms, by = source.file_sha256, source.at_ms, source.by
    return Earlier(each, person.id, person.name, person.source, person.row, file, at_ms, by)
