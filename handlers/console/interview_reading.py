"""Reading an interview's record. Rights are checked by the callers."""

from collections.abc import Sequence

from conversation.audit import unseal
from conversation.events import Entry
from conversation.script import Script
from conversation.state import State
from conversation.views import ratings
from conversation.views.answers import Transcript, read
from conversation.views.ratings import Ratings
from handlers.console.context import CommandContext


async def transcript_of(context: CommandContext, state: State, script: Script) -> Transcript:
    return read(await _entries(context, state), script)


async def told_of(context: CommandContext, state: State, script: Script) -> tuple[Transcript, Ratings]:
    """Return what was said and how it was rated. It is up to the caller who may see which ratings."""
    entries = await _entries(context, state)
    return read(entries, script), ratings.read(entries)


async def _entries(context: CommandContext, state: State) -> Sequence[Entry]:
    return [unseal(each)[1] for each in await context.tools.store.interviews.entries(state.interview)]
