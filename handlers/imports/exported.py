"""Imported history in the documented export format."""

from typing import Any

from handlers.imports import records
from handlers.imports.model import EarlierInterview, ImportedPerson
from handlers.organisation.rights import READS, Scope
from handlers.rating_views import Viewer
from storage.ports import Store


async def earlier(store: Store, interview: str, viewer: Viewer | None) -> list[dict[str, Any]]:
    """Return the earlier interviews of whoever was imported and decided to be the interview's candidate, in order.

    `viewer` reads the export; None may see everything. Others see units where they may read. What is for no group
    is left out in one: scores, notes and answers.
    """
    linked = await records.same_as(store, interview)
    if not linked:
        return []
    found = [each for each in await records.kept(store, linked) if _is_seen(viewer, each)]
    private = viewer is None or viewer.person is not None
    described = [_described(each, one, private=private) for each in found for one in each.interviews]
    return sorted(described, key=lambda each: each["date"] or "")


def _is_seen(viewer: Viewer | None, each: ImportedPerson) -> bool:
    if viewer is None or viewer.person is None:
        return True
    return Scope(viewer.organisation, viewer.person, READS).covers(each.unit)


def _described(person: ImportedPerson, one: EarlierInterview, *, private: bool) -> dict[str, Any]:
    answers = [{"question": question, "text": text} for question, text in one.answers]
    return {
        "imported": {"import": person.source, "person": person.id, "row": person.row, "name": person.name},
        "date": one.date or None,
        "position": one.position or None,
        "interviewer": one.interviewer or None,
        "result": one.result or None,
        **({"score": one.score or None, "notes": one.notes or None, "answers": answers} if private else {}),
        "recorded": {"by": one.author or None, "on": one.recorded or None},
    }
