"""Erasing writes streams anew: the same for their readers, but without a byte of what is gone."""

import asyncio
from collections.abc import Iterator
from typing import Any, cast

import pytest

from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from storage import keys
from storage.ports import ErasureOrder, OutboxEntry, Store
from storage.redis import server_files
from storage.redis.connection import Client
from storage.redis.jobs import GROUP
from storage.redis.store import RedisStore
from tests.fakes.running import CLUSTER, SINGLE
from tests.fakes.scanning import everywhere, make_readable
from tests.fakes.waiting import until

pytestmark = [pytest.mark.redis, pytest.mark.parametrize("store", [*SINGLE, CLUSTER], indirect=True)]
ADDRESS = Address("web", "local", "x")
PARTITION = keys.partition_of(str(ADDRESS))
STREAM = keys.outbox(PARTITION)
ORDER = ErasureOrder("0123456789abcdef", "cli", "cause")


@pytest.fixture
def redis(store: Store) -> RedisStore:
    assert isinstance(store, RedisStore)
    return store


async def _post(store: RedisStore, *texts: str) -> None:
    for text in texts:
        await store.outbox.post(ADDRESS, text, OutboundMessage(ADDRESS, text), 60)


async def _read(store: RedisStore, count: int, block_ms: int = 1) -> list[OutboxEntry]:
    return await store.outbox.read([PARTITION], count, block_ms)


async def _compact(store: RedisStore) -> None:
    await store.erasures.sweep(ORDER, [ADDRESS], last=True)


async def _shape(store: RedisStore, stream: str) -> list[Any]:
    """Return what readers can see of a stream."""
    client: Any = store.client
    info = await client.xinfo_stream(stream)
    groups = await client.xinfo_groups(stream)
    return [
        await client.xrange(stream),
        info["last-generated-id"],
        [(each["name"], each["pending"], each["last-delivered-id"]) for each in groups],
        [
            (each["message_id"], each["consumer"], each["times_delivered"])
            for group in groups
            for each in await client.xpending_range(stream, group["name"], "-", "+", 100)
        ],
    ]


async def test_readers_keep_what_they_have_in_hand_and_find_what_is_new(redis: RedisStore) -> None:
    await redis.outbox.open(PARTITION)
    await _post(redis, "in hand", "gone", "in hand, too", "new")
    first, gone, third = await _read(redis, 3)
    await redis.outbox.pending(PARTITION, "0", 10)  # a second delivery
    await redis.outbox.done(PARTITION, [gone.id])
    before = await _shape(redis, STREAM)
    await _compact(redis)
    assert await _shape(redis, STREAM) == before
    assert [each.id for each in await redis.outbox.pending(PARTITION, "0", 10)] == [first.id, third.id]
    (new,) = await _read(redis, 10)
    assert new.message == OutboundMessage(ADDRESS, "new")


async def test_deleted_entries_leave_no_byte(redis: RedisStore) -> None:
    await redis.outbox.open(PARTITION)
    await _post(redis, "crossbow", "stays")
    (gone,) = await _read(redis, 1)
    await redis.outbox.done(PARTITION, [gone.id])
    client: Any = redis.client
    await make_readable(redis)
    assert b"crossbow" in await client.dump(STREAM)
    await _compact(redis)
    assert b"crossbow" not in await client.dump(STREAM)
    assert b"stays" in await client.dump(STREAM)


async def test_an_empty_stream_keeps_its_group_and_its_last_id(redis: RedisStore) -> None:
    await redis.outbox.open(PARTITION)
    await _post(redis, "gone")
    (gone,) = await _read(redis, 1)
    await redis.outbox.done(PARTITION, [gone.id])
    before = await _shape(redis, STREAM)
    await _compact(redis)
    assert await _shape(redis, STREAM) == before
    await _post(redis, "later")
    (later,) = await _read(redis, 10)
    assert later.id > gone.id


async def test_a_reader_that_waits_meanwhile_gets_the_next_entry(redis: RedisStore) -> None:
    await redis.outbox.open(PARTITION)
    await _post(redis, "in hand")
    await _read(redis, 1)
    waiting = asyncio.create_task(_read(redis, 10, 5_000))
    await until(lambda: _blocked(redis), "the reader does not wait")
    await _compact(redis)
    await _post(redis, "new")
    (new,) = await waiting
    assert new.message == OutboundMessage(ADDRESS, "new")


async def _blocked(store: RedisStore) -> bool:
    client: Any = store.client
    answer = await client.info("clients", **everywhere(store))
    nodes = answer.values() if any(isinstance(each, dict) for each in answer.values()) else [answer]
    return any(int(each["blocked_clients"]) for each in nodes)


async def test_workers_keep_their_jobs(redis: RedisStore) -> None:
    await redis.jobs.open()
    stream = keys.jobs(PARTITION, "fetch")
    client: Any = redis.client
    for text in ("in hand", "new"):
        await client.xadd(stream, {"j": text})
    await client.xreadgroup(GROUP, "worker", {stream: ">"}, count=1)
    before = await _shape(redis, stream)
    await _compact(redis)
    assert await _shape(redis, stream) == before


async def test_a_mailbox_keeps_its_numbers_and_its_life(redis: RedisStore) -> None:
    for number in range(3):
        await redis.mailboxes.append(ADDRESS, str(number), f"{ORDER.interview if number == 1 else ''}".encode())
    await _compact(redis)
    assert [each.seq for each in await redis.mailboxes.read(ADDRESS, 0, 10)] == [1, 3]
    client: Any = redis.client
    assert await client.ttl(keys.mailbox(ADDRESS)) > 0
    assert await redis.mailboxes.append(ADDRESS, "4", b"next") == 4


async def test_files_are_written_anew_even_if_a_rewrite_was_running(redis: RedisStore) -> None:
    """The one that was running began before the deletion, so it does not count."""
    answers: Iterator[dict[str, Any]] = iter(
        [
            {"aof_rewrite_in_progress": 1},
            {"aof_rewrite_in_progress": 0},
            {"aof_rewrite_in_progress": 1},
            {"aof_last_bgrewrite_status": "err"},
            {"aof_rewrite_scheduled": 1},
            {},
        ]
    )
    asked: list[str] = []

    class Server:
        async def execute_command(self, *command: str) -> Any:
            if command == ("INFO",):
                return {"run_id": "r", "aof_enabled": 1, "aof_last_bgrewrite_status": "ok", **next(answers)}
            if command[0] == "CONFIG GET":
                return {"save": ""}
            asked.append(command[0])
            return None

    requested, steps = "", list[tuple[bool, int]]()
    while not steps or not steps[-1][0]:
        done, requested = await server_files.rewrite(cast(Client, Server()), requested)
        steps.append((done, len(asked)))
    assert steps == [(False, 0), (False, 1), (False, 1), (False, 2), (False, 2), (True, 2)]
