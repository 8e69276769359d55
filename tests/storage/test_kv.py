"""The shared counters and windows: what many processes count at once, and that everything expires by itself."""

import asyncio

from storage import keys
from storage.redis.kv import RedisKv
from storage.redis.store import RedisStore
from tests.fakes.kv import MemoryKv


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_all_calls_are_counted_and_the_window_ends_by_itself(redis_store: RedisStore) -> None:
    processes = [RedisKv(redis_store.client) for _ in range(3)]
    numbers = await asyncio.gather(*(each.count("calls", 60) for each in processes for _ in range(10)))
    assert sorted(numbers) == list(range(1, 31))
    assert 50 < await redis_store.client.ttl(keys.kv("calls")) <= 60


async def test_of_many_at_once_so_many_are_admitted(redis_store: RedisStore) -> None:
    for kv in (redis_store.kv, MemoryKv()):
        admitted = await asyncio.gather(*(kv.admit("hall", f"{number}", 5, 60) for number in range(20)))
        assert admitted.count(True) == 5
        assert await kv.admitted("hall") == 5


async def test_who_was_admitted_is_admitted_again_and_counts_once(redis_store: RedisStore) -> None:
    for kv in (redis_store.kv, MemoryKv()):
        admitted = [await kv.admit("hall", name, 2, 60) for name in ("a", "a", "b", "c", "a")]
        assert admitted == [True, True, True, False, True]
        assert await kv.admit("other", "c", 2, 60)


async def test_a_window_is_not_prolonged_by_whoever_is_refused(redis_store: RedisStore) -> None:
    await redis_store.kv.admit("hall", "a", 1, 60)
    await redis_store.client.expire(keys.kv("hall"), 5)
    for name in ("b", "c", "a"):
        await redis_store.kv.admit("hall", name, 1, 60)
    assert await redis_store.client.ttl(keys.kv("hall")) <= 5


async def test_the_window_in_memory_ends_too() -> None:
    time = Time()
    kv = MemoryKv(time)
    assert await kv.admit("hall", "a", 1, 60)
    time.now += 59
    assert not await kv.admit("hall", "b", 1, 60)
    time.now += 1
    assert await kv.admitted("hall") == 0
    assert await kv.admit("hall", "b", 1, 60)
