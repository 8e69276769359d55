"""Reading an interview's record for those who may."""

from collections.abc import Sequence

from conversation import ratings
from conversation.audit import unseal
from conversation.events import Entry
from conversation.ratings import Ratings
from conversation.script import Script
from conversation.state import State
from conversation.transcript import Transcript, read
from handlers.console.context import Turn


async def transcript_of(turn: Turn, state: State, script: Script) -> Transcript:
    return read(await _entries(turn, state), script)


async def told_of(turn: Turn, state: State, script: Script) -> tuple[Transcript, Ratings]:
    """What was said, and how it was rated; who may see which ratings is for `scoring` to say."""
    entries = await _entries(turn, state)
    return read(entries, script), ratings.read(entries)


async def _entries(turn: Turn, state: State) -> Sequence[Entry]:
    return [unseal(each)[1] for each in await turn.tools.store.interviews.entries(state.interview)]
