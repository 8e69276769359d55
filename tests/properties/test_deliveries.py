"""However often, late, or to whichever process an event is delivered, it is handled exactly once."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversation import inbound as i
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.fakes.running import CLUSTER, SINGLE, RunningServers
from tests.fakes.scene import Scene
from tests.properties.deliveries import SEQUENCES, at_two_processes, causes, in_any_order, one_by_one, told

_AGAIN = st.lists(st.integers(0, 99), min_size=1, max_size=5)
_ORDERS = st.lists(st.tuples(st.integers(0, 99), st.integers(0, 1)), max_size=40)


async def same_record(one: Store, other: Store, whats: list[i.What], again: list[int]) -> None:
    plain = await one_by_one(one, whats)
    entries = await at_two_processes(other, whats, again)
    assert told(entries) == told(plain)
    assert await messages(one) == await messages(other)


async def messages(store: Store) -> int:
    """Return the number of messages waiting to be sent."""
    return len(await Scene(store).sent())


async def once_each(store: Store, whats: list[i.What], order: list[tuple[int, int]]) -> None:
    rehearsal = await in_any_order(store, whats, order)
    entries = await rehearsal.scene.entries(rehearsal.interview)
    came = causes(entries)
    assert set(came.values()) == {1}
    assert {inbound.id for inbound in rehearsal.inbounds} <= set(came)
    assert len(entries) == len(rehearsal.inbounds) + 2  # for the invitation and its opening


@given(whats=SEQUENCES, again=_AGAIN)
@settings(max_examples=60)
def test_duplicates_change_nothing(whats: list[i.What], again: list[int]) -> None:
    asyncio.run(same_record(MemoryStore(), MemoryStore(), whats, again))


@given(whats=SEQUENCES, order=_ORDERS)
@settings(max_examples=100)
def test_every_event_is_in_the_record_once_in_whatever_order_it_comes(
    whats: list[i.What], order: list[tuple[int, int]]
) -> None:
    asyncio.run(once_each(MemoryStore(), whats, order))


@pytest.mark.redis
@pytest.mark.parametrize("label", [SINGLE[0], pytest.param(CLUSTER, marks=pytest.mark.cluster)])
def test_so_it_is_on_redis(servers: RunningServers, label: str) -> None:
    async def both(whats: list[i.What], again: list[int], order: list[tuple[int, int]]) -> None:
        store = RedisStore.at(servers.empty(label))
        await same_record(MemoryStore(), store, whats, again)
        await store.close()
        store = RedisStore.at(servers.empty(label))
        await once_each(store, whats, order)
        await store.close()

    @given(whats=SEQUENCES, again=_AGAIN, order=_ORDERS)
    @settings(max_examples=5, database=None)
    def examples(whats: list[i.What], again: list[int], order: list[tuple[int, int]]) -> None:
        asyncio.run(both(whats, again, order))

    examples()
