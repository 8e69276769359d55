"""Reading an interview's record for somebody. Callers check whether they may see the interview at all."""

from collections.abc import Sequence
from typing import NamedTuple

from conversation.events import Entry
from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import State
from conversation.views import ratings
from conversation.views.answers import Transcript, read
from conversation.views.assessments import last_assessments
from conversation.views.expected import automatic_results
from handlers.rating_views import RatingView, Viewer, VisibleNotes, rating_view, visible_notes
from storage.ports import Store


class Reading(NamedTuple):
    """An interview with what was said in it, and what the viewer may see of its ratings and notes."""

    state: State
    script: Script
    transcript: Transcript
    ratings: RatingView
    notes: VisibleNotes


async def read_interview(store: Store, state: State, script: Script, viewer: Viewer) -> Reading:
    entries = [unseal(each)[1] for each in await store.interviews.entries(state.interview)]
    return reading_from(entries, state, script, viewer)


def reading_from(entries: Sequence[Entry], state: State, script: Script, viewer: Viewer | None) -> Reading:
    """Return what the viewer may see of an interview with these entries. None sees everything."""
    transcript = read(entries, script)
    given = ratings.read(entries, automatic_results(transcript, script))
    seen = rating_view(viewer, state.unit, given, last_assessments(entries))
    return Reading(state, script, transcript, seen, visible_notes(viewer, seen, transcript.notes))
