"""Leases: one owner at a time, who keeps the lease by renewing it and loses it by dying or releasing it."""

import asyncio

from storage import keys
from storage.memory.store import MemoryStore
from storage.redis.store import RedisStore
from tests.fakes.waiting import until

LONG, SHORT = 60_000, 60
LeaseStore = MemoryStore | RedisStore


async def test_a_lease_has_one_owner(store: LeaseStore) -> None:
    first, second = store.leases("delivery", "first", LONG), store.leases("delivery", "second", LONG)
    assert await first.take(3)
    assert not await second.take(3)
    assert await second.take(4)
    assert not await first.take(4)


async def test_of_many_who_want_a_lease_one_gets_it(store: LeaseStore) -> None:
    rivals = [store.leases("delivery", f"owner{number}", LONG) for number in range(20)]
    got = await asyncio.gather(*(rival.take(3) for rival in rivals))
    assert got.count(True) == 1
    assert await rivals[got.index(True)].renew(3)


async def test_roles_do_not_compete(store: LeaseStore) -> None:
    assert await store.leases("delivery", "first", LONG).take(3)
    assert await store.leases("timers", "second", LONG).take(3)


async def test_only_the_owner_renews_and_releases(store: LeaseStore) -> None:
    first, second = store.leases("delivery", "first", LONG), store.leases("delivery", "second", LONG)
    assert not await first.renew(3)
    await first.take(3)
    assert not await second.renew(3)
    await second.release(3)
    assert await first.renew(3)
    await first.release(3)
    assert not await first.renew(3)
    assert await second.take(3)
    await first.release(3)
    assert await second.renew(3)


async def test_a_lease_that_is_not_renewed_ends(store: LeaseStore) -> None:
    dead, successor = store.leases("delivery", "dead", SHORT), store.leases("delivery", "next", LONG)
    assert await dead.take(3)
    await until(lambda: successor.take(3), "the lease's end")
    assert not await dead.renew(3)
    assert await successor.renew(3)


async def test_renewing_gives_a_whole_life_again(redis_store: RedisStore) -> None:
    lease = redis_store.leases("delivery", "first", LONG)
    await lease.take(3)
    key = keys.lease(3, "delivery")
    await redis_store.client.pexpire(key, 1_000)
    assert await lease.renew(3)
    assert LONG - 5_000 < await redis_store.client.pttl(key) <= LONG


async def test_processes_share_fairly(store: LeaseStore) -> None:
    first, second, third = (store.leases("delivery", name, LONG) for name in ("a", "b", "c"))
    assert await first.fair_share(1_000) == keys.PARTITIONS
    assert await second.fair_share(2_000) == 8
    assert await third.fair_share(3_000) == 6
    assert await first.fair_share(4_000) == 6
    assert await store.leases("timers", "a", LONG).fair_share(4_000) == keys.PARTITIONS


async def test_who_leaves_or_is_silent_no_longer_counts(store: LeaseStore) -> None:
    first, second, third = (store.leases("delivery", name, LONG) for name in ("a", "b", "c"))
    for lease in (first, second, third):
        await lease.fair_share(1_000)
    await third.leave()
    assert await first.fair_share(2_000) == 8
    assert await first.fair_share(1_000 + 3 * LONG + 1) == keys.PARTITIONS


async def test_the_shares_of_any_number_of_processes_cover_all_partitions(store: LeaseStore) -> None:
    for number in range(1, 40):
        share = await store.leases("delivery", f"p{number}", LONG).fair_share(1_000)
        assert share >= 1
        assert share * number >= keys.PARTITIONS
        assert (share - 1) * number < keys.PARTITIONS
