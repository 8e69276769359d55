"""Offering candidates the times for the next round."""

from typing import ClassVar, Literal

from conversation.inbound import Inbound, Slot, SlotsGiven
from conversation.state import State
from conversation.timing.schedule import TOLD_IN
from handlers.actions.base import Action, Preview, Reach, Result, command_line
from handlers.actions.context import Candidate, Context, Refused, candidate
from handlers.actions.many import common_unit
from handlers.actions.targets import campaign_of, interview_of
from handlers.members import batches
from handlers.organisation.rights import HIRES
from handlers.organisation.slots import free
from handlers.organisation.state import ROOT, Role

MOST = 1_000
"""Most candidates who are offered times by one action."""
Obstacle = Literal["", "undecided", "untold", "open", "deletion", "booked"]


def obstacle(state: State) -> Obstacle:
    """Return why the candidate cannot be offered times, or an empty string if they can.

    `untold`: they have not been told that they are invited to the next round.
    """
    if state.phase not in TOLD_IN or state.answering:
        return "open"
    if state.decision != "yes":
        return "undecided"
    if state.deletion:
        return "deletion"
    told = state.release.outcome if state.release else state.told.outcome if state.told else ""
    if told != "yes":
        return "untold"
    return "booked" if state.appointment and state.appointment.held else ""


class OfferPreview(Preview, frozen=True):
    """Who would be offered how many times."""

    campaign: str
    candidates: tuple[Candidate, ...]
    times: int
    action: "OfferSlots"
    unit: str = ROOT
    ruled: bool = False

    @property
    def confirms(self) -> "OfferSlots":
        """Exactly those who were shown get the times."""
        interviews = tuple(each.interview for each in self.candidates)
        return OfferSlots(self.action.campaign, interviews)

    @property
    def reach(self) -> Reach | None:
        return Reach(self.unit, len(self.candidates), self.ruled)


class SlotsSent(Result, frozen=True):
    """Who was offered how many times: at once, in the morning, or when they write next."""

    campaign: str
    candidates: tuple[Candidate, ...]
    times: int


class OfferSlots(Action, frozen=True, omit_defaults=True, tag="offer_slots"):
    """Offer these interviews' candidates the campaign's times, or all who were told that they are invited and have
    not been offered any."""

    campaign: str
    interviews: tuple[str, ...] = ()
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return command_line("/slots", self.campaign, "invite", *self.interviews[:1])

    async def preview(self, context: Context) -> OfferPreview:
        campaign, times, states = await self._checked(context)
        units = {each.unit for each in states}
        return OfferPreview(
            campaign,
            tuple(candidate(each) for each in states),
            len(times),
            self,
            common_unit(context.organisation, units),
            any(context.organisation.takes_two(each, "bulk") for each in units),
        )

    async def execute(self, context: Context) -> SlotsSent:
        campaign, times, states = await self._checked(context)
        asker = context.asker
        for each in states:
            cause = f"{context.cause}:slots:{each.interview}"
            given = SlotsGiven(times, asker.person if asker else context.person.id)
            halted = each.address is not None and context.organisation.is_paused(each.address)
            await context.tools.intake.apply(each.interview, Inbound(cause, given, halted=halted))
        return SlotsSent(campaign, tuple(candidate(each) for each in states), len(times))

    async def _checked(self, context: Context) -> tuple[str, tuple[Slot, ...], list[State]]:
        campaign = await campaign_of(context, self.campaign, self.roles)
        times = free(context.organisation, campaign.id, context.now)
        if not times:
            raise Refused("slots.none", campaign=campaign.id)
        if self.interviews:
            states = [await interview_of(context, each, self.roles) for each in dict.fromkeys(self.interviews)]
            if alone := states[0] if len(states) == 1 else None:
                if alone.campaign != campaign.id:
                    raise Refused("slots.elsewhere", about=alone, campaign=campaign.id)
                if why := obstacle(alone):
                    raise Refused(f"slots.not.{why}", about=alone)
            states = [each for each in states if each.campaign == campaign.id and not obstacle(each)]
        else:
            states = await self._all(context, campaign.id)
        if not states:
            raise Refused("slots.nobody", campaign=campaign.id)
        return campaign.id, times, states[:MOST]

    async def _all(self, context: Context, campaign: str) -> list[State]:
        covered = context.scope(self.roles).covers
        found = [
            each
            async for states in batches(context.tools.store, [campaign])
            for each in states
            if covered(each.unit) and not obstacle(each) and each.appointment is None
        ]
        return sorted(found, key=lambda each: (each.ended_ms, each.interview))
