"""Actions that invite candidates and take back unopened invitations."""

import asyncio
import base64
from collections.abc import Sequence
from itertools import zip_longest
from typing import ClassVar, Literal

import msgspec

from conversation.contact import NO_CONTACT, Contact
from conversation.inbound import Inbound, InvitationWithdrawn
from conversation.state import State
from handlers import rosters
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.context import Candidate, Context, Refused
from handlers.actions.targets import campaign_of, interview_of
from handlers.campaigns import Campaigns, Invitation
from handlers.limits import MOST_NAME
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role
from handlers.rosters import MOST_ROWS
from storage.ports import Campaign

CONFIRMED_FROM = 101
"""From this number of invitations at once, confirmation is required."""
_AT_ONCE = 50
_ID_LENGTH = 16
_MANY = 1_000
_TOLD_EVERY = 500


class Invitee(msgspec.Struct, frozen=True, array_like=True):
    """Someone to invite. `phone` is the last four digits of the phone number; empty if unknown. `contact` is the
    whole number and what else is known."""

    name: str
    phone: str = ""
    contact: Contact = NO_CONTACT


def invitees(roster: rosters.Roster) -> tuple[Invitee, ...]:
    """Return everybody in a list who can be invited, with all that it says of them."""
    return tuple(
        Invitee(row.name, row.phone, Contact(row.e164, row.email, roster.details(row))) for row in roster.good
    )


class Roster(msgspec.Struct, frozen=True, array_like=True):
    """The list that the invitees come from: its file name, and its SHA-256 (hex) in the archive.

    `faulty` rows were left out.
    """

    name: str
    sha256: str
    faulty: int = 0


Again = Literal["", "skip", "new", "link"]
"""What to do about people who were invited before: leave them out, invite them to a new interview, or make another
link to the one that they have. Empty: that is not decided."""


class InvitationsPreview(Preview, frozen=True):
    """What would be done.

    - `number`: how many candidates would be invited.
    - `before`: the interviews of those who were invited before, in the order of the invitees, with an empty text
      for each of the others. Empty if nobody was, or if it is decided what to do about them.
    """

    campaign: str
    unit: str
    number: int
    roster: Roster | None = None
    before: tuple[str, ...] = ()

    @property
    def reach(self) -> Reach | None:
        return Reach(self.unit, self.number)


class Invited(Result, frozen=True):
    """The invitations, in the order of the invitees. `left_out` are the places of those among the invitees who got
    none, because they were invited before."""

    campaign: str
    invitations: tuple[Invitation, ...]
    roster: Roster | None = None
    left_out: tuple[int, ...] = ()


class InviteCandidates(Action, frozen=True, omit_defaults=True, tag="invite_candidates"):
    """Create personal invitations to a campaign.

    - `roster`: the list that `people` come from, if any.
    - `again`: what to do about those who were invited before.
    - `before`: their interviews when that was decided, in the order of `people`.
    """

    campaign: str
    people: tuple[Invitee, ...]
    roster: Roster | None = None
    again: Again = ""
    before: tuple[str, ...] = ()
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return f"/invite {self.campaign} +{len(self.people)}"

    async def preview(self, context: Context) -> Preview | None:
        campaign = await self._checked(context)
        faulty = self.roster.faulty if self.roster else 0
        number = len(self.people) - len(self._left_out)
        if not self.again and any(before := await self._invited_before(context, campaign)):
            return InvitationsPreview(campaign.id, campaign.unit, number, self.roster, before)
        if number < CONFIRMED_FROM and not faulty:
            return None
        return InvitationsPreview(campaign.id, campaign.unit, number, self.roster)

    async def execute(self, context: Context) -> Invited:
        campaign = await self._checked(context)
        if not context.tools.links("-"):
            raise Refused("invite.nowhere")
        before = self.before if self.again in ("skip", "link") else ()
        made = await _make(context, campaign, self.people, before, link=self.again == "link")
        return Invited(campaign.id, tuple(made), self.roster, self._left_out)

    async def _invited_before(self, context: Context, campaign: Campaign) -> tuple[str, ...]:
        """Return the people's former interviews, except those that this very action made before a crash."""
        before = await before_of(context.tools.campaigns, campaign, self.people)
        own = {each[:_ID_LENGTH] for each in context.upcoming(2 * len(self.people))} if any(before) else set()
        return tuple("" if each in own else each for each in before)

    @property
    def _left_out(self) -> tuple[int, ...]:
        return tuple(place for place, each in enumerate(self.before) if each) if self.again == "skip" else ()

    async def _checked(self, context: Context) -> Campaign:
        if len(self.people) > MOST_ROWS:
            raise Refused("invite.number", most=MOST_ROWS)
        if too_long := next((each.name for each in self.people if len(each.name) > MOST_NAME), ""):
            raise Refused("invite.name", most=MOST_NAME, name=too_long[:MOST_NAME])
        return await _open(context, self.campaign)


