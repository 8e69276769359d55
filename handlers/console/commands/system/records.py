"""The records: exported to a file, and verified."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, cast, get_args

from conversation.errors import ChainBroken
from conversation.outbound import Attachment
from conversation.schedule import at
from conversation.words import Styled
from handlers.actions.exports import ExportCampaign, Exported, ExportPreview
from handlers.auditing import Erasures
from handlers.auditing import audit as audit_interview
from handlers.console.candidate_search import campaigns
from handlers.console.command_line import Line
from handlers.console.commands.figures.figures_file import WORDS, export_figures
from handlers.console.commands.figures.statistics import one_campaign
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.exports import Format
from handlers.organisation.events import Acted, OrganisationEntry
from handlers.organisation.evolve import evolve
from handlers.organisation.repository import verified_organisation
from handlers.organisation.rights import READS
from handlers.organisation.state import Organisation, Person, Role
from storage.ports import Campaign

AUDITS: frozenset[Role] = frozenset({"owner", "admin", "auditor"})
PAGE = 10
MOST_AUDITED = 2_000
_MOST_BROKEN = 10
_MOST_LINE = 120
_SHORTEST_ID = 6
_MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/x-ndjson",
}


# /export


async def export(context: CommandContext, line: Line) -> ExportCampaign | None:
    """`/export CAMPAIGN [csv|xlsx|jsonl]`: a file with all interviews, whatever their state; `/export CAMPAIGN
    figures`: one with the figures."""
    if len(line.arguments) == 2 and line.arguments[1].casefold() in WORDS:
        await export_figures(context, await one_campaign(context, line.arguments[:1]))
        return None
    if not 1 <= len(line.arguments) <= 2:
        raise Usage
    form = (line.arguments[1] if len(line.arguments) == 2 else "csv").casefold()
    if form not in get_args(Format):
        raise Usage
    campaign = await one_campaign(context, line.arguments[:1])
    return ExportCampaign(campaign.id, cast(Format, form))


async def _exporting(context: CommandContext, preview: ExportPreview) -> Styled:
    form = preview.form.upper()
    return context.words.say("staff.export.preview", campaign=preview.campaign, n=preview.number, form=form)


async def _exported(context: CommandContext, result: Exported) -> None:
    day = f"{at(context.now, context.tools.zone):%Y-%m-%d}"
    name = f"{result.campaign}-{day}.{result.form}"
    file = Attachment(name, result.sha256, _MEDIA_TYPES[result.form])
    context.attach_kept(context.words.say("staff.export.done", campaign=result.campaign, n=result.number), file)


async def _number(context: CommandContext, campaigns: Sequence[Campaign]) -> int:
    counts = [await context.tools.store.interviews.counts(each.id) for each in campaigns]
    return sum(each.get("interviews", 0) for each in counts)


# /audit


async def audit(context: CommandContext, line: Line) -> None:
    """`/audit`, `/audit before N`: the organisation's record, and who did what; `/audit ID`; `/audit all`."""
    match line.arguments:
        case ():
            await _actions(context, 0)
        case ("before", number) if number.isascii() and number.isdigit() and len(number) < 12:
            await _actions(context, int(number))
        case (word,) if word.casefold() in ("all", "全部"):
            context.found = "all"
            await _audit_all(context)
        case (interview,):
            await _audit_one(context, interview.lower())
        case _:
            raise Usage


class _Action(NamedTuple):
    n: int
    at_ms: int
    who: str
    what: Acted


async def _actions(context: CommandContext, before: int) -> None:
    """A page of the actions of entries before `before` (0: the last ones), newest first."""
    try:
        record, entries = await verified_organisation(context.tools.store)
    except ChainBroken as broken:
        context.say("staff.audit.office.broken", entry=broken.entry)
        return
    actions = [each for entry in reversed(_readable(context, entries)) for each in _of_entry(context, entry)]
    first = next((place for place, each in enumerate(actions) if not before or each.n < before), len(actions))
    page = actions[first : first + PAGE]
    lines: list[Styled | str] = []
    if context.scope(AUDITS).whole:
        lines.append(context.words.say("staff.audit.office", n=record.version, head=record.head.hex()[:16]))
    lines.append(context.words.say("staff.audit.actions" if page else "staff.audit.no_actions"))
    lines += [_line(context, each) for each in page]
    choices = []
    if first:
        newer = actions[max(0, first - PAGE)]
        choices.append((f"/audit before {newer.n + 1}", "staff.choice.previous"))
    if first + PAGE < len(actions):
        choices.append((f"/audit before {page[-1].n}", "staff.choice.next"))
    context.send(Styled.join(lines), choices)


