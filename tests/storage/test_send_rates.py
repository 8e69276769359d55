"""Send rates: one budget for each account, shared by all processes."""

import pytest

from storage.redis.send_rates import RedisSendRates
from storage.redis.store import RedisStore

ACCOUNT = "telegram:700001"


@pytest.fixture
def processes(redis_store: RedisStore) -> list[RedisSendRates]:
    return [RedisSendRates(redis_store.client) for _ in range(3)]


async def test_all_processes_together_keep_to_one_budget(processes: list[RedisSendRates]) -> None:
    waits = [(await each.reserve(ACCOUNT, 0.1)).wait_s for _ in range(4) for each in processes]
    assert waits[0] == 0
    # Each waits ten seconds longer than the one before, minus the time passed meanwhile.
    assert all(10 * (number - 1) < wait <= 10 * number for number, wait in enumerate(waits[1:], start=1))


async def test_a_seconds_worth_may_go_at_once(processes: list[RedisSendRates]) -> None:
    first, second, _ = processes
    waits = [(await each.reserve(ACCOUNT, 4)).wait_s for each in (first, second, first, second)]
    assert waits == [0, 0, 0, 0]


async def test_accounts_have_budgets_of_their_own(processes: list[RedisSendRates]) -> None:
    for account in ("telegram:1", "telegram:2", "wechat:1"):
        assert (await processes[0].reserve(account, 0.1)).wait_s == 0


async def test_a_complaint_is_heeded_by_all_for_a_while(processes: list[RedisSendRates]) -> None:
    first, second, _ = processes
    assert (await second.reserve(ACCOUNT, 30)).slow_s == 0
    await first.complain(ACCOUNT, 60)
    assert 50 < (await second.reserve(ACCOUNT, 30)).slow_s <= 60
    assert (await second.reserve("telegram:2", 30)).slow_s == 0


async def test_nothing_is_left_behind(redis_store: RedisStore, processes: list[RedisSendRates]) -> None:
    await processes[0].reserve(ACCOUNT, 30)
    found = [key async for key in redis_store.client.scan_iter("xm:rate:*")]
    assert len(found) == 1
    assert 0 < await redis_store.client.pttl(found[0]) < 1000
