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
from handlers.console.context import Command, Form, Forms, Refusal, Turn, Usage
from handlers.exports import Format
from handlers.organisation.events import Acted, OfficeEntry
from handlers.organisation.evolve import evolve
from handlers.organisation.repository import verified_office
from handlers.organisation.rights import READS
from handlers.organisation.state import Office, Person, Role
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


async def export(turn: Turn, line: Line) -> ExportCampaign | None:
    """`/export CAMPAIGN [csv|xlsx|jsonl]`: a file with all interviews, whatever their state; `/export CAMPAIGN
    figures`: one with the figures."""
    if len(line.arguments) == 2 and line.arguments[1].casefold() in WORDS:
        await export_figures(turn, await one_campaign(turn, line.arguments[:1]))
        return None
    if not 1 <= len(line.arguments) <= 2:
        raise Usage
    form = (line.arguments[1] if len(line.arguments) == 2 else "csv").casefold()
    if form not in get_args(Format):
        raise Usage
    campaign = await one_campaign(turn, line.arguments[:1])
    return ExportCampaign(campaign.id, cast(Format, form))


async def _exporting(turn: Turn, preview: ExportPreview) -> Styled:
    form = preview.form.upper()
    return turn.words.say("staff.export.preview", campaign=preview.campaign, n=preview.number, form=form)


async def _exported(turn: Turn, result: Exported) -> None:
    day = f"{at(turn.now, turn.tools.zone):%Y-%m-%d}"
    name = f"{result.campaign}-{day}.{result.form}"
    file = Attachment(name, result.sha256, _MEDIA_TYPES[result.form])
    turn.attach_kept(turn.words.say("staff.export.done", campaign=result.campaign, n=result.number), file)


async def _number(turn: Turn, campaigns: Sequence[Campaign]) -> int:
    counts = [await turn.tools.store.interviews.counts(each.id) for each in campaigns]
    return sum(each.get("interviews", 0) for each in counts)


# /audit


async def audit(turn: Turn, line: Line) -> None:
    """`/audit`, `/audit before N`: the organisation's record, and who did what; `/audit ID`; `/audit all`."""
    match line.arguments:
        case ():
            await _actions(turn, 0)
        case ("before", number) if number.isascii() and number.isdigit() and len(number) < 12:
            await _actions(turn, int(number))
        case (word,) if word.casefold() in ("all", "全部"):
            turn.found = "all"
            await _audit_all(turn)
        case (interview,):
            await _audit_one(turn, interview.lower())
        case _:
            raise Usage


class _Action(NamedTuple):
    n: int
    at_ms: int
    who: str
    what: Acted


async def _actions(turn: Turn, before: int) -> None:
    """A page of the actions of entries before `before` (0: the last ones), newest first."""
    try:
        record, entries = await verified_office(turn.tools.store)
    except ChainBroken as broken:
        turn.say("staff.audit.office.broken", entry=broken.entry)
        return
    actions = [each for entry in reversed(_readable(turn, entries)) for each in _of_entry(turn, entry)]
    first = next((place for place, each in enumerate(actions) if not before or each.n < before), len(actions))
    page = actions[first : first + PAGE]
    lines: list[Styled | str] = []
    if turn.scope(AUDITS).whole:
        lines.append(turn.words.say("staff.audit.office", n=record.version, head=record.head.hex()[:16]))
    lines.append(turn.words.say("staff.audit.actions" if page else "staff.audit.no_actions"))
    lines += [_line(turn, each) for each in page]
    choices = []
    if first:
        newer = actions[max(0, first - PAGE)]
        choices.append((f"/audit before {newer.n + 1}", "staff.choice.previous"))
    if first + PAGE < len(actions):
        choices.append((f"/audit before {page[-1].n}", "staff.choice.next"))
    turn.send(Styled.join(lines), choices)


