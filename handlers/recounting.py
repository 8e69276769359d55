"""A campaign's counters, computed anew from the records of its interviews."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import NamedTuple

from conversation import events as e
from conversation.audit import is_erased, unseal
from conversation.evolve import apply, begin
from conversation.state import State
from conversation.tally import created, tally
from storage.ports import Store

BATCH = 500


class Recount(NamedTuple):
    """`counted` is what the store has, `computed` what the records say. Of the `erased` interviews only that they
    were there can be computed."""

    interviews: int
    erased: int
    counted: Mapping[str, int]
    computed: Mapping[str, int]

    def differences(self) -> dict[str, tuple[int, int]]:
        """(counted, computed) where they differ. What was erased may have been counted before, and cannot be
        computed: with erased interviews, only what was counted too little differs."""
        names = sorted({*self.counted, *self.computed})
        pairs = {name: (self.counted.get(name, 0), self.computed.get(name, 0)) for name in names}
        return {name: pair for name, pair in pairs.items() if self._differs(*pair)}

    def _differs(self, counted: int, computed: int) -> bool:
        return counted < computed if self.erased else counted != computed


async def recount(store: Store, campaign: str) -> AsyncIterator[Recount]:
    """What was computed so far, after every 500 interviews, and at the end. The memory that it takes does not grow
    with the number of interviews. While candidates are at work, the store may be ahead."""
    computed, interviews, erased = Counter[str](), 0, 0
    async for interview in store.interviews.members(campaign):
        stored = await store.interviews.entries(interview)
        interviews += 1
        erased += any(map(is_erased, stored))
        for name, change in _of(stored):
            computed[name] += change
        if interviews % BATCH == 0:
            yield Recount(interviews, erased, {}, dict(computed))
    counted = await store.interviews.counts(campaign)
    yield Recount(interviews, erased, counted, {name: n for name, n in computed.items() if n})


def _of(stored: Iterable[bytes]) -> Iterable[tuple[str, int]]:
    """One interview's part."""
    state: State | None = None
    for blob in stored:
        entry = unseal(blob)[1]
        first = next((event for event in entry.events if isinstance(event, e.Invited | e.Erased)), None)
        if state is None and isinstance(first, e.Invited):
            state = begin(first)
            yield from created(first.script)
        elif state is None and isinstance(first, e.Erased):
            yield from (("interviews", 1), (f"version:{first.script}", 1), ("phase:erased", 1))
            return
        if state is not None:
            after = apply(None if isinstance(first, e.Invited) else state, entry)
            if after is not None:
                yield from tally(state, after, entry)
            state = after
