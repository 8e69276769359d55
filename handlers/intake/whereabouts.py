"""Which interview an address leads to: the index, and what a process remembers of it."""

from cachetools import LRUCache

from conversation.decide.claims import claimed_in
from conversation.inbound import Address, CodeEntered, Inbound, Opened
from conversation.state import State
from storage.ports import Store


class Whereabouts:
    """Remembers `most` addresses."""

    def __init__(self, store: Store, most: int) -> None:
        self._store = store
        self._who: LRUCache[Address, str] = LRUCache(most)

    async def interview_of(self, sender: Address) -> str | None:
        known = self._who.get(sender)
        if known is None and (known := await self._store.directory.who(sender)):
            self._who[sender] = known
        return known

    def doubt(self, sender: Address) -> None:
        """What is remembered of the address may be old."""
        self._who.pop(sender, None)

    def forget(self, interview: str) -> None:
        """Nothing of the interview stays in memory."""
        for address in [each for each, known in self._who.items() if known == interview]:
            self._who.pop(address, None)

    async def before(self, sender: Address) -> str | None:
        """The interview to which the address led until now, where they are known in it: whoever merely said that
        one is theirs is in none."""
        directory = self._store.directory
        before = await directory.formerly(sender) or await directory.who(sender)
        record = await self._store.interviews.load(before) if before else None
        return before if record is not None and sender in record.state.known else None

    async def lead(self, sender: Address, interview: str | None) -> None:
        """The address leads to this interview, and to no former one. Done again, it changes nothing: a crash
        before it is mended by the next delivery of the event."""
        if interview:
            await self._store.directory.bind(sender, interview)
            self._who[sender] = interview

    async def lead_ahead(self, sender: Address, state: State, before: str) -> None:
        """Before the commit. The index keeps the former interview beside it, until that is set aside."""
        if leads(state, sender, before):
            former = before if before != state.interview else ""
            await self._store.directory.bind(sender, state.interview, former)
            self._who[sender] = state.interview

    async def left_for_another(self, state: State, inbound: Inbound) -> bool:
        """Whether the sender has another interview open by now, which this process does not know yet. Whoever
        claims an interview may have one of their own."""
        sender = inbound.sender
        if sender is None or isinstance(inbound.what, Opened | CodeEntered):
            return False
        if claimed_in(inbound.what) == state.interview or (sender in state.known and not state.aside):
            return False
        return await self._store.directory.who(sender) not in (None, state.interview)


def leads(state: State, sender: Address, before: str | None) -> bool:
    """Whether the sender's messages belong to this interview from now on. An old link to one that is over does not
    take them away from another."""
    over = state.phase in ("completed", "lapsed", "erased")
    elsewhere = before not in (None, "", state.interview)
    claims = state.claim is not None and state.claim.address == sender and not elsewhere
    return claims or (state.address == sender and not (over and elsewhere))
