"""Erasing interviews whose time is over, as their scripts say, and announcing it before."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import tzinfo
from typing import NamedTuple

from conversation.outbound import Choice, OutboundMessage
from conversation.script import Script
from conversation.state import State
from conversation.timing.retention import kept_until_ms
from conversation.timing.schedule import at
from conversation.words import Vocabulary
from handlers.maintenance.archiving import pages
from handlers.notices.overdue import heads
from handlers.organisation.state import Organisation, Person
from storage.ports import ErasureOrder, Store

BY = "retention"
"""Who orders these erasures, in the record."""
AGAIN_MS = 24 * 3600_000
"""How long after all interviews were looked at the first time they are looked at again, in milliseconds."""
ANNOUNCED_MS = 14 * 24 * 3600_000
"""How long before their erasure interviews are announced, in milliseconds."""


class Upcoming(NamedTuple):
    """Interviews of a campaign that will be erased soon: how many, and the first day (epoch milliseconds)."""

    unit: str
    interviews: int
    first_ms: int


class Retention:
    """Goes through all interviews, a page each turn.

    - `organisation`: the organisation as this process knows it.
    - `words`, `dates`: vocabularies of staff, and of candidates, which has the names of days.
    - `now`: epoch milliseconds.
    """

    def __init__(
        self,
        store: Store,
        organisation: Callable[[], Organisation],
        words: Vocabulary,
        dates: Vocabulary,
        now: Callable[[], int],
        zone: tzinfo,
    ) -> None:
        self._store = store
        self._organisation = organisation
        self._words = words
        self._dates = dates
        self._now = now
        self._zone = zone
        self._pages: AsyncIterator[list[str]] | None = None
        self._begun_ms = 0
        self._scripts: dict[str, Script | None] = {}
        self._upcoming: dict[str, Upcoming] = {}

    async def turn(self, goes_on: Callable[[], Awaitable[bool]]) -> int:
        """Look at the next page, and order the erasures that are due. Returns their number.

        Stops before the next order once `goes_on` returns False; the next round finds what is left. When all pages
        were looked at, the heads of units are told what will be erased soon. Raises StoreUnavailable.
        """
        if self._pages is None:
            if self._now() < self._begun_ms + AGAIN_MS:
                return 0
            self._pages, self._begun_ms = pages(self._store), self._now()
            self._scripts, self._upcoming = {}, {}
        page = await anext(self._pages, None)
        if page is None:
            self._pages = None
            for campaign, upcoming in self._upcoming.items():
                await self._announce(campaign, upcoming)
            return 0
        return await self._order(page, goes_on)

    async def _order(self, page: list[str], goes_on: Callable[[], Awaitable[bool]]) -> int:
        orders = 0
        for record in await self._store.interviews.load_many(page):
            state = record.state
            until_ms = await self._until_ms(state)
            if not until_ms:
                continue
            if until_ms >= self._now():
                self._note(state, until_ms)
            elif await goes_on():
                order = ErasureOrder(state.interview, BY, f"{BY}:{state.interview}")
                await self._store.erasures.order(order)
                orders += 1
            else:
                break
        return orders

    async def _until_ms(self, state: State) -> int:
        if state.script not in self._scripts:
            self._scripts[state.script] = await self._store.directory.script(state.script)
        script = self._scripts[state.script]
        return kept_until_ms(state, script, self._zone) if script else 0

    def _note(self, state: State, until_ms: int) -> None:
        if until_ms > self._now() + ANNOUNCED_MS:
            return
        known = self._upcoming.get(state.campaign, Upcoming(state.unit, 0, until_ms))
        self._upcoming[state.campaign] = known._replace(
            interviews=known.interviews + 1, first_ms=min(known.first_ms, until_ms)
        )

    async def _announce(self, campaign: str, upcoming: Upcoming) -> None:
        """Tell the heads of the unit, once within the time before the erasure."""
        for person in heads(self._organisation(), upcoming.unit):
            message = self._message(person, campaign, upcoming)
            topic = f"{BY}:{campaign}:{person.id}"
            await self._store.outbox.post(message.to, topic, message, ANNOUNCED_MS // 1000)

    def _message(self, person: Person, campaign: str, upcoming: Upcoming) -> OutboundMessage:
        words = self._words[person.language]
        day = self._dates[person.language].day_and_year(at(upcoming.first_ms, self._zone))
        said = words.say("staff.retention.soon", campaign=campaign, n=upcoming.interviews, day=day)
        choice = Choice(f"/export {campaign}", words.text("staff.retention.export"))
        return OutboundMessage(person.addresses[0], said.text, (choice,), said.bold, prompted=False)
