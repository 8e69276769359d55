"""Queries about campaigns."""

from collections.abc import Collection
from typing import ClassVar

import msgspec

from conversation.script import Wording
from handlers.actions.campaigns import Progress, progress
from handlers.actions.context import Context
from handlers.actions.targets import campaign_of
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query, page_of
from storage.ports import Campaign

PAGE = 10


async def visible_campaigns(context: Context, roles: Collection[Role] = READS) -> list[Campaign]:
    """Return the campaigns of the units where the person has one of the roles, sorted by code."""
    directory, scope = context.tools.store.directory, context.scope(roles)
    found = [await directory.campaign(each) for each in await directory.campaigns()]
    return [each for each in found if each and scope.covers(each.unit)]


async def campaign_seen(context: Context, code: str, roles: Collection[Role]) -> Campaign | None:
    """Return the campaign with this code, or None if there is none where the person has one of the roles."""
    found = await context.tools.store.directory.campaign(code.lower())
    return found if found and context.scope(roles).covers(found.unit) else None


class CampaignSummary(msgspec.Struct, frozen=True):
    """A campaign with its figures.

    - `script`, `title`: the script's id and title.
    - `version`: the script version on which new candidates start.
    - `versions`: how many candidates were invited on each version.
    - `code`: the code of a walk-in campaign; empty for others.
    - `closed_ms`: when it was closed (epoch milliseconds); 0 while it is open.
    """

    campaign: str
    script: str
    title: Wording
    version: str
    versions: dict[str, int]
    unit: str
    code: str
    kiosk: bool
    closed_ms: int
    progress: Progress


async def campaign_summary(context: Context, campaign: Campaign) -> CampaignSummary:
    """Return a campaign with its figures."""
    counts = await context.tools.store.interviews.counts(campaign.id)
    script = await context.tools.store.directory.script(campaign.script)
    versions = {name.partition(":")[2]: n for name, n in counts.items() if name.startswith("version:") and n > 0}
    return CampaignSummary(
        campaign.id,
        campaign.script_id,
        script.title if script else Wording(campaign.script_id, campaign.script_id),
        campaign.script,
        versions,
        campaign.unit,
        campaign.code,
        campaign.kiosk,
        campaign.closed_ms,
        progress(counts),
    )


class CampaignPage(Answer, frozen=True):
    campaigns: tuple[CampaignSummary, ...]
    page: int
    pages: int
    total: int


class ListCampaigns(Query, frozen=True, omit_defaults=True, tag="list_campaigns"):
    """List campaigns: open ones first, then newest first. Closed ones are included only with `closed`."""

    closed: bool = False
    page: int = 1
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CampaignPage:
        seen = [each for each in await visible_campaigns(context) if self.closed or not each.closed_ms]
        seen.sort(key=lambda each: (bool(each.closed_ms), -each.opened_ms, each.id))
        shown, page, pages = page_of(seen, self.page, PAGE)
        summaries = tuple([await campaign_summary(context, each) for each in shown])
        return CampaignPage(summaries, page, pages, len(seen))


class CampaignShown(Answer, frozen=True):
    campaign: CampaignSummary


class ShowCampaign(Query, frozen=True, tag="show_campaign"):
    """Show one campaign with its figures."""

    campaign: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> CampaignShown:
        return CampaignShown(
            await campaign_summary(context, await campaign_of(context, self.campaign, self.roles))
        )
