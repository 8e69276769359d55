"""Erasing a candidate: ordered here, carried out by `handlers.erasing`."""

from conversation.words import Styled
from handlers.actions.interviews import EraseCandidate, ErasureOrdered, ErasurePreview
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, Form, Forms, Turn, Usage
from handlers.console.refusals import spoken
from handlers.organisation.rights import LEADS


async def forget(turn: Turn, line: Line) -> EraseCandidate:
    """`/forget NAME|ID`. The candidate's name stands in no record."""
    turn.recorded = "/forget"
    name = line.rest.strip().strip('"\u201c\u201d')
    if not name:
        raise Usage
    return EraseCandidate((await one(turn, LEADS, name, lambda number: f"/forget {number}")).interview)


async def _shown(turn: Turn, preview: ErasurePreview) -> Styled:
    return turn.words.say(
        "staff.forget.preview",
        name=spoken(turn, preview.candidate),
        campaign=preview.campaign,
        state=spoken(turn, preview.state),
        parts=preview.parts,
        recordings=preview.recordings,
        files=preview.files,
        entries=preview.entries,
    )


async def _ordered(turn: Turn, result: ErasureOrdered) -> None:
    turn.say("staff.forget.ordered", interview=result.interview)


COMMANDS = (Command("forget", LEADS, forget),)
FORMS: Forms = {EraseCandidate: Form(_ordered, _shown)}
