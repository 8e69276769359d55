"""Reading the interviews of campaigns in batches, used by everything that scans all of them."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import NamedTuple

from conversation.state import State
from storage.ports import Store

BATCH = 200
MOST_READ = 10_000
"""How many interviews `members` reads at most."""


class Members(NamedTuple):
    """The interviews found. `complete` is False if there were more interviews than `members` reads."""

    states: list[State]
    complete: bool


async def batches(store: Store, campaigns: Iterable[str]) -> AsyncIterator[list[State]]:
    """Yield the states of all interviews of these campaigns, up to BATCH at a time."""
    for campaign in campaigns:
        names: list[str] = []
        async for interview in store.interviews.members(campaign):
            names.append(interview)
            if len(names) == BATCH:
                yield await _loaded(store, names)
                names = []
        if names:
            yield await _loaded(store, names)


async def members(store: Store, campaigns: Iterable[str], wanted: Callable[[State], bool]) -> Members:
    """Return the interviews of these campaigns for which `wanted` is true, reading at most MOST_READ."""
    found: list[State] = []
    room = MOST_READ
    async for states in batches(store, campaigns):
        found += filter(wanted, states[:room])
        if len(states) > room:
            return Members(found, False)
        room -= len(states)
    return Members(found, True)


async def _loaded(store: Store, interviews: list[str]) -> list[State]:
    return [record.state for record in await store.interviews.load_many(interviews)]
