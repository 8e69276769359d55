"""The staff's side of a process: the console, and where notices go, as the organisation's record says."""

import asyncio
import contextlib
from datetime import UTC, tzinfo

from bot.logs import log
from conversation.schedule import at
from conversation.shifts import Staffing
from handlers.help_notices import OnDuty
from handlers.notices import Destination
from handlers.quiet_hours import Hours
from handlers.staff.duty import on_duty, staffing
from handlers.staff.office import NAME, Office
from handlers.staff.recording import load
from storage.errors import StoreUnavailable
from storage.ports import Store

LOOK_S = 1.0
"""A change of the organisation is known to all processes after so long, about."""


class OfficeWatch:
    """What this process knows of the organisation, looked at once a second. Its people's hours are in `zone`."""

    def __init__(self, store: Store, zone: tzinfo = UTC) -> None:
        self._store = store
        self._zone = zone
        self._version = -1
        self._stopping = asyncio.Event()
        self.office = Office()

    def destinations(self, unit: str) -> tuple[Destination, ...]:
        """The chats that want the notices of this unit, or of one above it."""
        return tuple(
            Destination(
                chat.address, chat.language, Hours(chat.quiet_from, chat.quiet_until), digest=chat.digest >= 0
            )
            for chat in self.office.chats
            if self.office.within(unit, chat.unit)
        )

    def on_duty(self, unit: str, at_ms: int) -> OnDuty:
        """Who is there for a candidate of the unit."""
        return on_duty(self.office, unit, at(at_ms, self._zone))

    def staffing(self, unit: str, at_ms: int) -> Staffing | None:
        """In which hours somebody is; None: there are none."""
        return staffing(self.office, unit, at(at_ms, self._zone)) if self.office.duty else None

    async def look(self) -> None:
        """Raises StoreUnavailable; what was known before holds then."""
        blob = await self._store.interviews.blob(NAME)
        if blob is not None and blob.version != self._version:
            record = await load(self._store)
            self.office, self._version = record.state, record.version

    async def run(self) -> None:
        """Until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("office_unknown", why=str(error))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._stopping.wait()

    def stop(self) -> None:
        self._stopping.set()
