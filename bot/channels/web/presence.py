"""Circumstances of a browser tab: its device and browser, whether it is visible, and how its connection ended.

The page reports them only once the candidate has agreed to the privacy notice: it is told when it may, and the
engine records nothing before that.
"""

import contextlib
import secrets
from collections import Counter
from collections.abc import Callable

from aiolimiter import AsyncLimiter

from bot.channels.web.frames import ClientFrame, circumstance, client_of
from conversation.errors import BotError
from conversation.inbound import Address, CircumstanceKind, CircumstanceNoticed, Client
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

_A_MINUTE = 30
"""How many circumstances of one tab are recorded per minute; more are dropped."""
_GOING_AWAY = 1001
_LOOK_MS = 60_000


class Tabs:
    """Counts the tabs of each person that are connected to this process."""

    def __init__(self) -> None:
        self._open: Counter[Address] = Counter()

    def opened(self, address: Address) -> None:
        self._open[address] += 1

    def several(self, address: Address) -> bool:
        return self._open[address] > 1

    def ended(self, address: Address) -> bool:
        """Count one tab less. Returns whether it was the person's last."""
        self._open[address] -= 1
        if self._open[address] > 0:
            return False
        del self._open[address]
        return True


class Presence:
    """Records the circumstances of one tab in its interview."""

    def __init__(
        self, address: Address, tabs: Tabs, store: RedisStore, intake: Intake, now: Callable[[], int]
    ) -> None:
        self._address = address
        self._tabs = tabs
        self._store = store
        self._intake = intake
        self._now = now
        self._mark = secrets.token_hex(6)
        self._number = 0
        self._limiter = AsyncLimiter(_A_MINUTE, 60)
        self._looked_ms = now()
        self.client: Client | None = None

    async def begin(self) -> None:
        self._tabs.opened(self._address)
        await self._notice("connected")

    async def end(self, code: int | None) -> None:
        """Record the end of the connection, unless other tabs are open.

        `code` is the close code of RFC 6455, section 7.4.1, or None if this side closed the connection.
        """
        last = self._tabs.ended(self._address)
        if last and code is not None:
            await self._notice("closed" if code == _GOING_AWAY else "lost")

    async def told(self, noticed: str, client: ClientFrame | None) -> None:
        """Record what the page reports. Ignores that a tab was hidden or closed while others are open."""
        if client is not None:
            self.client = client_of(client)
            await self._notice("network")
        match noticed:
            case "hidden" | "closed" if self._tabs.several(self._address):
                return  # another tab is open
            case "hidden" | "shown" | "closed":
                await self._notice(noticed)

    async def alive(self) -> None:
        """Record that the tab is connected, at most once a minute, when the page sends a ping.

        Another process may have recorded the loss of an earlier connection that this one replaced.
        """
        if self._now() >= self._looked_ms + _LOOK_MS:
            self._looked_ms = self._now()
            await self._notice("connected")

    async def _notice(self, kind: CircumstanceKind) -> None:
        """Record a circumstance, or drop it if there are too many or the store is unavailable."""
        if not self._limiter.has_capacity():
            return
        await self._limiter.acquire()
        with contextlib.suppress(StoreUnavailable, BotError):
            interview = await self._store.directory.who(self._address)
            if interview:
                self._number += 1
                mark = f"{self._mark}.{self._number}"
                inbound = circumstance(self._address, CircumstanceNoticed(kind), mark, self._now(), self.client)
                await self._intake.apply(interview, inbound)
