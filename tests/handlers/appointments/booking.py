"""A desk with times for the next round, candidates who are invited, and the worker of their requests."""

from typing import Any

import icalendar

from conversation import inbound as i
from conversation.inbound import Address, Slot
from conversation.outbound import OutboundMessage
from conversation.state import State
from handlers.organisation.repository import load
from handlers.organisation.slots import held
from storage.ports import JobEntry, Store
from tests.handlers.console.appointments import handle_requests, requests_of
from tests.handlers.console.desk import Desk

OPEN = "/slots spring 12-08 09:00-10:30 every 30m where Room 3"
YES = {"zh": "确定", "en": "Yes, do it"}
FIRST, SECOND, THIRD = "Tue 8 December 09:00", "Tue 8 December 09:30", "Tue 8 December 10:00"


class Booking(Desk):
    """`opens_times` comes first. Candidates press buttons by their labels."""

    def __init__(self, store: Store, language: str = "en") -> None:
        super().__init__(store, language)
        self.requests = requests_of(self)

    async def _keep(self, data: bytes) -> str:
        name = f"{len(self.archive) + 1:064x}"
        self.archive[name] = data
        return name

    async def opens_times(self, line: str = OPEN, *, campaign: bool = True) -> None:
        """The boss opens a campaign and times."""
        if campaign:
            await self.claims()
            await self.campaign("spring")
        await self.says("boss", line)
        await self.confirms()

    async def confirms(self, who: str = "boss") -> list[OutboundMessage]:
        return await self.presses(who, YES[self.language])

    async def invited(self, *names: str) -> None:
        """These candidates complete the interview, and are told that they are invited, with the times."""
        for name in names:
            interview = await self.answers(name, "spring", 4)
            if self.language == "en":
                await self.does(name, i.CommandReceived("language", "en"))
            await self.intake.apply(interview, i.Inbound(f"decide:{name}", i.DecisionMade("yes", "boss")))
            await self.says("boss", f"/tell {name} yes")
            await self.confirms()

    async def taps(self, name: str, label: str) -> None:
        """Press the newest button with this label that the candidate was sent."""
        address = self._candidates[name]
        offered = [each for message in self.heard if message.to == address for each in message.choices]
        token = next((each.token for each in reversed(offered) if each.label == label), None)
        assert token, f"[{label}] was never offered to {name}: {[each.label for each in offered]}"
        await self.does(name, i.ChoicePressed(token))

    async def waiting(self) -> list[JobEntry]:
        return await self.store.jobs.waiting("places", 100)

    async def work(self) -> list[OutboundMessage]:
        """Handle all requests. Returns the messages to staff."""
        await handle_requests(self)
        return await self.sent()

    async def books(self, name: str, label: str) -> list[OutboundMessage]:
        await self.taps(name, label)
        return await self.work()

    def last(self, name: str) -> OutboundMessage:
        """Return what the candidate was sent last."""
        return [each for each in self.heard if each.to == self._candidates[name]][-1]

    def labels(self, name: str) -> list[str]:
        return [each.label for each in self.last(name).choices]

    def address_of(self, name: str) -> Address:
        return self._candidates[name]

    async def state(self, name: str) -> State:
        record = await self.store.interviews.load(self.interview_of(name))
        assert record is not None
        return record.state

    async def place(self, name: str) -> str:
        """Return when the candidate is expected, by the interview and by the organisation, which agree."""
        appointment = (await self.state(name)).appointment
        expected = held((await load(self.store)).state, self.interview_of(name))
        assert (appointment.held if appointment else None) == expected, name
        return f"{self.local(expected)}" if expected else ""

    @staticmethod
    def local(slot: Slot) -> str:
        from datetime import datetime

        from tests.handlers.console.desk import ZONE

        return f"{datetime.fromtimestamp(slot.starts_ms / 1000, ZONE):%d %H:%M}"

    def calendar(self, message: OutboundMessage) -> Any:
        """Return the calendar file of a message, read by icalendar."""
        assert message.file is not None, message.text
        assert message.file.media_type == "text/calendar"
        return icalendar.Calendar.from_ical(self.archive[message.file.sha256])
