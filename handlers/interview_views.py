"""Reading an interview's record. Rights are checked by the callers."""

from typing import NamedTuple

from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import State
from conversation.views import ratings
from conversation.views.answers import Transcript, read
from conversation.views.ratings import Ratings
from storage.ports import Store


class Reading(NamedTuple):
    """An interview with what was said in it and all its ratings. It is up to the caller who may see which."""

    state: State
    script: Script
    transcript: Transcript
    ratings: Ratings


async def read_interview(store: Store, state: State, script: Script) -> Reading:
    entries = [unseal(each)[1] for each in await store.interviews.entries(state.interview)]
    return Reading(state, script, read(entries, script), ratings.read(entries))
