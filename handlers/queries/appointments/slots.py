"""The times for the next round, and who has booked which."""

from typing import ClassVar

import msgspec

from conversation.inbound import Slot
from handlers.actions.context import Candidate, Context, candidate
from handlers.actions.targets import campaign_of
from handlers.organisation.rights import READS
from handlers.organisation.slots import holders
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query, page_of
from handlers.queries.interviews import Member, member

PAGE = 10


class SlotRow(msgspec.Struct, frozen=True):
    """A time of a campaign, by whom it was opened, and who has booked it."""

    campaign: str
    slot: Slot
    places: int
    by: Member
    booked: tuple[Candidate, ...]


class SlotPage(Answer, frozen=True):
    """A page of times that are not over, in order. `booked`, `places`: how many there are on all pages.

    `campaign` is empty for all campaigns.
    """

    campaign: str
    slots: tuple[SlotRow, ...]
    total: int
    booked: int
    places: int
    page: int = 1
    pages: int = 1


class ListSlots(Query, frozen=True, omit_defaults=True, tag="list_slots"):
    """List the times of a campaign, or of all, that are not over."""

    campaign: str = ""
    page: int = 1
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> SlotPage:
        campaign = (await campaign_of(context, self.campaign, self.roles)).id if self.campaign else ""
        covered = context.scope(self.roles).covers
        organisation = context.organisation
        found = [
            (name, each)
            for name, each in organisation.slots.items()
            if each.ends_ms > context.now and covered(each.unit) and campaign in ("", each.campaign)
        ]
        found.sort(key=lambda each: (each[1].starts_ms, each[1].where, each[0]))
        shown, page, pages = page_of(found, self.page, PAGE)
        rows = []
        for name, each in shown:
            records = await context.tools.store.interviews.load_many(holders(organisation, name))
            booked = tuple(candidate(record.state) for record in records)
            by = member(context, each.by)
            rows.append(SlotRow(each.campaign, each.named(name), each.places, by, booked))
        return SlotPage(
            campaign,
            tuple(rows),
            len(found),
            sum(len(holders(organisation, name)) for name, _ in found),
            sum(each.places for _, each in found),
            page,
            pages,
        )
