"""Mailboxes: conversations that no platform stores for us. The same in every store."""

import asyncio

from conversation.inbound import Address
from storage import keys
from storage.ports import Item, Store
from storage.redis.mailboxes import KEPT_ITEMS
from storage.redis.store import RedisStore

ME = Address("web", "local", "me")
YOU = Address("web", "local", "you")


async def test_items_are_numbered_and_read_in_order(store: Store) -> None:
    assert await store.mailboxes.read(ME, 0, 10) == []
    for number in range(1, 6):
        assert await store.mailboxes.append(ME, f"item{number}", f"payload {number}".encode()) == number
    items = [Item(number, f"payload {number}".encode()) for number in range(1, 6)]
    assert await store.mailboxes.read(ME, 0, 10) == items
    assert await store.mailboxes.read(ME, 0, 2) == items[:2]
    assert await store.mailboxes.read(ME, 3, 10) == items[3:]
    assert await store.mailboxes.read(ME, 5, 10) == []
    assert await store.mailboxes.read(ME, 99, 10) == []


async def test_an_item_is_kept_once(store: Store) -> None:
    assert await store.mailboxes.append(ME, "same", b"first") == 1
    assert await store.mailboxes.append(ME, "other", b"other") == 2
    assert await store.mailboxes.append(ME, "same", b"second") == 1
    assert await store.mailboxes.read(ME, 0, 10) == [Item(1, b"first"), Item(2, b"other")]


async def test_an_item_may_have_any_name_and_payload(store: Store) -> None:
    for number, name in enumerate(["#", "0", "-1", "项目", "a b"], start=1):
        assert await store.mailboxes.append(ME, name, bytes(range(256))) == number
    assert await store.mailboxes.read(ME, 4, 10) == [Item(5, bytes(range(256)))]


async def test_mailboxes_are_apart(store: Store) -> None:
    await store.mailboxes.append(ME, "same", b"mine")
    assert await store.mailboxes.append(YOU, "same", b"yours") == 1
    assert await store.mailboxes.read(ME, 0, 10) == [Item(1, b"mine")]
    assert await store.mailboxes.read(YOU, 0, 10) == [Item(1, b"yours")]


async def test_of_many_deliveries_of_one_item_one_is_kept(store: Store) -> None:
    numbers = await asyncio.gather(*(store.mailboxes.append(ME, "same", b"once") for _ in range(10)))
    assert numbers == [1] * 10
    assert await store.mailboxes.read(ME, 0, 100) == [Item(1, b"once")]


async def test_no_number_is_given_twice(store: Store) -> None:
    numbers = await asyncio.gather(*(store.mailboxes.append(ME, f"{n}", b"") for n in range(20)))
    assert sorted(numbers) == list(range(1, 21))


# Redis only


async def test_who_watches_hears_of_news(redis_url: str) -> None:
    watcher, writer = RedisStore.at(redis_url), RedisStore.at(redis_url)
    async with asyncio.timeout(20), watcher.mailboxes.watch(ME) as watch:
        await writer.mailboxes.append(YOU, "not for me", b"")
        await writer.mailboxes.append(ME, "for me", b"")
        while not await watch.news(1):
            pass
        assert not await watch.news(0.05)
        await writer.mailboxes.append(ME, "for me", b"")  # appended before: no news
        assert not await watch.news(0.05)
        await writer.mailboxes.append(ME, "more", b"")
        while not await watch.news(1):
            pass
    await watcher.close()
    await writer.close()


async def test_many_may_watch_and_the_store_still_answers(redis_store: RedisStore) -> None:
    async def look(number: int) -> None:
        async with redis_store.mailboxes.watch(Address("web", "local", f"{number}")) as watch:
            ready.release()
            while not await watch.news(5):
                pass

    ready = asyncio.Semaphore(0)
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        for number in range(100):
            group.create_task(look(number))
        for _ in range(100):
            await ready.acquire()
        for number in range(100):
            await redis_store.mailboxes.append(Address("web", "local", f"{number}"), "item", b"")


async def test_of_old_items_nothing_is_kept(redis_store: RedisStore) -> None:
    many = KEPT_ITEMS + 150
    for begin in range(1, many + 1, 50):
        await asyncio.gather(
            *(redis_store.mailboxes.append(ME, f"item{n}", b"") for n in range(begin, min(begin + 50, many + 1)))
        )
    assert await redis_store.client.zcard(keys.mailbox_ids(ME)) == KEPT_ITEMS
    assert len(await redis_store.mailboxes.read(ME, 0, 2 * many)) < many
    assert await redis_store.mailboxes.append(ME, f"item{many}", b"again") == many
    assert await redis_store.mailboxes.append(ME, "next", b"") == many + 1


async def test_who_watches_takes_no_connection_from_the_calls(redis_url: str) -> None:
    store = RedisStore.at(redis_url, connections=1)
    async with asyncio.timeout(20), store.mailboxes.watch(ME) as mine, store.mailboxes.watch(YOU) as yours:
        assert await store.mailboxes.append(ME, "item", b"") == 1
        while not await mine.news(1):
            pass
        assert not await yours.news(0.05)
    await store.close()
