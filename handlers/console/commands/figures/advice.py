"""`/advice`: what the figures of a campaign suggest should be done."""

from conversation.words import Styled
from handlers.console.candidate_search import button
from handlers.console.command_line import Line
from handlers.console.commands.figures.breakdown import channel_name
from handlers.console.commands.figures.statistics import subject_named, subject_title
from handlers.console.context import Command, CommandContext
from handlers.figures.advice import Finding
from handlers.figures.rates import FEW
from handlers.organisation.rights import READS
from handlers.queries.figures.advice import ShowAdvice

MOST_CAMPAIGNS = 6
"""Most campaigns shown together. Each has its first finding only."""


async def advice(context: CommandContext, line: Line) -> None:
    """`/advice [CAMPAIGN|UNIT]` shows all findings of one campaign, or the first finding of each of several."""
    found = await ShowAdvice(await subject_named(context, line.arguments)).answer(context)
    title = context.words.say("staff.advice.title", title=subject_title(context, found.subject))
    if not found.campaigns:
        context.send(Styled.join([title, context.words.say("staff.advice.none", few=FEW)]))
        return
    if found.subject.campaigns == 1:
        (only,) = found.campaigns
        said = [Styled.join([f"{n}. ", sentence(context, each)], "") for n, each in enumerate(only.findings, 1)]
        choices = [(button(context, f"/exits {only.subject.campaign}"), "staff.choice.exits")]
        context.send(Styled.join([title, *said, context.words.say("staff.advice.note")], "\n\n"), choices)
        return
    said = [
        Styled.join([context.words.say("staff.advice.of", title=named), sentence(context, each.findings[0])])
        for each in found.campaigns[:MOST_CAMPAIGNS]
        if (named := subject_title(context, each.subject))
    ]
    context.send(Styled.join([title, *said], "\n\n"))


def sentence(context: CommandContext, finding: Finding) -> Styled:
    """Return a finding in words: the figure and what to do about it."""
    values = dict(finding.values)
    if "channel" in values:
        values["channel"] = channel_name(context, str(values["channel"]))
    return context.words.say(f"staff.advice.{finding.rule}", **values)


COMMANDS = (Command("advice", READS, advice),)
