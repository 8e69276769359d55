"""Alerts sent with the digest about questions that suddenly lose people."""

from collections.abc import Sequence

from conversation.words import Styled
from handlers.console.commands.figures.statistics import campaign_title, days_of, today
from handlers.console.context import CommandContext
from handlers.figures.alerts import BEFORE_DAYS, RECENT_DAYS, Sudden, days_needed, sudden
from storage.ports import Campaign


async def alerts(context: CommandContext, among: Sequence[Campaign]) -> None:
    """Add a message for each alert of these campaigns that this chat was not sent lately, and note it in
    `context.alerts`."""
    day = today(context)
    for campaign in among:
        by_day = await days_of(context, [campaign], days_needed(day))
        for found in sudden(by_day, day):
            alert = f"{campaign.id} {found.question}"
            if f"{context.inbound.chat} {alert}" not in context.organisation.alerts:
                context.alerts.append(alert)
                said = await _said(context, campaign, found)
                context.send(said, [(f"/exits {campaign.id} by question", "staff.choice.by.question")])


async def _said(context: CommandContext, campaign: Campaign, found: Sudden) -> Styled:
    script = await context.tools.store.directory.script(campaign.script)
    ids = [step.question.id for step in script.steps] if script else []
    number = ids.index(found.question) + 1 if found.question in ids else found.question
    said = context.words.say(
        "staff.alert",
        title=campaign_title(context, campaign, script),
        number=number,
        days=RECENT_DAYS,
        before_days=BEFORE_DAYS,
        percent=round(100 * found.lost / found.asked),
        percent_before=round(100 * found.lost_before / found.asked_before),
        lost=found.lost,
        asked=found.asked,
        lost_before=found.lost_before,
        asked_before=found.asked_before,
    )
    return Styled.join([said, context.words.say("staff.alert.note")])
