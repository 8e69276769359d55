"""What the figures of campaigns suggest should be done."""

from typing import ClassVar

import msgspec

from handlers.actions.context import Context
from handlers.figures.advice import Finding, findings
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.selection import Subject, about, script_of, select, total_of
from storage.ports import Campaign


class CampaignAdvice(msgspec.Struct, frozen=True):
    """The findings about a campaign, those that concern most people first; at least one."""

    subject: Subject
    findings: tuple[Finding, ...]


class Advice(Answer, frozen=True):
    """The campaigns with findings; of several, the one whose first finding concerns most people comes first."""

    subject: Subject
    campaigns: tuple[CampaignAdvice, ...]


class ShowAdvice(Query, frozen=True, omit_defaults=True, tag="show_advice"):
    """Show findings about a campaign, a unit with all units below it, or (empty) all that one may see."""

    of: str = ""
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> Advice:
        subject, campaigns, _ = await select(context, self.of)
        found = [each for campaign in campaigns if (each := await advice_on(context, campaign))]
        found.sort(key=lambda each: -each.findings[0].people)
        return Advice(subject, tuple(found))


async def advice_on(context: Context, campaign: Campaign) -> CampaignAdvice | None:
    """Return the campaign's findings, or None if nothing stands out or there were too few people."""
    script = await script_of(context, campaign)
    found = findings(await total_of(context, [campaign]), script) if script else []
    return CampaignAdvice(about(campaign, script), tuple(found)) if found else None