def _readable(turn: Turn, entries: Sequence[OfficeEntry]) -> list[OfficeEntry]:
    """Whoever audits a part of the organisation sees what was done by those whose rights all lay in it then."""
    if turn.scope(AUDITS).whole:
        return list(entries)
    office, seen = Office(), list[OfficeEntry]()
    for entry in entries:
        before = office
        for event in entry.events:
            office = evolve(office, event, entry.at_ms)
        then = [each.people[entry.by] for each in (before, office) if entry.by in each.people]
        if then and all(_within(turn, person) for person in then):
            seen.append(entry)
    return seen


def _of_entry(turn: Turn, entry: OfficeEntry) -> list[_Action]:
    person = turn.office.people.get(entry.by)
    name = person.name if person else entry.by
    if entry.by == "cli":
        name = turn.words.text("staff.audit.by_cli")
    return [_Action(entry.n, entry.at_ms, name, event) for event in entry.events if isinstance(event, Acted)]


def _within(turn: Turn, person: Person) -> bool:
    scope = turn.scope(AUDITS)
    return person.id == turn.person.id or all(scope.covers(grant.unit) for grant in person.grants)


def _line(turn: Turn, action: _Action) -> Styled:
    """In one line, whatever was typed."""
    return turn.words.say(
        "staff.audit.action",
        at=f"{_local(turn, action.at_ms):%m-%d %H:%M}",
        who=action.who,
        what=" ".join(action.what.line.split())[:_MOST_LINE],
        outcome=turn.words.text(f"staff.audit.outcome.{action.what.outcome}"),
    )


def _local(turn: Turn, ms: int) -> datetime:
    return at(ms, turn.tools.zone)


async def _audit_one(turn: Turn, wanted: str) -> None:
    interview = turn.found = await _interview(turn, wanted)
    try:
        record = await audit_interview(turn.tools.store, interview)
    except ChainBroken as broken:
        turn.say("staff.audit.broken", interview=interview, entry=broken.entry)
        return
    turn.say("staff.audit.holds", interview=interview, n=record.version, head=record.head.hex())


async def _interview(turn: Turn, wanted: str) -> str:
    """The interview of this id, or whose id alone begins so, among those that the reader may see."""
    refused = Refusal("staff.audit.unknown", interview=wanted[:40])
    if len(wanted) < _SHORTEST_ID or not set(wanted) <= set("0123456789abcdef"):
        raise refused
    found: set[str] = set()
    for campaign in await campaigns(turn, turn.scope(AUDITS)):
        async for each in turn.tools.store.interviews.members(campaign.id):
            if each.startswith(wanted):
                found.add(each)
    if len(found) > 1:
        raise Refusal("staff.audit.ambiguous", interview=wanted)
    if not found:
        raise refused
    return found.pop()


async def _audit_all(turn: Turn) -> None:
    among = await campaigns(turn, turn.scope(AUDITS))
    if await _number(turn, among) > MOST_AUDITED:
        raise Refusal("staff.audit.too_many", most=MOST_AUDITED)
    holding, broken, erasures = 0, list[Styled | str](), Erasures(turn.tools.store)
    for campaign in among:
        async for interview in turn.tools.store.interviews.members(campaign.id):
            try:
                await audit_interview(turn.tools.store, interview, erasures)
                holding += 1
            except ChainBroken as error:
                broken.append(turn.words.say("staff.audit.broken", interview=interview, entry=error.entry))
    lines: list[Styled | str] = []
    if turn.scope(AUDITS).whole:
        lines.append(await _office(turn))
    lines.append(turn.words.say("staff.audit.all", n=holding + len(broken), broken=len(broken)))
    lines += broken[:_MOST_BROKEN]
    if len(broken) > _MOST_BROKEN:
        lines.append(turn.words.say("staff.audit.more_broken", most=_MOST_BROKEN))
    turn.send(Styled.join(lines))


async def _office(turn: Turn) -> Styled:
    try:
        record, _ = await verified_office(turn.tools.store)
    except ChainBroken as broken:
        return turn.words.say("staff.audit.office.broken", entry=broken.entry)
    return turn.words.say("staff.audit.office", n=record.version, head=record.head.hex()[:16])


COMMANDS = (
    Command("export", READS, export),
    Command("audit", AUDITS, audit, personal=True),
)
FORMS: Forms = {ExportCampaign: Form(_exported, _exporting)}
