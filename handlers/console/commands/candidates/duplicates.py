"""`/duplicates`: people who may be the same, for a person to decide, one pair after another."""

from conversation.words import Styled
from handlers.actions.base import Action
from handlers.actions.imports.duplicates import VERDICTS, DecideDuplicate, DuplicateSettled
from handlers.console.approvals import undo_button
from handlers.console.command_line import Line
from handlers.console.commands.system.general import unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.console.formatting import state_name
from handlers.console.vocabulary import meant
from handlers.organisation.rights import HIRES
from handlers.queries.imports.duplicates import DuplicatePair, DuplicateQueue, ShowDuplicate, Side

_MOST_INTERVIEWS = 3


async def duplicates(context: CommandContext, line: Line) -> Action | None:
    """`/duplicates` shows the next pair, `/duplicates PAIR same|different|later` decides."""
    match line.arguments:
        case ():
            _show(context, await ShowDuplicate().answer(context))
            return None
        case (pair,):
            _show(context, await ShowDuplicate(pair.lower()).answer(context))
            return None
        case (pair, word):
            verdict = meant(context, word, VERDICTS, "staff.duplicate.verdict")
            if verdict is None:
                raise Usage
            return DecideDuplicate(pair.lower(), verdict)
        case _:
            raise Usage


def _show(context: CommandContext, found: DuplicateQueue) -> None:
    if found.pair is None:
        context.say("staff.duplicate.none")
        return
    pair = found.pair
    choices = [(f"/duplicates {pair.id} {each}", f"staff.duplicate.choice.{each}") for each in VERDICTS]
    context.send(
        Styled.join(
            [
                context.words.say("staff.duplicate.title", n=found.open, later=found.later),
                _side(context, "A", pair.one),
                _side(context, "B", pair.other),
                _evidence(context, pair),
            ]
        ),
        choices if pair.decidable else (),
    )


def _side(context: CommandContext, mark: str, side: Side) -> str:
    """Return one of the two in a line or some: who it is, where from, and earlier interviews."""
    words = context.words
    known = " · ".join(filter(None, (side.phone, side.email, side.birth, side.school)))
    source = (
        words.plain("staff.duplicate.live", campaign=side.campaign, state=state_name(context, side.phase))
        if side.campaign
        else words.plain("staff.duplicate.imported", row=side.row)
    )
    if side.masked:
        source = words.plain("staff.duplicate.masked", unit=unit_title(context, side.unit))
    lines = [" · ".join(filter(None, (f"{mark}. {side.name}", known, source)))]
    lines += [
        "   " + " · ".join(filter(None, (each.date, each.position, each.result)))
        for each in side.interviews[:_MOST_INTERVIEWS]
    ]
    return "\n".join(lines)


def _evidence(context: CommandContext, pair: DuplicatePair) -> str:
    words = context.words
    said = words.text("staff.list.joint").join(
        words.text(f"staff.duplicate.evidence.{each}") for each in pair.evidence
    )
    line = words.plain("staff.duplicate.evidence", evidence=said, score=pair.score)
    return line if pair.decidable else f"{line}\n{words.text('staff.duplicate.elsewhere')}"


async def _settled(context: CommandContext, result: DuplicateSettled) -> None:
    """Say what was decided, and show the next pair."""
    key = result.verdict or "undone"
    found = await ShowDuplicate(result.pair).answer(context)
    unit = found.pair.other.unit if found.pair else ""
    undo = await undo_button(context, result, unit, "staff.duplicate.choice.undo") if result.verdict else ()
    context.say(f"staff.duplicate.done.{key}", undo)
    if result.verdict:
        _show(context, await ShowDuplicate().answer(context))


COMMANDS = (Command("duplicates", HIRES, duplicates),)
FORMS: Forms = {DecideDuplicate: Form(_settled)}
