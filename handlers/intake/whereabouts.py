"""Which interview an address leads to: the stored index and this process's cache of it."""

from cachetools import LRUCache

from conversation.decide.claims import claimed_in
from conversation.inbound import Address, CodeEntered, Inbound, Opened
from conversation.state import State
from storage.ports import Store

OPENS = (Opened, CodeEntered)
"""What makes an address lead to an interview."""


class Whereabouts:
    """Finds the interview of an address, caching up to `most` addresses."""

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._who: LRUCache[Address, str] = LRUCache(most)

    async def interview_of(self, sender: Address) -> str | None:
        """Return the interview that the address leads to, or None. May be outdated."""
        known = self._who.get(sender)
        if known is None and (known := await self._store.directory.who(sender)):
            self._who[sender] = known
        return known

    def doubt(self, sender: Address) -> None:
        """Drop the address from the cache, because it may be outdated."""
        self._who.pop(sender, None)

    def forget(self, interview: str) -> None:
        """Drop the interview from the cache."""
        for address in [each for each, known in self._who.items() if known == interview]:
            self._who.pop(address, None)

    async def before(self, sender: Address) -> str | None:
        """Return the interview that the address led to until now, if the address belongs to it.

        An address that merely claims an interview does not belong to it.
        """
        directory = self._store.directory
        before = await directory.formerly(sender) or await directory.who(sender)
        record = await self._store.interviews.load(before) if before else None
        return before if record is not None and sender in record.state.known else None

    async def lead(self, sender: Address, interview: str | None) -> None:
        """Make the address lead to this interview and drop any former one.

        Repeating it is harmless: after a crash, the next delivery of the event does it.
        """
        if interview:
            await self._store.directory.bind(sender, interview)
            self._who[sender] = interview

    async def lead_ahead(self, sender: Address, state: State, before: str) -> None:
        """Make the address lead to this interview before the commit.

        The index keeps the former interview until it is set aside.
        """
        if leads(state, sender, before):
            former = before if before != state.interview else ""
            await self._store.directory.bind(sender, state.interview, former)
            self._who[sender] = state.interview

    async def left_for_another(self, state: State, inbound: Inbound) -> bool:
        """Return whether the sender has opened another interview since, unknown to this process.

        False for claims: someone who claims an interview may have one of their own.
        """
        sender = inbound.sender
        if sender is None or isinstance(inbound.what, OPENS):
            return False
        if claimed_in(inbound.what) == state.interview or (sender in state.known and not state.aside):
            return False
        return await self._store.directory.who(sender) not in (None, state.interview)


def leads(state: State, sender: Address, before: str | None) -> bool:
    """Return whether the sender's messages belong to this interview from now on.

    An old link to a finished interview does not take them away from another one.
    """
    over = state.phase in ("completed", "lapsed", "erased")
    elsewhere = before not in (None, "", state.interview)
    claims = state.claim is not None and state.claim.address == sender and not elsewhere
    return claims or (state.address == sender and not (over and elsewhere))
