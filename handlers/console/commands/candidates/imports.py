"""`/import`: a file with earlier candidates and interviews, sent in the chat, and taking that back."""

from collections.abc import Sequence
from itertools import islice

from conversation.timing.schedule import at
from conversation.words import Styled, Words
from handlers.actions.base import Action
from handlers.actions.imports.files import (
    LENT_MS,
    HistoryImported,
    ImportGone,
    ImportHistory,
    ImportPreview,
    UndoImport,
    UndoPreview,
)
from handlers.console.command_line import Line
from handlers.console.commands.system.general import offered, unit_named, unit_title
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.invitation_links import stem_of
from handlers.console.tables import MEDIA_TYPES, table
from handlers.console.vocabulary import meant, typed
from handlers.imports.model import FIELDS, Column, DayOrder
from handlers.imports.model import Refusal as RefusedRow
from handlers.organisation.rights import LEADS

_SHOWN_ROWS = 5
_SHOWN_IMPORTS = 20
_DAY_ORDERS: tuple[DayOrder, ...] = ("dmy", "mdy", "ymd")


async def import_(context: CommandContext, line: Line) -> Action | None:
    """`/import [UNIT] [FIELD=COLUMN…] [dmy|mdy|ymd]` with a file imports it, `/import` lists the imports, and
    `/import undo ID` takes one back."""
    file = context.inbound.file
    if file is None:
        match line.arguments:
            case ():
                _list(context)
                return None
            case (word, source) if word in typed(context, "staff.import.undo"):
                return UndoImport(source.lower())
            case _:
                raise Usage
    unit, told = None, list[tuple[str, str]]()
    day_order: DayOrder = ""
    for argument in line.arguments:
        field, equals, column = argument.partition("=")
        if equals:
            told.append((_field(context, field), column))
        elif found := next((each for each in _DAY_ORDERS if each == argument.lower()), None):
            day_order = found
        elif unit is None:
            unit = unit_named(context, argument)
        else:
            raise Usage
    return ImportHistory(await context.lent(file.data, LENT_MS), file.name, unit, tuple(told), day_order)


def _field(context: CommandContext, word: str) -> str:
    field = meant(context, word, FIELDS, "staff.import.field")
    if field is None:
        known = context.words.text("staff.list.joint").join(_called(context.words, each) for each in FIELDS)
        raise Refusal("staff.import.field_unknown", field=word[:40], fields=known)
    return field


def _called(words: Words, field: str) -> str:
    return words.text(f"staff.import.field.{field}").partition("|")[0]


def _list(context: CommandContext) -> None:
    scope = context.scope(LEADS)
    imports = [item for item in context.organisation.imports.items() if scope.covers(item[1].unit)]
    if not imports:
        context.say("staff.import.none")
        return
    lines = [
        context.words.plain(
            "staff.import.row" if each.done else "staff.import.row.unfinished",
            source=source,
            day=at(each.at_ms, context.tools.zone).date().isoformat(),
            unit=unit_title(context, each.unit),
            n=each.people - each.erased,
            interviews=each.interviews,
        )
        for source, each in sorted(imports, key=lambda item: -item[1].at_ms)[:_SHOWN_IMPORTS]
    ]
    context.send(Styled.join([context.words.say("staff.import.title", n=len(imports)), "\n".join(lines)]))


async def _shown(context: CommandContext, preview: ImportPreview) -> Styled:
    words, summary = context.words, preview.summary
    parts: list[Styled | str] = [
        words.say("staff.import.preview", name=preview.confirms.name[:60], unit=unit_title(context, preview.unit)),
        words.plain(
            "staff.import.numbers",
            rows=summary.rows,
            read=summary.read,
            refused=summary.refused,
            people=summary.people,
            interviews=summary.interviews,
        ),
        words.plain("staff.import.duplicates", n=summary.duplicates),
        words.plain("staff.import.columns", columns=_columns(words, summary.columns)),
    ]
    parts += [
        words.plain("staff.import.order", column=letter, order=words.text(f"staff.import.order.{order}"))
        for letter, order in summary.day_orders
    ]
    parts += [words.plain(f"staff.import.common.{kind}", n=number) for kind, number in summary.common]
    if preview.refusals:
        parts.append(await _refused(context, preview))
    return Styled.join(parts)


def _columns(words: Words, columns: Sequence[Column]) -> str:
    return "\n".join(
        words.plain(
            "staff.import.column.guessed" if each.found == "content" else "staff.import.column",
            letter=each.letter,
            heading=each.heading or "–",
            field=_called(words, each.field),
        )
        for each in columns
    )


async def _refused(context: CommandContext, preview: ImportPreview) -> str:
    """Return the first refused rows as text, and send all of them as a file if there are more."""
    words = context.words
    if len(preview.refusals) > _SHOWN_ROWS:
        heading = [
            words.text(f"staff.import.refused.{each}") for each in ("row", "column", "heading", "value", "why")
        ]
        rows = (
            (str(each.row), each.letter, each.heading, each.value, words.text(f"staff.import.fault.{each.fault}"))
            for each in preview.refusals
        )
        name = f"{stem_of(preview.confirms.name) or 'import'}-refused.csv"
        said = words.say("staff.import.refused.file", n=len(preview.refusals))
        await context.attach(said, name, table(heading, rows, "csv"), MEDIA_TYPES["csv"])
    return "\n".join(_line(words, each) for each in islice(preview.refusals, _SHOWN_ROWS))


def _line(words: Words, each: RefusedRow) -> str:
    why = words.text(f"staff.import.fault.{each.fault}")
    if not each.letter:
        return words.plain("staff.import.refused.whole", row=each.row, why=why)
    return words.plain(
        "staff.import.refused.cell", row=each.row, column=each.letter, heading=each.heading, why=why
    )


async def _imported(context: CommandContext, result: HistoryImported) -> None:
    done = result.what
    choices = offered(context, ("/duplicates", "staff.import.choice.duplicates")) if done.duplicates else []
    choices += offered(context, (f"/import undo {result.source}", "staff.import.choice.undo"))
    context.say(
        "staff.import.done",
        choices,
        n=done.people,
        interviews=done.interviews,
        refused=done.refused,
        duplicates=done.duplicates,
        source=result.source,
    )


async def _undoing(context: CommandContext, preview: UndoPreview) -> Styled:
    said = context.words.say("staff.import.undo.preview", source=preview.source, n=preview.people)
    if not preview.decided:
        return said
    return Styled.join([said, context.words.plain("staff.import.undo.decided", n=preview.decided)])


async def _undone(context: CommandContext, result: ImportGone) -> None:
    context.say("staff.import.undone", source=result.source, n=result.people)


COMMANDS = (Command("import", LEADS, import_, personal=True),)
FORMS: Forms = {ImportHistory: Form(_imported, _shown), UndoImport: Form(_undone, _undoing)}
