"""Leases of partitions: never two processes on one, all shared out, and none left for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.runtime.partition_leases import Holder
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from tests.fakes.posts import LeaseBook, Leases
from tests.fakes.virtual_time import now_ms, virtual_time


class Worker:
    def __init__(self, book: LeaseBook, name: str) -> None:
        self.leases = Leases(book, name)
        self.holder = Holder(self.leases, "delivery", now_ms)
        self.taken_over: list[int] = []
        self.busy: set[int] = set()
        self.failing = 0
        self.slow_s = 0.0
        self.task = asyncio.create_task(
            self.holder.run(self._take_over, lambda partition: partition not in self.busy)
        )

    async def _take_over(self, partition: int) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreUnavailable("away")
        await asyncio.sleep(self.slow_s)
        self.taken_over.append(partition)

    async def leave(self) -> None:
        self.holder.settle()
        self.holder.stop()
        await self.task
        await self.holder.release_all()


@asynccontextmanager
async def workers(*names: str) -> AsyncIterator[list[Worker]]:
    book = LeaseBook()
    made = [Worker(book, name) for name in names]
    try:
        yield made
    finally:
        for worker in made:
            worker.task.cancel()
        await asyncio.wait({worker.task for worker in made})


def nobody_shares(all_: list[Worker]) -> bool:
    held = [partition for worker in all_ for partition in worker.holder.held()]
    return len(held) == len(set(held))


@virtual_time
async def test_one_alone_has_all_and_each_is_taken_over_before_it_is_ready() -> None:
    async with workers("a") as (only,):
        only.slow_s = 0.1
        while len(only.holder.held()) < PARTITIONS:
            assert set(only.holder.held()) <= set(only.taken_over)
            await asyncio.sleep(0.01)
        assert sorted(only.taken_over) == list(range(PARTITIONS))
        assert only.holder.settled


@virtual_time
async def test_all_are_shared_fairly_and_at_every_moment_by_nobody_twice() -> None:
    async with workers("a", "b", "c") as all_:
        for _ in range(3000):
            assert nobody_shares(all_)
            await asyncio.sleep(0.01)
        sizes = sorted(len(worker.holder.held()) for worker in all_)
        assert sum(sizes) == PARTITIONS
        assert sizes[-1] <= -(-PARTITIONS // 3)


@virtual_time
async def test_who_leaves_is_followed_at_once() -> None:
    async with workers("a", "b") as (first, second):
        await asyncio.sleep(15)
        await first.leave()
        await asyncio.sleep(3)
        assert second.holder.held() == list(range(PARTITIONS))


@virtual_time
async def test_who_dies_is_followed_after_the_expiry() -> None:
    async with workers("a", "b") as (first, second):
        await asyncio.sleep(15)
        first.task.cancel()
        await asyncio.sleep(5)
        assert len(second.holder.held()) == 8
        await asyncio.sleep(15)
        assert second.holder.held() == list(range(PARTITIONS))


@virtual_time
async def test_a_lease_that_cannot_be_renewed_is_lost_before_it_expires() -> None:
    async with workers("a", "b") as (first, second):
        await asyncio.sleep(15)
        mine = first.holder.held()
        first.leases.away = True
        for _ in range(3000):
            assert nobody_shares([first, second])
            await asyncio.sleep(0.01)
        assert mine
        assert first.holder.held() == []
        assert second.holder.held() == list(range(PARTITIONS))
        first.leases.away = False
        for _ in range(3000):
            assert nobody_shares([first, second])
            await asyncio.sleep(0.01)
        assert len(first.holder.held()) == 8


@virtual_time
async def test_each_taking_is_a_new_term() -> None:
    async with workers("a") as (only,):
        await asyncio.sleep(1)
        before = only.holder.term(3)
        only.leases.away = True
        await asyncio.sleep(30)
        only.leases.away = False
        await asyncio.sleep(5)
        assert only.holder.ready(3)
        assert only.holder.term(3) == before + 1


@virtual_time
async def test_a_partition_on_which_something_is_on_its_way_is_not_given_away_yet() -> None:
    async with workers("a") as (first,):
        await asyncio.sleep(1)
        first.busy = set(range(PARTITIONS))
        second = Worker(first.leases.book, "b")
        await asyncio.sleep(30)
        assert second.holder.held() == []
        assert len(first.holder.held()) == 8, "nothing new is begun on what is leaving"
        first.busy = set()
        await asyncio.sleep(5)
        assert len(second.holder.held()) == 8
        second.task.cancel()
        await asyncio.wait({second.task})


@virtual_time
async def test_a_takeover_that_fails_is_tried_again() -> None:
    async with workers("a") as (only,):
        only.failing = 20
        await asyncio.sleep(20)
        assert only.holder.held() == list(range(PARTITIONS))


@virtual_time
async def test_leases_are_renewed_while_a_takeover_lasts() -> None:
    async with workers("a", "b") as (first, second):
        first.slow_s = 25  # longer than a lease lives
        for _ in range(10_000):
            assert nobody_shares([first, second])
            await asyncio.sleep(0.05)
        assert len(first.holder.held()) == len(second.holder.held()) == 8
        assert max(first.taken_over.count(partition) for partition in first.taken_over) == 1
