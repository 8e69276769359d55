"""Giving candidates more time, one or a whole campaign, and reminding them."""

from conversation.words import Styled, normal
from handlers.actions.base import Action
from handlers.actions.context import Moment
from handlers.actions.deadlines import (
    MOST_HOURS,
    USUAL_HOURS,
    CampaignExtended,
    CampaignExtension,
    CandidateReminded,
    ExtendCampaign,
    ExtendDeadline,
    MoreTime,
    RemindCandidate,
)
from handlers.console.candidate_search import one
from handlers.console.command_line import Line
from handlers.console.context import Command, CommandContext, Form, Forms, Refusal, Usage
from handlers.console.durations import split_duration
from handlers.console.refusals import spoken
from handlers.notices.next_steps import card
from handlers.organisation.rights import HIRES
from handlers.queries.campaigns import campaign_seen
from handlers.queries.search import find_candidates

# more time


async def extend(context: CommandContext, line: Line) -> Action:
    """`/extend NAME|ID|CAMPAIGN [48h]` moves the deadline of a candidate or of a whole campaign."""
    name, hours = await _read(context, line)
    if campaign := await campaign_seen(context, name, HIRES):
        return ExtendCampaign(campaign.id, hours)
    state = await one(context, HIRES, name, lambda number: f"/extend {number} {hours}h", acts=True)
    return ExtendDeadline(state.interview, hours)


async def reopen(context: CommandContext, line: Line) -> ExtendDeadline:
    """`/reopen NAME|ID [48h]` gives a candidate whose time is over more time, counted from now."""
    name, hours = await _read(context, line)
    state = await one(context, HIRES, name, lambda number: f"/reopen {number} {hours}h", acts=True)
    return ExtendDeadline(state.interview, hours, reopens=True)


async def _read(context: CommandContext, line: Line) -> tuple[str, int]:
    """Split the arguments into (name, hours). Raises Usage, or Refusal if the hours are out of range."""
    arguments, wanted = split_duration(context, line.arguments)
    if line.arguments[-1:] and line.arguments[-1].isdecimal() and await _is_name(context, line):
        arguments, wanted = line.arguments, None
    if not arguments:
        raise Usage
    hours = USUAL_HOURS if wanted is None else wanted
    if not 1 <= hours <= MOST_HOURS:
        raise Refusal("staff.extend.hours", most=MOST_HOURS // 24)
    return " ".join(arguments), hours


async def _is_name(context: CommandContext, line: Line) -> bool:
    """Whether the whole line names a candidate, so that a number at its end belongs to the name."""
    name = " ".join(line.arguments)
    return any(normal(each.name) == normal(name) for each in await find_candidates(context, HIRES, name))


async def _extension(context: CommandContext, preview: CampaignExtension) -> Styled:
    return context.words.say(
        "staff.extend.preview",
        campaign=preview.campaign,
        n=preview.under_way,
        hours=preview.hours,
        lapsed=context.words.plain("staff.extend.lapsed", n=preview.lapsed) if preview.lapsed else "",
    )


async def _extended(context: CommandContext, result: CampaignExtended) -> None:
    context.say("staff.extend.all", campaign=result.campaign, n=result.number, hours=result.hours)


async def _moved(context: CommandContext, result: MoreTime) -> None:
    context.say(
        "staff.extend.done",
        (card(result.candidate.interview),),
        name=spoken(context, result.candidate),
        deadline=spoken(context, Moment(result.deadline_ms)),
        told=context.words.text(f"staff.extend.told.{result.told}"),
    )


# a reminder


async def remind(context: CommandContext, line: Line) -> RemindCandidate:
    """`/remind NAME|ID` sends the candidate one message at once."""
    name = " ".join(line.arguments)
    if not name:
        raise Usage
    state = await one(context, HIRES, name, lambda number: f"/remind {number}", acts=True)
    return RemindCandidate(state.interview)


async def _reminded(context: CommandContext, result: CandidateReminded) -> None:
    who, channel = spoken(context, result.candidate), spoken(context, result.channel)
    context.say("staff.remind.done", (card(result.candidate.interview),), name=who, channel=channel)


COMMANDS = (
    Command("extend", HIRES, extend, personal=True),
    Command("reopen", HIRES, reopen, personal=True),
    Command("remind", HIRES, remind, personal=True),
)
FORMS: Forms = {
    ExtendDeadline: Form(_moved),
    ExtendCampaign: Form(_extended, _extension),
    RemindCandidate: Form(_reminded),
}
