"""Which records move into the archive: those of interviews that ended a while ago."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple

import msgspec

from conversation.record.audit import unseal
from conversation.state import OPEN_PHASES
from handlers.maintenance.audit import all_interviews
from storage.archive.records import NotArchived, Quiet
from storage.errors import ArchiveOutOfReach, OfOneConversation
from storage.ports import Store

PAGE = 200
"""How many interviews one turn looks at."""
AGAIN_MS = 3600_000
"""How long after all interviews were looked at the first time they are looked at again, in milliseconds."""


class Moved(NamedTuple):
    """What a turn has done: how many records it moved, and why others stayed although they were to be moved."""

    records: int
    faults: list[str]


class Archiver:
    """Goes through all interviews, a page each turn, and moves those of which nothing was recorded for a while.

    - `after_ms`: how long an interview that has ended stays in the store after its last entry; 0: for ever.
    - `nonce`: text that was never used before.
    - `now`: epoch milliseconds.
    """

    def __init__(self, store: Store, after_ms: int, nonce: Callable[[], str], now: Callable[[], int]) -> None:
        self._store = store
        self._after_ms = after_ms
        self._nonce = nonce
        self._now = now
        self._pages: AsyncIterator[list[str]] | None = None
        self._begun_ms = 0

    async def turn(self, goes_on: Callable[[], Awaitable[bool]] | None = None) -> Moved:
        """Look at the next page. Stops before the next record once `goes_on` returns False.

        Raises ArchiveOutOfReach, StoreUnavailable. The records that were not reached are looked at in the next
        round.
        """
        if not self._after_ms:
            return Moved(0, [])
        if self._pages is None:
            if self._now() < self._begun_ms + AGAIN_MS:
                return Moved(0, [])
            self._pages, self._begun_ms = pages(self._store), self._now()
        page = await anext(self._pages, None)
        if page is None:
            self._pages = None
            return Moved(0, [])
        return await self._move(page, goes_on)

    async def _move(self, page: list[str], goes_on: Callable[[], Awaitable[bool]] | None) -> Moved:
        moved, faults = 0, list[str]()
        quiet = await self._store.archived.quiet(page)
        ripe = [each.record.state.interview for each in quiet if self._is_ripe(each)]
        erased = {order.interview for order in await self._store.erasures.ordered()} if ripe else set()
        for interview in ripe:
            if goes_on and not await goes_on():
                break
            if interview in erased:  # erasing a record changes it without a new entry
                continue
            try:
                moved += await self._store.archived.move(interview, self._nonce())
            except NotArchived as fault:
                faults.append(str(fault))
            except OfOneConversation as fault:
                if isinstance(fault, ArchiveOutOfReach):
                    raise
                faults.append(fault.reason)
        return Moved(moved, faults)

    def _is_ripe(self, quiet: Quiet) -> bool:
        if quiet.record.state.phase in OPEN_PHASES:
            return False
        try:
            last_ms = unseal(quiet.last)[1].at_ms
        except msgspec.MsgspecError:  # the audit says so
            return False
        return last_ms + self._after_ms <= self._now()


async def pages(store: Store) -> AsyncIterator[list[str]]:
    """Yield the ids of all interviews, PAGE at a time. Raises StoreUnavailable."""
    page: list[str] = []
    async for interview in all_interviews(store):
        page.append(interview)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page
