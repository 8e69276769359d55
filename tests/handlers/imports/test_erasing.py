"""Erased means gone, also for those who were imported: from every key of the store."""

from typing import Any, cast

import pytest

from handlers.console.context import StaffFile
from handlers.maintenance.erase import SETTLED_MS
from storage.redis.store import RedisStore
from tests.handlers.console.desk import Desk

pytestmark = pytest.mark.redis
HISTORY = (
    "Name,Mobile,Interview date,Remarks\nZoe Quill,13800138000,2024-03-05,PLANTED words\nZoe Quill,13800138000,,\n"
)
TRACES = (b"Quill", b"13800138000", b"PLANTED")


async def _everything(store: RedisStore) -> bytes:
    """Return the contents of all keys."""
    client = cast(Any, store.client)
    found: list[object] = []
    async for key in client.scan_iter():
        match (await client.type(key)).decode():
            case "hash":
                found.append(await client.hgetall(key))
            case "stream":
                found.append(await client.xrange(key))
            case "string":
                found.append(await client.get(key))
            case "list":
                found.append(await client.lrange(key, 0, -1))
            case "set":
                found.append(await client.smembers(key))
            case "zset":
                found.append(await client.zrange(key, 0, -1))
        found.append(key)
    return repr(found).encode()


async def test_nothing_is_left_of_somebody_imported(redis_store: RedisStore) -> None:
    desk = Desk(redis_store, "en")
    await desk.claims()
    await desk.says("boss", "/import", file=StaffFile("past.csv", HISTORY.encode()))
    await desk.presses("boss", "Yes, do it")
    await desk.says("boss", "/duplicates")
    await desk.presses("boss", "Same person")
    kept = await _everything(redis_store)
    assert all(trace in kept for trace in TRACES)
    people = [name async for name, _ in redis_store.imports.scan("person")]
    await desk.says("boss", f"/forget {people[0]}")
    await desk.presses("boss", "Yes, do it")
    await desk.erases()
    desk.now += 2 * SETTLED_MS
    await desk.erases()
    await desk.sent()
    left = await _everything(redis_store)
    assert [trace for trace in TRACES if trace in left] == []
