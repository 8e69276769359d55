"""Dumping a Redis, to search it for data that must not be there."""

import re
from typing import Any

from redis.asyncio.cluster import RedisCluster

from storage.codec import unpack_entry, unwrap
from storage.redis.connection import is_cluster
from storage.redis.store import RedisStore


async def all_bytes(store: RedisStore) -> bytes:
    """Return all keys and values, one after another, and each value's dump, which contains what was only marked as
    deleted. Values that are compressed follow once more as they were before that."""
    client: Any = store.client
    found: list[bytes] = []
    await make_readable(store)
    async for key in store.client.scan_iter(count=1000):
        found.append(key)
        value = await _value(store, key)
        _flatten(value, found)
        _flatten(_expanded(key, value), found)
        found.append(await client.dump(key) or b"")
    return b"\n".join(found)


def _expanded(key: bytes, value: Any) -> Any:
    """Return what is compressed in the value of this key."""
    kind = re.match(rb"xm:\{p\d\d\}:(\w):", key)
    match kind and kind[1]:
        case b"l":
            return [unpack_entry(each) for each in value]
        case b"i":
            return unwrap(value).state
        case _:
            return []


async def make_readable(store: RedisStore) -> None:
    """Have dumps contain texts as they are, not compressed."""
    client: Any = store.client
    await client.config_set("rdbcompression", "no", **everywhere(store))


def everywhere(store: RedisStore) -> dict[str, Any]:
    """Return the options with which a command goes to all servers."""
    return {"target_nodes": RedisCluster.ALL_NODES} if is_cluster(store.client) else {}


async def _value(store: RedisStore, key: bytes) -> Any:
    client: Any = store.client
    kind = (await client.type(key)).decode()
    match kind:
        case "string":
            return await client.get(key)
        case "hash":
            return await client.hgetall(key)
        case "list":
            return await client.lrange(key, 0, -1)
        case "set":
            return await client.smembers(key)
        case "zset":
            return await client.zrange(key, 0, -1)
        case "stream":
            return await client.xrange(key)
        case "none":  # deleted since the scan, such as a released lease
            return b""
        case _:
            raise AssertionError(f"a {kind} has to be read, too")


def _flatten(value: Any, into: list[bytes]) -> None:
    if isinstance(value, bytes):
        into.append(value)
    elif isinstance(value, dict):
        _flatten(list(value.items()), into)
    elif isinstance(value, list | tuple | set):
        for each in value:
            _flatten(each, into)
