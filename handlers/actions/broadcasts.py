"""Actions that write to many candidates of a campaign at once."""

from typing import ClassVar, get_args

from conversation.state import Phase
from conversation.timing.schedule import decent
from handlers.actions.base import Action, Preview, Reach, Result
from handlers.actions.context import Context, Refused, Term
from handlers.actions.targets import campaign_of
from handlers.organisation.events import BroadcastDropped, BroadcastOrdered
from handlers.organisation.rights import HIRES, Scope
from handlers.organisation.state import LOCAL_ID, Audience, Broadcast, Organisation, Role
from storage.ports import Campaign

UNDO_MS = 60_000
"""How long a broadcast can be taken back before it is sent, in milliseconds."""
MOST_TEXT = 1_000
"""Maximum length of a broadcast, in characters."""
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
PHASES: dict[Audience, tuple[Phase, ...]] = {
    "open": ("guided", "running", "paused"),
    "unfinished": ("guided", "running", "paused", "exited", "lapsed"),
    "completed": ("completed",),
    "all": ("guided", "running", "paused", "exited", "lapsed", "completed"),
}


class BroadcastPreview(Preview, frozen=True):
    """A broadcast to confirm. `at_ms` is when it is sent (epoch).

    `late` means that it waits for the morning, not just for UNDO_MS.
    """

    campaign: str
    unit: str
    audience: Audience
    number: int
    text: str
    at_ms: int
    late: bool

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
    """Send a message to all candidates of a campaign who are in one of the audience's phases.

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
        counts = await context.tools.store.interviews.counts(campaign.id)
        number = sum(counts.get(f"phase:{phase}", 0) for phase in PHASES[self.audience])
        if not number:
            raise Refused("broadcast.nobody", campaign=campaign.id, who=Term("broadcast.who", self.audience))
        at_ms = _at(context)
        late = at_ms > context.now + UNDO_MS
        return BroadcastPreview(campaign.id, campaign.unit, self.audience, number, self.text, at_ms, late)

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


def _at(context: Context) -> int:
    return decent(context.now + UNDO_MS, context.tools.zone)
