"""Alerts sent with the digest about questions that suddenly lose people."""

from collections.abc import Sequence

from conversation.words import Styled
from handlers.console.commands.figures.statistics import subject_title
from handlers.console.context import CommandContext
from handlers.figures.alerts import BEFORE_DAYS, RECENT_DAYS
from handlers.queries.figures.alerts import Alert, alerts_of
from handlers.rounding import percent
from storage.ports import Campaign


async def alerts(context: CommandContext, among: Sequence[Campaign]) -> None:
    """Add a message for each alert of these campaigns that this chat was not sent lately, and note it in
    `context.alerts`."""
    for campaign in among:
        for found in await alerts_of(context, campaign):
            alert = f"{campaign.id} {found.question}"
            if f"{context.inbound.chat} {alert}" not in context.organisation.alerts:
                context.alerts.append(alert)
                by_question = (f"/exits {campaign.id} by question", "staff.choice.by.question")
                context.send(_said(context, found), [by_question])


def _said(context: CommandContext, found: Alert) -> Styled:
    said = context.words.say(
        "staff.alert",
        title=subject_title(context, found.subject),
        number=found.number or found.question,
        days=RECENT_DAYS,
        before_days=BEFORE_DAYS,
        percent=percent(found.lost, found.asked),
        percent_before=percent(found.lost_before, found.asked_before),
        lost=found.lost,
        asked=found.asked,
        lost_before=found.lost_before,
        asked_before=found.asked_before,
    )
    return Styled.join([said, context.words.say("staff.alert.note")])
