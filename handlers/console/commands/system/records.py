"""Commands that export records to a file and verify them."""

from collections.abc import Sequence
from typing import cast, get_args

from conversation.outbound import Attachment
from conversation.timing.schedule import at
from conversation.words import Styled
from handlers.actions.exports import ExportCampaign, Exported, ExportPreview
from handlers.console import audit_filters
from handlers.console.candidate_search import kept_button
from handlers.console.command_line import Line
from handlers.console.commands.figures.figures_file import WORDS, export_figures
from handlers.console.context import Command, CommandContext, Form, Forms, Usage
from handlers.maintenance.export import Format
from handlers.organisation.rights import READS
from handlers.organisation.state import NOBODY
from handlers.queries.audit import (
    AUDITS,
    ActionPage,
    ActionRow,
    AllVerified,
    InterviewVerified,
    ListActions,
    VerifyAll,
    VerifyInterview,
)
from handlers.queries.selection import one_campaign

_MOST_LINE = 120
_HEAD = 16
"""How many characters of a hash are shown."""
_MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


# /export


async def export(context: CommandContext, line: Line) -> ExportCampaign | None:
    """`/export CAMPAIGN [xlsx|csv|jsonl]` makes a file with all interviews, whatever their state: a workbook for
    people, or a file for machines. `/export CAMPAIGN figures` makes one with the figures."""
    if len(line.arguments) == 2 and line.arguments[1].casefold() in WORDS:
        await export_figures(context, line.arguments[0])
        return None
    if not 1 <= len(line.arguments) <= 2:
        raise Usage
    form = (line.arguments[1] if len(line.arguments) == 2 else "xlsx").casefold()
    if form not in get_args(Format):
        raise Usage
    campaign = await one_campaign(context, line.arguments[0])
    return ExportCampaign(campaign.id, cast(Format, form))


async def _exporting(context: CommandContext, preview: ExportPreview) -> Styled:
    form = preview.form.upper()
    return context.words.say("staff.export.preview", campaign=preview.campaign, n=preview.number, form=form)


async def _exported(context: CommandContext, result: Exported) -> None:
    day = f"{at(context.now, context.tools.zone):%Y-%m-%d}"
    name = f"{result.campaign}-{day}.{result.form}"
    file = Attachment(name, result.sha256, _MEDIA_TYPES[result.form])
    context.attach_kept(context.words.say("staff.export.done", campaign=result.campaign, n=result.number), file)


# /audit


async def audit(context: CommandContext, line: Line) -> None:
    """`/audit [@PERSON] [DATE|DATE..DATE] [exports] [before N]` shows the organisation's record: whether it is
    intact, and who did what. `/audit ID` verifies an interview's record and shows what was done about it, `/audit
    all` verifies all records."""
    match line.arguments:
        case (word,) if word.casefold() in ("all", "全部"):
            context.found = "all"
            _all(context, await VerifyAll().answer(context))
        case words:
            wanted = await audit_filters.read(context, words)
            head: list[Styled | str] = []
            if wanted.interview:
                verified = await VerifyInterview(wanted.interview).answer(context)
                wanted = wanted._replace(interview=verified.interview)
                head = [_one(context, verified)]
            await _actions(context, wanted, await ListActions(**wanted._asdict()).answer(context), head)


async def _actions(
    context: CommandContext, wanted: audit_filters.Filters, found: ActionPage, head: Sequence[Styled | str]
) -> None:
    """Show the actions after `head`."""
    lines = list(head)
    if found.broken:
        lines.append(context.words.say("staff.audit.office.broken", entry=found.broken))
        context.send(Styled.join(lines))
        return
    if found.head and not head:
        lines.append(context.words.say("staff.audit.office", n=found.entries, head=found.head[:_HEAD]))
    none = "staff.audit.none" if wanted.narrow and not wanted.before else "staff.audit.no_actions"
    lines.append(context.words.say("staff.audit.actions" if found.actions else none))
    lines += [_line(context, each) for each in found.actions]
    choices = []
    again = audit_filters.line(context, wanted)
    if found.newer:
        choices.append((await kept_button(context, f"{again} before {found.newer}"), "staff.choice.previous"))
    if found.older:
        choices.append((await kept_button(context, f"{again} before {found.older}"), "staff.choice.next"))
    context.send(Styled.join(lines), choices)


def _line(context: CommandContext, action: ActionRow) -> Styled:
    """Return an action on one line, even if what was typed had several."""
    known = context.words.text(f"staff.audit.by_{action.by}") if action.by in NOBODY else ""
    who = known or action.name or action.by
    return context.words.say(
        "staff.audit.action",
        at=f"{at(action.at_ms, context.tools.zone):%m-%d %H:%M}",
        who=who,
        what=" ".join(action.line.split())[:_MOST_LINE],
        outcome=context.words.text(f"staff.audit.outcome.{action.outcome}"),
    )


def _one(context: CommandContext, found: InterviewVerified) -> Styled:
    context.found = found.interview
    if found.broken:
        return context.words.say("staff.audit.broken", interview=found.interview, entry=found.broken)
    return context.words.say("staff.audit.holds", interview=found.interview, n=found.entries, head=found.head)


def _all(context: CommandContext, found: AllVerified) -> None:
    words, whole = context.words, found.organisation
    lines: list[Styled | str] = []
    if whole and whole.broken:
        lines.append(words.say("staff.audit.office.broken", entry=whole.broken))
    elif whole:
        lines.append(words.say("staff.audit.office", n=whole.entries, head=whole.head[:_HEAD]))
    lines.append(words.say("staff.audit.all", n=found.interviews, broken=found.broken_in_all))
    lines += [words.say("staff.audit.broken", interview=each.interview, entry=each.entry) for each in found.broken]
    if found.broken_in_all > len(found.broken):
        lines.append(words.say("staff.audit.more_broken", most=len(found.broken)))
    context.send(Styled.join(lines))


COMMANDS = (
    Command("export", READS, export),
    Command("audit", AUDITS, audit, personal=True),
)
FORMS: Forms = {ExportCampaign: Form(_exported, _exporting)}