async def _open(context: Context, code: str) -> Campaign:
    campaign = await campaign_of(context, code, HIRES)
    if campaign.closed_ms:
        raise Refused("invite.closed", about=campaign, campaign=campaign.id)
    return campaign


async def before_of(campaigns: Campaigns, campaign: Campaign, people: Sequence[Invitee]) -> tuple[str, ...]:
    """Return the interview to which each of these people was invited before; an empty string for new ones."""
    return await campaigns.invited_before(campaign, [(each.name, each.contact) for each in people])


async def _make(
    context: Context,
    campaign: Campaign,
    people: Sequence[Invitee],
    before: Sequence[str] = (),
    *,
    link: bool = False,
) -> list[Invitation]:
    """Create the invitations, _AT_ONCE at a time. Repeating it creates the same ones.

    Whoever has an interview in `before` gets another link to it (`link`), or nothing.
    """
    wanted = [
        (each, context.nonce()[:_ID_LENGTH], _token(context.nonce()), former)
        for each, former in zip_longest(people, before, fillvalue="")
        if isinstance(each, Invitee)
    ]
    wanted = [each for each in wanted if link or not each[-1]]
    made: list[Invitation] = []
    for start in range(0, len(wanted), _AT_ONCE):
        making = (
            context.tools.campaigns.link_again(former, each.name, token)
            if former
            else context.tools.campaigns.invite(
                campaign,
                each.name,
                interview=interview,
                token=token,
                phone=each.phone,
                contact=each.contact,
            )
            for each, interview, token, former in wanted[start : start + _AT_ONCE]
        )
        made += await asyncio.gather(*making)
        if len(wanted) >= _MANY and len(made) % _TOLD_EVERY == 0:
            await context.progressed(len(made), len(wanted))
    if context.tools.prepare:
        await context.tools.prepare([each.token for each in made])
    return made


def _token(nonce: str) -> str:
    """Return 128 bits of `nonce` as base64url, the form of all invitation tokens."""
    return base64.urlsafe_b64encode(bytes.fromhex(nonce)[:16]).decode().rstrip("=")


# taking back


class InvitationPreview(Preview, frozen=True):
    """The candidate whose link would stop working."""

    candidate: Candidate
    campaign: str


class InvitationRevoked(Result, frozen=True):
    candidate: Candidate


class RevokeInvitation(Action, frozen=True, tag="revoke_invitation"):
    """Take back an invitation that nobody has opened; its link stops working."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/revoke {self.interview}"

    async def preview(self, context: Context) -> Preview | None:
        state = await _unopened(context, self.interview)
        if state.withdrawn:
            raise Refused("revoke.already", about=state, name=_named(state))
        return InvitationPreview(_named(state), state.campaign)

    async def execute(self, context: Context) -> InvitationRevoked:
        state = await _withdraw(context, await _unopened(context, self.interview))
        return InvitationRevoked(_named(state))


class ReissueInvitation(Action, frozen=True, tag="reissue_invitation"):
    """Replace an unopened invitation by a new one with its own interview."""

    interview: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/reissue {self.interview}"

    async def preview(self, context: Context) -> Preview | None:
        """Return None if the invitation was revoked already: then it is known that its link does not work."""
        state = await _unopened(context, self.interview)
        await _open(context, state.campaign)
        return None if state.withdrawn else InvitationPreview(_named(state), state.campaign)

    async def execute(self, context: Context) -> Invited:
        state = await _unopened(context, self.interview)
        campaign = await _open(context, state.campaign)
        await _withdraw(context, state)
        return Invited(
            campaign.id, tuple(await _make(context, campaign, [Invitee(state.name, state.phone, state.contact)]))
        )


async def _unopened(context: Context, interview: str) -> State:
    """Return the interview if nobody has opened its invitation. Raises Refused."""
    state = await interview_of(context, interview.lower(), HIRES, "revoke.unknown")
    if state.address is not None:
        raise Refused("revoke.opened", about=state, name=_named(state))
    return state


async def _withdraw(context: Context, state: State) -> State:
    """Withdraw the invitation and return the new state. Raises Refused if the candidate opened it first."""
    await context.tools.intake.apply(state.interview, Inbound(f"{context.cause}:withdraw", InvitationWithdrawn()))
    record = await context.tools.store.interviews.load(state.interview)
    if record is None or not record.state.withdrawn:
        raise Refused("revoke.opened", about=state, name=_named(state))
    return record.state


def _named(state: State) -> Candidate:
    return Candidate(state.interview, state.name or state.interview)
