"""A process's cached copy of the organisation's record, with where notices go and who is on duty."""

from datetime import UTC, tzinfo

from bot.runtime.periodic import Periodic
from conversation.inbound import Address
from conversation.script import Faq
from conversation.timing.schedule import at
from conversation.timing.working_hours import Staffing
from handlers.notices.help import OnDuty
from handlers.notices.notices import Destination
from handlers.notices.readers import Reader
from handlers.organisation.duty import on_duty, staffing
from handlers.organisation.quiet_hours import Hours
from handlers.organisation.repository import load
from handlers.organisation.rights import roles_at
from handlers.organisation.state import NAME, Organisation
from storage.ports import Store

LOOK_S = 1.0
"""Seconds after which a change of the organisation is known to all processes, roughly."""


class OrganisationCache(Periodic):
    """The organisation's state, reloaded once a second if it changed. Duty hours are in time zone `zone`."""

    every_s = LOOK_S
    waits = "office_unknown"

    def __init__(self, store: Store, zone: tzinfo = UTC) -> None:
        super().__init__()
        self._store = store
        self._zone = zone
        self._version = -1
        self.organisation = Organisation()

    def destinations(self, unit: str) -> tuple[Destination, ...]:
        """Return the chats that get notices of this unit: those of the unit itself or of a unit above it."""
        return tuple(
            Destination(
                chat.address,
                chat.language,
                Hours(chat.quiet_from, chat.quiet_until),
                digest=chat.digest >= 0,
                help_only=chat.help_only,
                level=chat.level,
            )
            for chat in self.organisation.chats
            if self.organisation.within(unit, chat.unit)
        )

    def reader_at(self, address: Address, unit: str) -> Reader:
        """Return who reads a chat, with their roles for candidates of the unit."""
        person = self.organisation.person_at(address)
        return Reader(roles_at(self.organisation, address, unit), person.id if person else "")

    def name_of(self, person: str) -> str:
        """Return a colleague's name, or the id of one who has left."""
        known = self.organisation.people.get(person)
        return known.name if known else person

    def on_duty(self, unit: str, at_ms: int) -> OnDuty:
        """Return who is on duty for candidates of the unit at `at_ms`."""
        return on_duty(self.organisation, unit, at(at_ms, self._zone))

    def staffing(self, unit: str, at_ms: int) -> Staffing | None:
        """Return the hours in which someone is on duty for the unit, or None if no duty hours are set."""
        return staffing(self.organisation, unit, at(at_ms, self._zone)) if self.organisation.duty else None

    def faq(self, unit: str) -> tuple[Faq, ...]:
        """Return what the unit and those above it answer to candidates' questions."""
        return self.organisation.texts_in(unit).faq() if self.organisation.texts else ()

    async def look(self) -> None:
        """Reload the organisation if it changed. Raises StoreUnavailable, keeping the earlier state."""
        blob = await self._store.interviews.blob(NAME)
        if blob is not None and blob.version != self._version:
            record = await load(self._store)
            self.organisation, self._version = record.state, record.version
