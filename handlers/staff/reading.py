"""Reading an interview's record for those who may."""

from conversation.audit import unseal
from conversation.script import Script
from conversation.state import State
from conversation.transcript import Transcript, read
from handlers.staff.turn import Turn


async def transcript_of(turn: Turn, state: State, script: Script) -> Transcript:
    stored = await turn.tools.store.interviews.entries(state.interview)
    return read((unseal(each)[1] for each in stored), script)
