"""Dumping a Redis, to search it for data that must not be there."""

from typing import Any

from storage.redis.store import RedisStore


async def all_bytes(store: RedisStore) -> bytes:
    """Return all keys and values, one after another."""
    found: list[bytes] = []
    async for key in store.client.scan_iter(count=1000):
        found.append(key)
        _flatten(await _value(store, key), found)
    return b"\n".join(found)


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
