"""The staff's side of a process: the console, and where notices go, as the organisation's record says."""

from datetime import UTC, tzinfo

from bot.runtime.periodic import Periodic
from conversation.timing.schedule import at
from conversation.timing.working_hours import Staffing
from handlers.notices.help import OnDuty
from handlers.notices.notices import Destination
from handlers.organisation.duty import on_duty, staffing
from handlers.organisation.quiet_hours import Hours
from handlers.organisation.repository import load
from handlers.organisation.state import NAME, Organisation
from storage.ports import Store

LOOK_S = 1.0
"""A change of the organisation is known to all processes after so long, about."""


class OrganisationCache(Periodic):
    """What this process knows of the organisation, looked at once a second. Its people's hours are in `zone`."""

    every_s = LOOK_S
    waits = "office_unknown"

    def __init__(self, store: Store, zone: tzinfo = UTC) -> None:
        super().__init__()
        self._store = store
        self._zone = zone
        self._version = -1
        self.organisation = Organisation()

    def destinations(self, unit: str) -> tuple[Destination, ...]:
        """The chats that want the notices of this unit, or of one above it."""
        return tuple(
            Destination(
                chat.address, chat.language, Hours(chat.quiet_from, chat.quiet_until), digest=chat.digest >= 0
            )
            for chat in self.organisation.chats
            if self.organisation.within(unit, chat.unit)
        )

    def on_duty(self, unit: str, at_ms: int) -> OnDuty:
        """Who is there for a candidate of the unit."""
        return on_duty(self.organisation, unit, at(at_ms, self._zone))

    def staffing(self, unit: str, at_ms: int) -> Staffing | None:
        """In which hours somebody is; None: there are none."""
        return staffing(self.organisation, unit, at(at_ms, self._zone)) if self.organisation.duty else None

    async def look(self) -> None:
        """Raises StoreUnavailable; what was known before holds then."""
        blob = await self._store.interviews.blob(NAME)
        if blob is not None and blob.version != self._version:
            record = await load(self._store)
            self.organisation, self._version = record.state, record.version
