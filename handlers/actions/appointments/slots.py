"""Opening and withdrawing times for the next round."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from conversation.inbound import Inbound, PlaceFound, Slot
from conversation.timing.schedule import at, to_ms
from conversation.timing.slots import NOTICE_MS
from handlers.actions.base import Action, Preview, Result, command_line
from handlers.actions.context import Candidate, Context, Refused, candidate
from handlers.actions.targets import campaign_of
from handlers.appointments.calendar_files import CalendarFiles
from handlers.organisation.open_slots import OpenSlot
from handlers.organisation.rights import HIRES
from handlers.organisation.slot_events import SlotsOpened, SlotWithdrawn
from handlers.organisation.slots import free, holders
from handlers.organisation.state import Role
from storage.ports import Campaign

MOST_SLOTS = 48
"""Most times opened by one action."""
MOST_IN_ALL = 300
"""Most times that a campaign can have."""
MOST_PLACES = 100
MOST_WHERE = 200
"""Longest place or link, in characters."""
SHORTEST, LONGEST = 5, 480
"""The least and most minutes between two times."""
AHEAD = timedelta(days=400)


class SlotsPreview(Preview, frozen=True):
    """Times to be opened. `before` of them begin when a time of the campaign does that is there already."""

    campaign: str
    slots: tuple[Slot, ...]
    places: int
    before: int = 0


class SlotsMade(Result, frozen=True):
    """The times were opened."""

    campaign: str
    slots: tuple[Slot, ...]
    places: int


class OpenSlots(Action, frozen=True, omit_defaults=True, tag="open_slots"):
    """Open times on a day (`2026-12-08`) from `starts` to `ends` (`09:00`), one after another, of `minutes` each.

    `minutes` 0: one time that lasts from `starts` to `ends`. `places`: how many candidates come at the same time.
    `where`: the place or the link of the call, which candidates read.
    """

    campaign: str
    day: str
    starts: str
    ends: str
    minutes: int = 0
    places: int = 1
    where: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return command_line("/slots", self.campaign, self.day, f"{self.starts}-{self.ends}")

    async def preview(self, context: Context) -> SlotsPreview:
        campaign, slots = await self._checked(context)
        there = {each.starts_ms for each in context.organisation.slots.values() if each.campaign == campaign.id}
        before = sum(each.starts_ms in there for each in slots)
        return SlotsPreview(campaign.id, slots, self.places, before)

    async def execute(self, context: Context) -> SlotsMade:
        campaign, slots = await self._checked(context)
        asker = context.asker
        by, chat = (
            (asker.person, asker.chat or context.reply_to) if asker else (context.person.id, context.reply_to)
        )
        opened = {
            each.id: OpenSlot(
                campaign.id,
                campaign.unit,
                each.starts_ms,
                each.ends_ms,
                self.places,
                each.where,
                by,
                chat,
                context.language,
            )
            for each in slots
        }
        context.record(SlotsOpened(opened))
        return SlotsMade(campaign.id, slots, self.places)

    async def _checked(self, context: Context) -> tuple[Campaign, tuple[Slot, ...]]:
        campaign = await campaign_of(context, self.campaign, self.roles)
        if not 1 <= self.places <= MOST_PLACES:
            raise Refused("slots.places", most=MOST_PLACES)
        if len(self.where) > MOST_WHERE:
            raise Refused("slots.where", most=MOST_WHERE)
        spans = self._spans(context)
        number = sum(each.campaign == campaign.id for each in context.organisation.slots.values()) + len(spans)
        if number > MOST_IN_ALL:
            raise Refused("slots.most", most=MOST_IN_ALL)
        where = " ".join(self.where.split())
        names = context.upcoming(len(spans))
        return campaign, tuple(
            Slot(name[:8], starts_ms, ends_ms, where)
            for name, (starts_ms, ends_ms) in zip(names, spans, strict=True)
        )

    def _spans(self, context: Context) -> list[tuple[int, int]]:
        """Return the beginnings and ends in epoch milliseconds. Raises Refused."""
        try:
            day = date.fromisoformat(self.day)
            starts, ends = time.fromisoformat(self.starts), time.fromisoformat(self.ends)
        except ValueError:
            raise Refused("slots.time", time=f"{self.day} {self.starts}-{self.ends}"[:60]) from None
        whole = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
        minutes = self.minutes or whole
        if whole <= 0 or not SHORTEST <= minutes <= LONGEST or minutes > whole:
            raise Refused("slots.length", least=SHORTEST, most=LONGEST)
        if whole // minutes > MOST_SLOTS:
            raise Refused("slots.many", most=MOST_SLOTS)
        zone = context.tools.zone
        spans = []
        for number in range(whole // minutes):
            begins = datetime.combine(day, starts) + timedelta(minutes=number * minutes)
            starts_ms = to_ms(begins.replace(tzinfo=zone))
            if at(starts_ms, zone).replace(tzinfo=None) != begins:  # skipped when clocks are put forward
                raise Refused("slots.skipped", time=f"{begins:%H:%M}")
            spans.append((starts_ms, starts_ms + minutes * 60_000))
        if spans[0][0] - NOTICE_MS <= context.now:
            raise Refused("slots.past", hours=NOTICE_MS // 3600_000)
        if spans[0][0] > context.now + AHEAD // timedelta(milliseconds=1):
            raise Refused("slots.far")
        return spans


class WithdrawalPreview(Preview, frozen=True):
    """A time to be withdrawn, who had booked it, and how many others are free."""

    campaign: str
    slot: Slot
    booked: tuple[Candidate, ...]
    free: int


class SlotGone(Result, frozen=True):
    """The time was withdrawn, and those who had booked it are told and offered the others."""

    campaign: str
    slot: Slot
    booked: tuple[Candidate, ...]
    free: int


class WithdrawSlot(Action, frozen=True, tag="withdraw_slot"):
    """Withdraw a time. Whoever has booked it is told, and offered the times that are still free."""

    slot: str
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return f"/slots cancel {self.slot}"

    async def preview(self, context: Context) -> WithdrawalPreview:
        found = self._slot(context)
        left = [each for each in free(context.organisation, found.campaign, context.now) if each.id != self.slot]
        return WithdrawalPreview(
            found.campaign, found.named(self.slot), await self._booked(context, found), len(left)
        )

    async def execute(self, context: Context) -> SlotGone:
        found = self._slot(context)
        booked = await self._booked(context, found)
        context.record(SlotWithdrawn(self.slot))
        times = free(context.organisation, found.campaign, context.now)
        for each in booked:
            await self._tell(context, each.interview, found, times)
        return SlotGone(found.campaign, found.named(self.slot), booked, len(times))

    def _slot(self, context: Context) -> OpenSlot:
        found = context.organisation.slots.get(self.slot)
        if found is None or not context.scope(self.roles).covers(found.unit):
            raise Refused("slots.unknown")
        return found

    async def _booked(self, context: Context, found: OpenSlot) -> tuple[Candidate, ...]:
        """Return who has a place that is still to come."""
        if found.ends_ms <= context.now:
            return ()
        interviews = holders(context.organisation, self.slot)
        records = await context.tools.store.interviews.load_many(interviews)
        return tuple(candidate(each.state) for each in records)

    async def _tell(self, context: Context, interview: str, found: OpenSlot, times: tuple[Slot, ...]) -> None:
        tools = context.tools
        record = await tools.intake.record(interview)
        appointment = record.state.appointment if record else None
        file = opener = None
        if record and appointment and appointment.held and appointment.held.id == self.slot:
            able = {(each.channel, each.account) for each in tools.accounts() if each.files}
            files = CalendarFiles(
                tools.store,
                tools.put_file,
                lambda address: (address.channel, address.account) in able,
                tools.candidate_words,
                tools.intake,
                tools.now,
            )
            number = 2 * appointment.number + 1
            file = await files.for_candidate(record.state, "CANCEL", number, appointment.held)
            opener = await files.for_opener(record.state, "CANCEL", number, appointment.held, found)
        told = PlaceFound(0, None, times, self.slot, file=file, opener=opener)
        await tools.intake.apply(interview, Inbound(f"slot-withdrawn:{self.slot}", told))
