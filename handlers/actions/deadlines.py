"""Actions that give candidates more time, or remind one."""

from typing import ClassVar, Literal

from conversation.decide.staff import REMIND_AGAIN_MS, obstacle
from conversation.inbound import DeadlineMoved, Inbound, ReminderAsked
from conversation.state import State
from conversation.timing.schedule import quiet
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.context import Candidate, Channel, Context, Moment, Refused, Term, candidate
from handlers.actions.targets import campaign_of, has_happened, interview_of
from handlers.members import MOST_READ, members
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role
from storage.ports import Campaign

USUAL_HOURS = 48
MOST_HOURS = 30 * 24
_UNDER_WAY = ("guided", "running", "paused")
MOVABLE = (*_UNDER_WAY, "exited", "lapsed", "unreachable")
"""Phases in which more time can be given to one candidate."""
REMINDABLE = (*_UNDER_WAY, "exited")
"""Phases in which a candidate may be reminded, if nothing else is in the way."""


class MoreTime(Result, frozen=True):
    """A candidate's new deadline (epoch milliseconds), and when the candidate is told of it."""

    candidate: Candidate
    deadline_ms: int
    told: Literal["now", "morning", "unreachable"]


class ExtendDeadline(Action, frozen=True, omit_defaults=True, tag="extend_deadline"):
    """Give one candidate more time, counted from the deadline, or from now if that has passed.

    With `reopens`, it is refused unless the deadline has passed.
    """

    interview: str
    hours: int = USUAL_HOURS
    reopens: bool = False
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/{'reopen' if self.reopens else 'extend'} {self.interview} {self.hours}h"

    async def check(self, context: Context) -> State:
        """Return the interview's state if its deadline can be moved. Raises Refused."""
        _check_hours(self.hours)
        state = await interview_of(context, self.interview, self.roles)
        self._check(context, state)
        return state

    async def execute(self, context: Context) -> MoreTime:
        _check_hours(self.hours)
        before = await interview_of(context, self.interview, self.roles)
        again = self.reopens and await has_happened(context, self.interview, _cause(context, self.interview))
        if not again:
            self._check(context, before)
            await _move(context, before, self.hours)
        after = await interview_of(context, self.interview, self.roles)
        return MoreTime(candidate(after), after.deadline_ms, _told(context, before))

    def _check(self, context: Context, state: State) -> None:
        if state.phase not in MOVABLE:
            raise Refused(f"extend.not.{state.phase}", about=state, name=candidate(state))
        if self.reopens and context.now < state.deadline_ms:
            deadline = Moment(state.deadline_ms)
            phase = Term("state", state.phase)
            raise Refused("reopen.open", about=state, name=candidate(state), state=phase, deadline=deadline)


def _told(context: Context, before: State) -> Literal["now", "morning", "unreachable"]:
    if before.phase == "unreachable":
        return "unreachable"
    return "morning" if quiet(context.now, context.tools.zone) else "now"


class CampaignExtension(Preview, frozen=True):
    """How many candidates are under way and would get more time, and how many have lapsed and would not."""

    campaign: str
    unit: str
    under_way: int
    lapsed: int
    hours: int

    @property
    def reach(self) -> Reach | None:
        return Reach(self.unit, self.under_way)


class CampaignExtended(Result, frozen=True):
    """How many candidates got how many more hours."""

    campaign: str
    number: int
    hours: int


class ExtendCampaign(Action, frozen=True, omit_defaults=True, tag="extend_campaign"):
    """Give more time to every candidate of a campaign who is under way."""

    campaign: str
    hours: int = USUAL_HOURS
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/extend {self.campaign} {self.hours}h"

    async def preview(self, context: Context) -> Preview | None:
        _check_hours(self.hours)
        campaign = await campaign_of(context, self.campaign, self.roles)
        found = await self._under_way(context, campaign)
        covered = context.scope(self.roles).covers
        lapsed = await members(
            context.tools.store,
            [campaign.id],
            lambda state: state.phase == "lapsed" and covered(state.unit),
        )
        return CampaignExtension(campaign.id, campaign.unit, len(found), len(lapsed.states), self.hours)

    async def execute(self, context: Context) -> CampaignExtended:
        _check_hours(self.hours)
        campaign = await campaign_of(context, self.campaign, self.roles)
        found = await self._under_way(context, campaign)
        for state in found:
            await _move(context, state, self.hours)
        return CampaignExtended(campaign.id, len(found), self.hours)

    async def _under_way(self, context: Context, campaign: Campaign) -> list[State]:
        """Return the candidates under way. Raises Refused if there are none, or too many for one action."""
        covered = context.scope(self.roles).covers
        found = await members(
            context.tools.store,
            [campaign.id],
            lambda state: state.phase in _UNDER_WAY and covered(state.unit),
        )
        if not found.complete:
            raise Refused("extend.many", most=MOST_READ)
        if not found.states:
            raise Refused("extend.nobody", campaign=campaign.id)
        return found.states


def _check_hours(hours: int) -> None:
    if not 1 <= hours <= MOST_HOURS:
        raise Refused("extend.hours", most=MOST_HOURS // 24)


def _cause(context: Context, interview: str) -> str:
    return f"{context.cause}:extend:{interview}"


async def _move(context: Context, state: State, hours: int) -> None:
    until = max(state.deadline_ms, context.now) + hours * 3600_000
    inbound = Inbound(_cause(context, state.interview), DeadlineMoved(until))
    await context.tools.intake.apply(state.interview, inbound)


# a reminder


class CandidateReminded(Result, frozen=True):
    """The reminder is being sent on this channel."""

    candidate: Candidate
    channel: Channel


class RemindCandidate(Action, frozen=True, tag="remind_candidate"):
    """Send the candidate one reminder now."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/remind {self.interview}"

    async def check(self, context: Context) -> State:
        """Return the interview's state if its candidate can be reminded now. Raises Refused."""
        state = await self._target(context)
        if obstacle(state, context.now, night=quiet(context.now, context.tools.zone)):
            raise _not_reminded(context, state)
        return state

    async def _target(self, context: Context) -> State:
        state = await interview_of(context, self.interview, self.roles)
        if state.address and context.organisation.is_paused(state.address):
            raise Refused("remind.not.halted", about=state, name=candidate(state))
        return state

    async def execute(self, context: Context) -> CandidateReminded:
        state = await self._target(context)
        cause = f"{context.cause}:remind:{self.interview}"
        result = await context.tools.intake.apply(state.interview, Inbound(cause, ReminderAsked()))
        if result not in ("committed", "duplicate") and not await has_happened(context, state.interview, cause):
            raise _not_reminded(context, state)
        return CandidateReminded(candidate(state), Channel(state.address.channel if state.address else ""))


def _not_reminded(context: Context, state: State) -> Refused:
    why = obstacle(state, context.now, night=quiet(context.now, context.tools.zone)) or "lately"
    return Refused(
        f"remind.not.{why}",
        about=state,
        name=candidate(state),
        at=Moment(state.reminded_ms),
        again=Moment(state.reminded_ms + REMIND_AGAIN_MS),
    )
