"""`/forget` orders the erasure of a candidate. `handlers.maintenance.erase` carries it out."""

from conversation.words import Styled
from handlers.actions.imports.erasure import EraseImported, ImportedErasureOrdered, ImportedErasurePreview
from handlers.actions.interviews import EraseCandidate, ErasureOrdered, ErasurePreview
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.commands.candidates.earlier import only_imported
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.refusals import spoken
from handlers.organisation.rights import LEADS


async def forget(context: CommandContext, line: Line) -> EraseCandidate | EraseImported:
    """`/forget NAME|ID`. The candidate's name is not recorded."""
    context.recorded = "/forget"
    name = line.rest.strip().strip('"\u201c\u201d')
    if not name:
        raise Usage
    try:
        found = await one(context, LEADS, name, _again, acts=True)
    except Refusal as refusal:
        return EraseImported((await only_imported(context, LEADS, name, _again, refusal)).id)
    return EraseCandidate(found.interview)


def _again(number: str) -> str:
    return f"/forget {number}"


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


async def _imported_shown(context: CommandContext, preview: ImportedErasurePreview) -> Styled:
    said = context.words.say("staff.forget.imported.preview", name=preview.name, n=preview.interviews)
    if not preview.now:
        return said
    lines = context.words.text("staff.list.joint").join(f"/forget {each}" for each in preview.now)
    return Styled.join([said, context.words.plain("staff.forget.imported.now", lines=lines)])


async def _imported_ordered(context: CommandContext, _: ImportedErasureOrdered) -> None:
    context.say("staff.forget.imported.ordered")


COMMANDS = (Command("forget", LEADS, forget),)
FORMS: Forms = {
    EraseCandidate: Form(_ordered, _shown),
    EraseImported: Form(_imported_ordered, _imported_shown),
}
