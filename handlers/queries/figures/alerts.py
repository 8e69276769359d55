"""Questions that suddenly lose people."""

from typing import ClassVar

import msgspec

from handlers.actions.context import Context
from handlers.figures.alerts import days_needed, sudden
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, about, days_of, script_of, select, today
from storage.ports import Campaign


class Alert(msgspec.Struct, frozen=True):
    """A question at which `lost` of `asked` were away lately, and before that `lost_before` of `asked_before`.

    `number` is the question's number from 1; 0 if the script does not ask it any more.
    """

    subject: Subject
    question: str
    number: int
    lost: int
    asked: int
    lost_before: int
    asked_before: int


class Alerts(Answer, frozen=True):
    alerts: tuple[Alert, ...]


class ListAlerts(Query, frozen=True, omit_defaults=True, tag="list_alerts"):
    """List today's alerts of a campaign, a unit with all units below it, or (empty) all that one may see."""

    of: str = ""
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Alerts:
        campaigns = (await select(context, self.of)).campaigns
        return Alerts(tuple([alert for each in campaigns for alert in await alerts_of(context, each)]))


async def alerts_of(context: Context, campaign: Campaign) -> list[Alert]:
    day = today(context)
    found = sudden(await days_of(context, [campaign], days_needed(day)), day)
    script = await script_of(context, campaign) if found else None
    numbers = {step.question.id: n for n, step in enumerate(script.steps, start=1)} if script else {}
    return [
        Alert(
            about(campaign, script),
            each.question,
            numbers.get(each.question, 0),
            each.lost,
            each.asked,
            each.lost_before,
            each.asked_before,
        )
        for each in found
    ]
