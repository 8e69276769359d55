"""`/advice`: what the figures of a campaign suggest should be done."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from conversation.script import Script
from conversation.words import Styled
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.figures.breakdown import channel_name
from handlers.console.commands.figures.statistics import campaign_title, chosen
from handlers.console.context import Command, CommandContext
from handlers.figures.advice import Finding, findings
from handlers.figures.rates import FEW
from handlers.organisation.rights import READS
from storage.ports import Campaign

MOST_CAMPAIGNS = 6
"""Most campaigns shown together. Each has its first finding only."""


class Advice(NamedTuple):
    campaign: Campaign
    script: Script
    found: Sequence[Finding]


async def advice(context: CommandContext, line: Line) -> None:
    """`/advice [CAMPAIGN|UNIT]` shows all findings of one campaign, or the first finding of each of several."""
    what = await chosen(context, line.arguments)
    every = [each for campaign in what.campaigns if (each := await of(context, campaign))]
    title = context.words.say("staff.advice.title", title=what.title)
    if not every:
        context.send(Styled.join([title, context.words.say("staff.advice.none", few=FEW)]))
        return
    if len(what.campaigns) == 1:
        said = [Styled.join([f"{n}. ", sentence(context, each)], "") for n, each in enumerate(every[0].found, 1)]
        choices = [(button(context, f"/exits {every[0].campaign.id}"), "staff.choice.exits")]
        context.send(Styled.join([title, *said, context.words.say("staff.advice.note")], "\n\n"), choices)
        return
    every.sort(key=lambda each: -each.found[0].people)
    said = [
        Styled.join([context.words.say("staff.advice.of", title=named), sentence(context, each.found[0])])
        for each in every[:MOST_CAMPAIGNS]
        if (named := campaign_title(context, each.campaign, each.script))
    ]
    context.send(Styled.join([title, *said], "\n\n"))


async def of(context: CommandContext, campaign: Campaign) -> Advice | None:
    """Return the campaign's findings, or None if nothing stands out or there were too few people."""
    script = await context.tools.store.directory.script(campaign.script)
    total = Counter(await context.tools.store.interviews.counts(campaign.id))
    found = findings(total, script) if script else []
    return Advice(campaign, script, found) if script and found else None


def sentence(context: CommandContext, finding: Finding) -> Styled:
    """Return a finding in words: the figure and what to do about it."""
    values = dict(finding.values)
    if "channel" in values:
        values["channel"] = channel_name(context, str(values["channel"]))
    return context.words.say(f"staff.advice.{finding.rule}", **values)


COMMANDS = (Command("advice", READS, advice),)
