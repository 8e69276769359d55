"""The queues of jobs, the same in every store. Jobs grow idle only where a test says so."""

import asyncio
from typing import Any, cast

import pytest

from conversation.jobs import FetchMedia
from storage import keys
from storage.ports import Committed, Conflict, Duplicate, Store
from storage.redis.jobs import QUEUES
from storage.redis.store import RedisStore
from tests.storage.commits import commit, names
from tests.storage.queued_jobs import ALWAYS, NOON_MS, fetch, lengths, queue, take_all, taken, transcribe

# queueing by a commit


async def test_the_jobs_of_a_commit_are_in_their_queues_with_it(store: Store) -> None:
    await store.jobs.open()
    jobs = (fetch("a"), transcribe("a", 1), transcribe("a", 2))
    assert await store.interviews.commit(commit("a", 1, jobs=jobs)) == Committed()
    assert await lengths(store) == (1, 2)
    fetches, transcriptions = await take_all(store, "fetch"), await take_all(store, "transcribe")
    assert [entry.job for entry in fetches + transcriptions] == list(jobs)
    for entry in fetches + transcriptions:
        assert entry.partition == keys.partition_of("a")
    assert [entry.queue for entry in fetches + transcriptions] == ["fetch", "transcribe", "transcribe"]


async def test_a_job_that_was_queued_before_anybody_opened_the_queues_is_there(store: Store) -> None:
    assert await store.interviews.commit(commit("a", 1, jobs=(fetch("a"),))) == Committed()
    await store.jobs.open()
    await store.jobs.open()
    assert (await taken(store, "fetch")).job == fetch("a")


async def test_a_commit_that_is_repeated_or_refused_leaves_no_job(store: Store) -> None:
    await queue(store, fetch("a"))
    again = commit("a", 1, jobs=(fetch("a"),))
    assert await store.interviews.commit(again) == Duplicate(1)
    late = commit("a", 1, inbound="another", jobs=(fetch("a", 2), transcribe("a")))
    assert await store.interviews.commit(late) == Conflict()
    assert await lengths(store) == (1, 0)


async def test_of_rival_commits_only_the_one_that_is_made_leaves_its_jobs(store: Store) -> None:
    await store.jobs.open()
    rivals = [commit("a", 1, inbound=f"in-{number}", jobs=(fetch("a", number),)) for number in range(8)]
    answers = await asyncio.gather(*map(store.interviews.commit, rivals))
    assert answers.count(Committed()) == 1
    (entry,) = await take_all(store, "fetch")
    assert entry.job == fetch("a", answers.index(Committed()))


async def test_the_id_says_when_it_was_queued(redis_store: RedisStore) -> None:
    await queue(redis_store, fetch("a"))
    entry = await taken(redis_store, "fetch")
    stream = keys.jobs(entry.partition, "fetch")
    ((found, _),) = cast(list[Any], await redis_store.client.xrange(stream))
    assert found.decode() == entry.id
    assert entry.queued_ms == int(found.split(b"-")[0])


# putting off


async def test_later_is_not_before_its_time_and_once(store: Store) -> None:
    await queue(store, fetch("a"))
    held = await taken(store, "fetch")
    await store.jobs.later(held, fetch("a", attempts=1), NOON_MS)
    assert await lengths(store) == (0, 0)
    assert await store.jobs.reclaim("fetch", "me", ALWAYS) is None
    assert await store.jobs.wake(NOON_MS - 1) == 0
    assert await store.jobs.take("fetch", "me") is None
    assert await store.jobs.wake(NOON_MS) == 1
    assert await store.jobs.wake(NOON_MS) == 0
    again = await taken(store, "fetch")
    assert again.job == fetch("a", attempts=1)
    assert again.partition == held.partition
    assert again.id != held.id
    assert await store.jobs.take("fetch", "me") is None