def _readable(context: CommandContext, entries: Sequence[OrganisationEntry]) -> list[OrganisationEntry]:
    """Whoever audits a part of the organisation sees what was done by those whose rights all lay in it then."""
    if context.scope(AUDITS).whole:
        return list(entries)
    organisation, seen = Organisation(), list[OrganisationEntry]()
    for entry in entries:
        before = organisation
        for event in entry.events:
            organisation = evolve(organisation, event, entry.at_ms)
        then = [each.people[entry.by] for each in (before, organisation) if entry.by in each.people]
        if then and all(_within(context, person) for person in then):
            seen.append(entry)
    return seen


def _of_entry(context: CommandContext, entry: OrganisationEntry) -> list[_Action]:
    person = context.organisation.people.get(entry.by)
    name = person.name if person else entry.by
    if entry.by == "cli":
        name = context.words.text("staff.audit.by_cli")
    return [_Action(entry.n, entry.at_ms, name, event) for event in entry.events if isinstance(event, Acted)]


def _within(context: CommandContext, person: Person) -> bool:
    scope = context.scope(AUDITS)
    return person.id == context.person.id or all(scope.covers(grant.unit) for grant in person.grants)


def _line(context: CommandContext, action: _Action) -> Styled:
    """In one line, whatever was typed."""
    return context.words.say(
        "staff.audit.action",
        at=f"{_local(context, action.at_ms):%m-%d %H:%M}",
        who=action.who,
        what=" ".join(action.what.line.split())[:_MOST_LINE],
        outcome=context.words.text(f"staff.audit.outcome.{action.what.outcome}"),
    )


def _local(context: CommandContext, ms: int) -> datetime:
    return at(ms, context.tools.zone)


async def _audit_one(context: CommandContext, wanted: str) -> None:
    interview = context.found = await _interview(context, wanted)
    try:
        record = await audit_interview(context.tools.store, interview)
    except ChainBroken as broken:
        context.say("staff.audit.broken", interview=interview, entry=broken.entry)
        return
    context.say("staff.audit.holds", interview=interview, n=record.version, head=record.head.hex())


async def _interview(context: CommandContext, wanted: str) -> str:
    """The interview of this id, or whose id alone begins so, among those that the reader may see."""
    refused = Refusal("staff.audit.unknown", interview=wanted[:40])
    if len(wanted) < _SHORTEST_ID or not set(wanted) <= set("0123456789abcdef"):
        raise refused
    found: set[str] = set()
    for campaign in await campaigns(context, context.scope(AUDITS)):
        async for each in context.tools.store.interviews.members(campaign.id):
            if each.startswith(wanted):
                found.add(each)
    if len(found) > 1:
        raise Refusal("staff.audit.ambiguous", interview=wanted)
    if not found:
        raise refused
    return found.pop()


async def _audit_all(context: CommandContext) -> None:
    among = await campaigns(context, context.scope(AUDITS))
    if await _number(context, among) > MOST_AUDITED:
        raise Refusal("staff.audit.too_many", most=MOST_AUDITED)
    holding, broken, erasures = 0, list[Styled | str](), Erasures(context.tools.store)
    for campaign in among:
        async for interview in context.tools.store.interviews.members(campaign.id):
            try:
                await audit_interview(context.tools.store, interview, erasures)
                holding += 1
            except ChainBroken as error:
                broken.append(context.words.say("staff.audit.broken", interview=interview, entry=error.entry))
    lines: list[Styled | str] = []
    if context.scope(AUDITS).whole:
        lines.append(await _organisation(context))
    lines.append(context.words.say("staff.audit.all", n=holding + len(broken), broken=len(broken)))
    lines += broken[:_MOST_BROKEN]
    if len(broken) > _MOST_BROKEN:
        lines.append(context.words.say("staff.audit.more_broken", most=_MOST_BROKEN))
    context.send(Styled.join(lines))


async def _organisation(context: CommandContext) -> Styled:
    try:
        record, _ = await verified_organisation(context.tools.store)
    except ChainBroken as broken:
        return context.words.say("staff.audit.office.broken", entry=broken.entry)
    return context.words.say("staff.audit.office", n=record.version, head=record.head.hex()[:16])


COMMANDS = (
    Command("export", READS, export),
    Command("audit", AUDITS, audit, personal=True),
)
FORMS: Forms = {ExportCampaign: Form(_exported, _exporting)}
