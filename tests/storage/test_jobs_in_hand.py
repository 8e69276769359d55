"""Jobs in hand, the same in every store: each is one worker's, until it is done, released or taken over."""

import asyncio
import itertools

import pytest

from storage import keys
from storage.memory.store import MemoryStore
from storage.ports import JobEntry, Store
from storage.redis.jobs import GROUP
from storage.redis.store import RedisStore
from tests.storage.commits import names
from tests.storage.queued_jobs import ALWAYS, NEVER, lengths, queue, take_all, taken, transcribe

# taking


async def test_no_two_workers_get_the_same_job(store: Store) -> None:
    jobs = [transcribe(f"i{number}") for number in range(40)]
    await queue(store, *jobs)
    halves = await asyncio.gather(take_all(store, "transcribe", "one"), take_all(store, "transcribe", "two"))
    found = [entry.job for half in halves for entry in half]
    assert len(found) == 40
    assert set(found) == set(jobs)
    assert await store.jobs.length("transcribe") == 40


async def test_in_a_partition_the_oldest_comes_first(store: Store) -> None:
    jobs = [transcribe("a", voice) for voice in range(1, 13)]
    await queue(store, *jobs)
    assert [entry.job for entry in await take_all(store, "transcribe")] == jobs


@pytest.mark.parametrize("odd", [0, 1])
async def test_partitions_take_turns(redis_store: RedisStore, odd: int) -> None:
    """A partition with many jobs doesn't hold up the others, even if another queue is asked in between."""
    crowded = [names(partition, 1)[0] for partition in range(1 - odd, keys.PARTITIONS, 2)]
    (lonely,) = names(4 + odd, 1)
    await queue(redis_store, *(transcribe(name, voice) for name in crowded for voice in range(1, 7)))
    await queue(redis_store, transcribe(lonely))
    for number in itertools.count(1):
        assert await redis_store.jobs.take("fetch", "me") is None
        if (await taken(redis_store, "transcribe")).job == transcribe(lonely):
            break
        assert number < keys.PARTITIONS


# keeping, releasing and taking over


async def test_a_job_in_hand_is_its_workers_until_it_is_silent(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "dead")
    assert await store.jobs.take("transcribe", "next") is None
    assert await store.jobs.reclaim("transcribe", "next", NEVER) is None
    assert await store.jobs.reclaim("transcribe", "next", ALWAYS) == held
    assert await store.jobs.reclaim("fetch", "next", ALWAYS) is None
    assert await store.jobs.length("transcribe") == 1


async def silent_for(store: Store, entry: JobEntry, worker: str, idle_ms: int) -> None:
    """Make a job in hand look untouched by its worker for `idle_ms`."""
    if isinstance(store, MemoryStore):
        began = store.jobs.now()
        store.jobs.now = lambda: began + idle_ms
    else:
        assert isinstance(store, RedisStore)
        stream = keys.jobs(entry.partition, entry.queue)
        await store.client.xclaim(stream, GROUP, worker, 0, [entry.id], idle=idle_ms)


async def test_a_job_is_taken_over_after_its_time_and_not_before(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "dead")
    await silent_for(store, held, "dead", 600_000)
    assert await store.jobs.reclaim("transcribe", "next", 1_200_000) is None
    assert await store.jobs.reclaim("transcribe", "next", 600_000) == held
    assert await store.jobs.reclaim("transcribe", "third", 600_000) is None


async def test_who_keeps_a_job_does_not_lose_it(store: Store) -> None:
    await queue(store, transcribe("a"), transcribe("b"))
    held = await take_all(store, "transcribe", "slow")
    for entry in held:
        await silent_for(store, entry, "slow", 600_000)
    await store.jobs.keep(held, "slow")
    assert await store.jobs.reclaim("transcribe", "next", 300_000) is None
    await store.jobs.keep([], "slow")


async def test_who_has_lost_a_job_can_neither_keep_nor_release_it(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "slow")
    assert await store.jobs.reclaim("transcribe", "next", ALWAYS) == held
    await store.jobs.release(held, "slow")
    assert await store.jobs.reclaim("transcribe", "third", NEVER) is None
    await silent_for(store, held, "next", 600_000)
    await store.jobs.keep([held], "slow")
    assert await store.jobs.reclaim("transcribe", "third", 600_000) == held


async def test_a_released_job_is_the_next_workers_at_once(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "stopping")
    await store.jobs.release(held, "stopping")
    assert await store.jobs.reclaim("transcribe", "next", NEVER) == held
    assert await store.jobs.reclaim("transcribe", "third", NEVER) is None


async def test_a_released_job_is_found_behind_any_number_in_hand(store: Store) -> None:
    await queue(store, *(transcribe("a", voice) for voice in range(1, 41)))
    held = await take_all(store, "transcribe", "busy")
    await store.jobs.release(held[-1], "busy")
    assert await store.jobs.reclaim("transcribe", "next", NEVER) == held[-1]


async def test_nothing_of_a_job_that_is_done_comes_back(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "me")
    await store.jobs.done(held)
    await store.jobs.done(held)
    await store.jobs.keep([held], "me")
    await store.jobs.release(held, "me")
    assert await store.jobs.reclaim("transcribe", "next", ALWAYS) is None
    assert await store.jobs.take("transcribe", "next") is None
    assert await lengths(store) == (0, 0)


async def test_who_has_lost_a_job_may_still_have_done_it(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "slow")
    await store.jobs.reclaim("transcribe", "next", ALWAYS)
    await store.jobs.done(held)
    assert await store.jobs.reclaim("transcribe", "third", ALWAYS) is None
    assert await store.jobs.length("transcribe") == 0
