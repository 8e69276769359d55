"""Watching many mailboxes: over one connection of the process, which is taken up again when it is lost."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from conversation.inbound import Address
from storage.redis.store import RedisStore
from tests.fakes.running import SINGLE, RunningServers
from tests.fakes.waiting import until

pytestmark = pytest.mark.redis


def box(number: int) -> Address:
    return Address("web", "local", f"{number}")


@pytest.fixture
def url(servers: RunningServers) -> str:
    return servers.empty(SINGLE[0])


@pytest.fixture
async def store(url: str) -> AsyncIterator[RedisStore]:
    """A store that leaves no task behind."""
    before = asyncio.all_tasks()
    store = RedisStore.at(url)
    yield store
    assert asyncio.all_tasks() - before <= {asyncio.current_task()}
    await store.close()


@pytest.fixture
async def admin(url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(url, decode_responses=True)
    yield client
    await client.aclose()


async def connections(admin: Redis) -> list[str]:
    """Return the ids of the connections for subscriptions."""
    return [each["id"] for each in await admin.client_list(_type="pubsub")]


async def test_500_watchers_share_one_connection_and_each_hears_its_own_news(
    store: RedisStore, admin: Redis
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        watches = [await stack.enter_async_context(store.mailboxes.watch(box(n))) for n in range(500)]
        assert len(await connections(admin)) == 1
        for number in (0, 7, 499):
            await store.mailboxes.append(box(number), "item", b"")
            assert await watches[number].news(20)
        assert not await watches[8].news(0)

    async def closed() -> bool:
        return not await connections(admin)

    await until(closed, "the connection is closed with the last watcher")


async def test_watchers_of_one_mailbox_share_its_channel(store: RedisStore, admin: Redis) -> None:
    async with store.mailboxes.watch(box(1)) as one:
        async with store.mailboxes.watch(box(1)) as other:
            assert len(await admin.pubsub_channels()) == 1
            await store.mailboxes.append(box(1), "first", b"")
            assert await one.news(20)
            assert await other.news(20)
        await store.mailboxes.append(box(1), "second", b"")
        assert await one.news(20)


async def test_a_channel_that_nobody_watches_is_given_up(store: RedisStore, admin: Redis) -> None:
    async with store.mailboxes.watch(box(1)):
        async with store.mailboxes.watch(box(2)):
            assert len(await admin.pubsub_channels()) == 2

        async def one_left() -> bool:
            return len(await admin.pubsub_channels()) == 1

        await until(one_left, "the channel is given up")


async def test_a_lost_connection_is_taken_up_again_and_every_watcher_is_woken(
    store: RedisStore, admin: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.subscriptions._AGAIN_S", 0)
    async with contextlib.AsyncExitStack() as stack:
        watches = [await stack.enter_async_context(store.mailboxes.watch(box(n))) for n in range(20)]
        for number in range(3):
            await admin.client_kill_filter(_type="pubsub")
            for watch in watches:
                assert await watch.news(20), "they may have missed something"
            await store.mailboxes.append(box(5), f"after {number}", b"")
            assert await watches[5].news(20)
        assert len(await connections(admin)) == 1


async def test_a_quiet_connection_that_does_not_answer_is_replaced(
    store: RedisStore, admin: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.redis.subscriptions._AGAIN_S", 0)
    monkeypatch.setattr("storage.redis.subscriptions._QUIET_S", 0)
    async with store.mailboxes.watch(box(1)) as watch:
        before = await connections(admin)
        monkeypatch.setattr("storage.redis.subscriptions.TIMEOUT_S", 0)

        async def replaced() -> bool:
            return bool(set(await connections(admin)) - set(before))

        await until(replaced, "another connection")
        monkeypatch.setattr("storage.redis.subscriptions.TIMEOUT_S", 10)
        await store.mailboxes.append(box(1), "item", b"")
        assert await watch.news(20)


async def test_visitors_who_leave_while_they_enter_disturb_nobody(store: RedisStore, admin: Redis) -> None:
    async def enter(number: int) -> None:
        async with store.mailboxes.watch(box(number)):
            await asyncio.Event().wait()

    async with store.mailboxes.watch(box(0)) as watch:
        known = await connections(admin)
        for moments in range(12):
            leaving = [asyncio.create_task(enter(number)) for number in range(1, 30)]
            for _ in range(moments):
                await asyncio.sleep(0)
            for task in leaving:
                task.cancel()
            await asyncio.gather(*leaving, return_exceptions=True)
        assert await connections(admin) == known
        assert not await watch.news(0)
        await store.mailboxes.append(box(0), "item", b"")
        assert await watch.news(20)


async def test_who_comes_back_at_once_is_told_of_news(store: RedisStore) -> None:
    async with store.mailboxes.watch(box(0)):
        for number in range(50):
            async with store.mailboxes.watch(box(1)) as watch:
                await store.mailboxes.append(box(1), f"item {number}", b"")
                assert await watch.news(20)
