"""Who gets a place when there are no more, and who has to leave."""

import asyncio
from contextlib import ExitStack

import pytest

from bot.web.quotas import EvictingQuota, Quota
from tests.fakes.virtual_time import virtual_time


def test_places_are_limited_in_all_and_for_each() -> None:
    quota = Quota(most=3, most_each=2)
    with ExitStack() as one:
        assert one.enter_context(quota.place("a"))
        with ExitStack() as other:
            assert other.enter_context(quota.place("a"))
            assert not other.enter_context(quota.place("a"))
            assert other.enter_context(quota.place("b"))
            assert not other.enter_context(quota.place("c"))
        assert one.enter_context(quota.place("a"))
        assert one.enter_context(quota.place("c"))
        assert not one.enter_context(quota.place("c"))


class Guests:
    """Members that stay until they have to leave."""

    def __init__(self, quota: EvictingQuota) -> None:
        self._quota = quota
        self.left: list[str] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def come(self, group: str, name: str) -> None:
        self._tasks.append(asyncio.create_task(self._stay(group, name)))
        for _ in range(10):
            await asyncio.sleep(0)

    async def _stay(self, group: str, name: str) -> None:
        async with self._quota.place(group) as stay:
            await asyncio.Event().wait()
        assert stay.expired()
        self.left.append(name)

    async def go(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@virtual_time
async def test_the_oldest_of_a_full_group_has_to_leave() -> None:
    guests = Guests(EvictingQuota(most=100, most_each=2))
    await guests.come("b", "other")
    for number in range(5):
        await guests.come("a", f"{number}")
    assert guests.left == ["0", "1", "2"]
    await guests.go()


@virtual_time
async def test_where_all_is_full_the_oldest_of_the_largest_group_has_to_leave() -> None:
    guests = Guests(EvictingQuota(most=5, most_each=4))
    await guests.come("b", "other")
    for number in range(4):
        await guests.come("a", f"{number}")
    await guests.come("c", "another")
    await guests.come("d", "one more")
    assert guests.left == ["0", "1"]
    await guests.go()


@virtual_time
async def test_a_timeout_within_a_place_is_not_mistaken_for_having_to_leave() -> None:
    quota = EvictingQuota(most=1, most_each=1)
    with pytest.raises(TimeoutError):
        async with quota.place("a"), asyncio.timeout(1):
            await asyncio.Event().wait()
    async with quota.place("a"):
        pass
