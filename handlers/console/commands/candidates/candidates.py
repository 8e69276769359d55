"""The command that lists the candidates of a campaign."""

import re
from collections.abc import Sequence

from conversation.words import Styled
from handlers.actions.base import command_line
from handlers.console.candidate_search import button, kept_button
from handlers.console.command_line import Line
from handlers.console.commands.candidates import earlier
from handlers.console.commands.candidates.card import proposed_line
from handlers.console.context import Command, CommandContext, Refusal
from handlers.console.formatting import moment, named, state_name, why
from handlers.console.vocabulary import meant
from handlers.organisation.rights import HIRES, READS
from handlers.organisation.state import ROOT
from handlers.queries.campaigns import campaign_seen, visible_campaigns
from handlers.queries.candidates import FILTERS, PAGE, CandidatePage, CandidateSummary, ListCandidates
from handlers.queries.news import Span
from handlers.queries.search import find_candidates

_MOST_ELSEWHERE = 3
_SPAN = re.compile(r"(\d{8})\+(\d{1,6})")


async def candidates(context: CommandContext, line: Line) -> None:
    """`/candidates [CAMPAIGN] [STATE] [NAME] [PAGE]` lists the candidates of a campaign.

    Without a campaign, a state lists those of all campaigns, in a chat that gets a unit's notices those of the
    unit. The digest's buttons add a time (see `happened_in`).
    """
    campaign, rest = await campaign_meant(context, line.arguments)
    ended = _span(rest)
    page = int(rest.pop()) if rest and rest[-1].isdecimal() and len(rest[-1]) <= 4 else 1
    state = (meant(context, rest[0], FILTERS, "staff.filter") or "") if rest else ""
    name = " ".join(rest[1:] if state else rest)
    wanted = ListCandidates(campaign, state, name, page, ROOT if campaign else context.unit_here, ended)
    found = await wanted.answer(context)
    if not found.total:
        await _nobody(context, wanted)
        return
    await _page(context, wanted, found)


def happened_in(span: Span) -> str:
    """Return a time as an argument of `/candidates`: MINUTE+MINUTES, since the epoch."""
    return f"{span.since}+{span.until - span.since}"


def _span(rest: list[str]) -> Span | None:
    """Remove a time from the arguments and return it."""
    for argument in rest:
        if found := _SPAN.fullmatch(argument):
            rest.remove(argument)
            return Span(int(found[1]), int(found[1]) + int(found[2]))
    return None


async def campaign_meant(context: CommandContext, arguments: Sequence[str]) -> tuple[str, list[str]]:
    """Return the campaign's code and the remaining arguments. The campaign need not be named if there is only one
    or a state is. Raises Refusal if it is unknown or not clear which one is meant."""
    if arguments and (seen := await campaign_seen(context, arguments[0], READS)):
        return seen.id, list(arguments[1:])
    known = await visible_campaigns(context)
    if arguments and known and meant(context, arguments[0], FILTERS, "staff.filter"):
        return known[0].id if len(known) == 1 else "", list(arguments)
    if len(known) == 1 and not arguments:
        return known[0].id, []
    if not known:
        raise Refusal("staff.candidates.no_campaign")
    choices = [(button(context, f"/candidates {each.id}"), each.id) for each in known[:PAGE]]
    if arguments:
        raise Refusal("staff.candidates.campaign.unknown", choices, campaign=arguments[0][:60])
    raise Refusal("staff.candidates.campaign.which", choices)


