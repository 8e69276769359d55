"""`/forget` orders the erasure of a candidate. `handlers.maintenance.erase` carries it out."""

from conversation.words import Styled
from handlers.actions.interviews import EraseCandidate, ErasureOrdered, ErasurePreview
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.refusals import spoken
from handlers.organisation.rights import LEADS


async def forget(context: CommandContext, line: Line) -> EraseCandidate:
    """`/forget NAME|ID`. The candidate's name is not recorded."""
    context.recorded = "/forget"
    name = line.rest.strip().strip('"\u201c\u201d')
    if not name:
        raise Usage
    return EraseCandidate(
        (await one(context, LEADS, name, lambda number: f"/forget {number}", acts=True)).interview
    )


async def _shown(context: CommandContext, preview: ErasurePreview) -> Styled:
    return context.words.say(
        "staff.forget.preview",
        name=spoken(context, preview.candidate),
        campaign=preview.campaign,
        state=spoken(context, preview.state),
        parts=preview.parts,
        recordings=preview.recordings,
        files=preview.files,
        entries=preview.entries,
    )


async def _ordered(context: CommandContext, result: ErasureOrdered) -> None:
    context.say("staff.forget.ordered", interview=result.interview)


COMMANDS = (Command("forget", LEADS, forget),)
FORMS: Forms = {EraseCandidate: Form(_ordered, _shown)}
