"""Actions that write to many candidates of a campaign at once."""

from typing import ClassVar, get_args

from conversation.decide.staff import DECISIONS, WITHDREW
from conversation.state import Phase, State
from conversation.timing.schedule import decent
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.context import Candidate, Context, Refused, Term, candidate
from handlers.actions.targets import campaign_of
from handlers.members import batches
from handlers.organisation.events import BroadcastDropped, BroadcastOrdered
from handlers.organisation.rights import HIRES, Scope
from handlers.organisation.state import LOCAL_ID, Audience, Broadcast, Organisation, Role
from storage.ports import Campaign

UNDO_MS = 60_000
"""How long a broadcast can be taken back before it is sent, in milliseconds."""
MOST_TEXT = 1_000
"""Maximum length of a broadcast, in characters."""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
_SHOWN = 3
"""How many candidates a preview names."""
_WRITTEN: tuple[Phase, ...] = ("guided", "running", "paused", "exited", "lapsed", "completed")
_PHASES: dict[Audience, tuple[Phase, ...]] = {
    "open": ("guided", "running", "paused"),
    "unfinished": ("guided", "running", "paused", "exited", "lapsed"),
    "all": _WRITTEN,
    "undecided": ("completed",),
}


def belongs(audience: Audience, state: State) -> bool:
    """Return whether a candidate belongs to the audience. Whoever never opened the invitation belongs to none, and
    whoever withdrew only to the audience of those who did."""
    if audience in DECISIONS:
        return state.phase in _WRITTEN and state.decision == audience
    if state.decision == WITHDREW or (audience == "undecided" and state.decision):
        return False
    return state.phase in _PHASES.get(audience, (audience,))


class BroadcastPreview(Preview, frozen=True):
    """A broadcast to confirm. `at_ms` is when it is sent (epoch).

    `late` means that it waits for the morning, not just for UNDO_MS. `names` are some of the candidates.
    """

    campaign: str
    unit: str
    audience: Audience
    number: int
    text: str
    at_ms: int
    late: bool
    names: tuple[Candidate, ...]

    @property
    def reach(self) -> Reach | None:
        return Reach(self.unit, self.number)


class BroadcastWaits(Result, frozen=True):
    """The broadcast is sent at `at_ms` (epoch) unless it is taken back by its `name`."""

    name: str
    campaign: str
    unit: str
    at_ms: int

    @property
    def undo(self) -> "TakeBackBroadcast":
        return TakeBackBroadcast(self.name)


class SendBroadcast(Action, frozen=True, tag="send_broadcast"):
    """Send a message to all candidates of a campaign who belong to the audience.

    It is sent after UNDO_MS, or in the morning if that is at night; `may_send` checks the writer's right again
    then.
    """

    campaign: str
    text: str
    audience: Audience = "open"
    roles: ClassVar[frozenset[Role]] = HIRES
    personal: ClassVar[bool] = True

    @property
    def line(self) -> str:
        return f"/broadcast {self.campaign} {self.audience}"

    async def preview(self, context: Context) -> Preview | None:
        campaign = await self._checked(context)
        number, names = await _reached(context, campaign, self.audience)
        if not number:
            counts = await context.tools.store.interviews.counts(campaign.id)
            unopened = counts.get("phase:invited", 0)
            reason = "broadcast.unopened" if unopened else "broadcast.nobody"
            who = Term("broadcast.who", self.audience)
            raise Refused(reason, campaign=campaign.id, who=who, n=unopened)
        at_ms = _at(context)
        late = at_ms > context.now + UNDO_MS
        return BroadcastPreview(
            campaign.id, campaign.unit, self.audience, number, self.text, at_ms, late, tuple(names)
        )

    async def execute(self, context: Context) -> BroadcastWaits:
        campaign = await self._checked(context)
        sha256 = await context.lent(self.text.encode())
        name, at_ms = context.nonce()[:10], _at(context)
        asker = context.asker
        by, chat = (
            (asker.person, asker.chat or context.reply_to) if asker else (context.person.id, context.reply_to)
        )
        what = Broadcast(campaign.id, self.audience, sha256, at_ms, by, chat, context.language)
        context.record(BroadcastOrdered(name, what))
        return BroadcastWaits(name, campaign.id, campaign.unit, at_ms)

    async def _checked(self, context: Context) -> Campaign:
        if len(self.text) > MOST_TEXT:
            raise Refused("broadcast.long", most=MOST_TEXT)
        return await campaign_of(context, self.campaign, self.roles)


class BroadcastTakenBack(Result, frozen=True):
    campaign: str


class TakeBackBroadcast(Action, frozen=True, tag="take_back_broadcast"):
    """Cancel a broadcast that has not been sent yet."""

    name: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/broadcast undo {self.name}"

    async def execute(self, context: Context) -> BroadcastTakenBack:
        what = context.organisation.broadcasts.get(self.name)
        campaign = await context.tools.store.directory.campaign(what.campaign) if what else None
        mine = campaign is not None and context.scope(self.roles).covers(campaign.unit)
        if what is None or not mine or what.at_ms <= context.now:
            raise Refused("broadcast.gone")
        context.record(BroadcastDropped(self.name))
        return BroadcastTakenBack(what.campaign)


def may_send(organisation: Organisation, what: Broadcast, campaign: Campaign | None, *, local: bool) -> bool:
    """Return whether the writer of a broadcast still has the right to send it. `local` is as in `Tools`."""
    if campaign is None:
        return False
    person = organisation.people.get(what.person)
    if person is None:
        return local and what.person == LOCAL_ID
    return Scope(organisation, person, SendBroadcast.roles).covers(campaign.unit)


async def _reached(context: Context, campaign: Campaign, audience: Audience) -> tuple[int, list[Candidate]]:
    """Return how many candidates belong to the audience, and the first of them by name."""
    number, some = 0, list[Candidate]()
    async for states in batches(context.tools.store, [campaign.id]):
        for state in states:
            if belongs(audience, state):
                number += 1
                some.append(candidate(state))
        some = sorted(some, key=lambda each: (each.name, each.interview))[:_SHOWN]
    return number, some


def _at(context: Context) -> int:
    return decent(context.now + UNDO_MS, context.tools.zone)