async def test_later_said_twice_or_by_two_workers_is_once(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe", "slow")
    await store.jobs.reclaim("transcribe", "next", ALWAYS)
    for attempts in (1, 1, 2):
        await store.jobs.later(held, transcribe("a", attempts=attempts), NOON_MS)
    assert await store.jobs.wake(NOON_MS) == 1
    assert (await taken(store, "transcribe")).job == transcribe("a", attempts=1)


async def test_what_is_done_is_not_tried_later(store: Store) -> None:
    await queue(store, transcribe("a"))
    held = await taken(store, "transcribe")
    await store.jobs.done(held)
    await store.jobs.later(held, transcribe("a", attempts=1), NOON_MS)
    assert await store.jobs.wake(2 * NOON_MS) == 0


async def test_a_job_may_go_on_in_the_other_queue(store: Store) -> None:
    await queue(store, fetch("a"))
    await store.jobs.later(await taken(store, "fetch"), transcribe("a"), NOON_MS)
    assert await store.jobs.wake(NOON_MS) == 1
    assert await lengths(store) == (0, 1)


async def test_all_wake_who_are_due_wherever_they_are_and_whoever_wakes_them(store: Store) -> None:
    jobs = [fetch(f"i{number}", attempts=1) for number in range(130)]
    await queue(store, *jobs)
    for number, entry in enumerate(await take_all(store, "fetch")):
        assert isinstance(entry.job, FetchMedia)
        await store.jobs.later(entry, entry.job, NOON_MS + number % 2)
    woken = sum(await asyncio.gather(*(store.jobs.wake(NOON_MS) for _ in range(3))))
    assert woken == 65
    assert await store.jobs.wake(NOON_MS + 1) == 65
    assert {entry.job for entry in await take_all(store, "fetch")} == set(jobs)


async def test_more_than_one_look_can_carry_wake_by_and_by(redis_store: RedisStore) -> None:
    await queue(redis_store, *(fetch("a", voice) for voice in range(1, 151)))
    for entry in await take_all(redis_store, "fetch"):
        assert entry.job is not None
        await redis_store.jobs.later(entry, entry.job, NOON_MS)
    assert [await redis_store.jobs.wake(NOON_MS) for _ in range(3)] == [100, 50, 0]
    assert len(await take_all(redis_store, "fetch")) == 150


# listing


async def test_waiting_is_in_order_of_age_over_all_partitions(store: Store) -> None:
    jobs = [transcribe(names(number * 7 % keys.PARTITIONS, 1)[0], number) for number in range(24)]
    await store.jobs.open()
    for number, job in enumerate(jobs, start=1):
        if isinstance(store, RedisStore):  # give each a distinct time, as many are queued within a millisecond
            stream = keys.jobs(keys.partition_of(job.interview), "transcribe")
            await queue(store, job)
            ((entry_id, fields),) = cast(list[Any], await store.client.xrevrange(stream, count=1))
            await store.client.xdel(stream, entry_id)
            await store.client.xadd(stream, fields, id=f"{int(entry_id.split(b'-')[0]) + number}-{number % 3}")
        else:
            await queue(store, job)
    assert [entry.job for entry in await store.jobs.waiting("transcribe", 100)] == jobs
    assert [entry.job for entry in await store.jobs.waiting("transcribe", 5)] == jobs[:5]
    assert await store.jobs.waiting("fetch", 100) == []


async def test_waiting_says_which_are_in_hand(store: Store) -> None:
    await queue(store, *(transcribe("a", voice) for voice in range(1, 6)))
    first, second, third = [await taken(store, "transcribe", worker) for worker in ("one", "two", "three")]
    await store.jobs.release(second, "two")
    await store.jobs.done(third)
    looked = await store.jobs.waiting("transcribe", 100)
    assert [(entry.job, entry.in_hand) for entry in looked] == [
        (first.job, True),
        (second.job, False),
        (transcribe("a", 4), False),
        (transcribe("a", 5), False),
    ]


async def test_one_can_look_before_there_was_any_worker(store: Store) -> None:
    assert await store.jobs.waiting("fetch", 9) == []
    await store.interviews.commit(commit("a", 1, jobs=(fetch("a"),)))
    (seen,) = await store.jobs.waiting("fetch", 9)
    assert (seen.job, seen.in_hand) == (fetch("a"), False)
    assert await lengths(store) == (1, 0)


async def test_length_counts_what_is_not_done(store: Store) -> None:
    assert await lengths(store) == (0, 0)
    await queue(store, *(transcribe(f"i{number}") for number in range(20)), fetch("i1", 2))
    assert await lengths(store) == (1, 20)
    await store.jobs.done(await taken(store, "transcribe"))
    assert await lengths(store) == (1, 19)


# unreadable jobs


@pytest.mark.parametrize("raw", [b"", b"\xc1", b"\x81\xa4type\xa7unknown"])
async def test_what_cannot_be_read_is_a_job_of_none_with_its_bytes(redis_store: RedisStore, raw: bytes) -> None:
    await redis_store.jobs.open()
    for name in QUEUES:
        await redis_store.client.xadd(keys.jobs(3, name), {"j": raw})
        (seen,) = await redis_store.jobs.waiting(name, 9)
        entry = await taken(redis_store, name)
        assert (entry.job, entry.raw, entry.partition) == (None, raw, 3)
        assert (seen.job, seen.raw) == (None, raw)
        assert await redis_store.jobs.reclaim(name, "next", ALWAYS) == entry
        await redis_store.jobs.done(entry)
    assert await lengths(redis_store) == (0, 0)