async def _nobody(context: CommandContext, wanted: ListCandidates) -> None:
    """Say that nobody fits, and name those of the same name in other campaigns."""
    campaign = wanted.campaign or context.words.text("staff.candidates.all")
    if not (wanted.filter or wanted.name):
        context.say("staff.candidates.empty", campaign=campaign)
        return
    elsewhere = await find_candidates(context, READS, wanted.name) if wanted.name else []
    people = [
        (
            f"/candidate {each.interview}",
            f"{named(context, each)} · {each.campaign} · {state_name(context, each.phase)}",
        )
        for each in elsewhere[:_MOST_ELSEWHERE]
        if each.campaign != wanted.campaign or not wanted.filter
    ]
    people = people or await earlier.offered(context, wanted.name)
    key = "staff.candidates.elsewhere" if people else "staff.candidates.none"
    context.say(key, (*people, *_whole(context, wanted.campaign)), campaign=campaign)


async def _page(context: CommandContext, wanted: ListCandidates, found: CandidatePage) -> None:
    first = (found.page - 1) * PAGE + 1
    numbered = list(enumerate(found.candidates, first))
    page = ""
    if found.pages > 1:
        page = context.words.plain("staff.candidates.page", page=found.page, pages=found.pages)
    title = found.campaign or context.words.text("staff.candidates.all")
    parts: list[Styled | str] = [
        context.words.say("staff.candidates.title", campaign=title, n=found.total, page=page),
        _phases(context, found),
        *(_row(context, number, each, of_many=not found.campaign) for number, each in numbered),
    ]
    if not found.complete:
        parts.append(context.words.say("staff.candidates.more"))
    people = [(f"/candidate {each.interview}", f"{number} {named(context, each)}") for number, each in numbered]
    context.send(Styled.join(parts), (*people, *await _ways(context, wanted, found)))


def _phases(context: CommandContext, found: CandidatePage) -> str:
    """Return how many candidates are in each state."""
    return " · ".join(
        f"{context.words.text(f'staff.state.{each}')} {found.phases[each]}"
        for each in FILTERS
        if each in found.phases
    )


def _row(context: CommandContext, number: int, each: CandidateSummary, *, of_many: bool) -> Styled:
    more = [each.campaign] if of_many else []
    if each.last_ms:
        more.append(moment(context, each.last_ms))
    if each.phase == "exited":
        more.append(context.words.plain("staff.card.reason", reason=why(context, each.reason)))
    if each.decision:
        more.append(context.words.text(f"staff.decision.{each.decision}"))
    if each.proposed:
        more.append(proposed_line(context, each.proposed, each.proposed_by, each.seconds))
    return context.words.say(
        "staff.candidates.row",
        number=number,
        name=named(context, each),
        state=context.words.text(f"staff.state.{each.phase}"),
        done=each.done,
        total=each.total,
        more="".join(f" · {one}" for one in more),
    )


async def _ways(context: CommandContext, wanted: ListCandidates, found: CandidatePage) -> list[tuple[str, str]]:
    line = command_line("/candidates", wanted.campaign, wanted.filter, wanted.name)
    if wanted.ended:
        line += f" {happened_in(wanted.ended)}"
    ways = []
    if found.page > 1:
        ways.append((await kept_button(context, f"{line} {found.page - 1}"), "staff.choice.previous"))
    if found.page < found.pages:
        ways.append((await kept_button(context, f"{line} {found.page + 1}"), "staff.choice.next"))
    if found.total > 1 and context.scope(HIRES) and not (wanted.name or wanted.ended):
        tick = command_line("/tick", wanted.campaign, wanted.filter)
        ways.append((button(context, tick), "staff.tick.choice.open"))
    if wanted.filter or wanted.name:
        return [*ways, *_whole(context, wanted.campaign)]
    return [
        *ways,
        (button(context, f"/candidates {wanted.campaign} unfinished"), "staff.choice.unfinished"),
        (button(context, f"/candidates {wanted.campaign} undecided"), "staff.choice.undecided"),
    ]


def _whole(context: CommandContext, campaign: str) -> tuple[tuple[str, str], ...]:
    return ((button(context, f"/candidates {campaign}"), "staff.choice.everybody"),) if campaign else ()


COMMANDS = (Command("candidates", READS, candidates, personal=True),)
