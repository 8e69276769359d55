"""Copying one store to another in tests, by way of a file as a backup does, and comparing them."""

import io
import re
from collections.abc import Awaitable, Callable
from typing import Any, cast

from storage.backup.kinds import Kind, place_of
from storage.backup.pieces import Record, read, records_of, write
from storage.redis.connection import Client
from storage.redis.copying import StoreCopy
from storage.redis.restoring import Writer
from storage.redis.store import RedisStore

_LINES = re.compile(rb"xm:(search-lines|\{p\d\d\}:f:.*)")
"""What interviews are searched by is written anew after a restore: see `handlers.maintenance.search_lines`."""
Step = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """Do nothing between two steps."""


async def copied(
    store: RedisStore,
    between: Step = nothing,
    late: Step = nothing,
    leaves_out: Callable[[str], bool] | None = None,
) -> list[Record]:
    """Copy a store. `between` is done after the interviews were read, `late` before waiting messages are."""
    copy = StoreCopy(store.client, leaves_out or (lambda _: False))
    file = io.BytesIO()
    async for record in copy.begin():
        write(file, record)
    async for _, interview in copy.interviews():
        for record in records_of(interview.pieces):
            write(file, record)
    await between()
    async for record in copy.others():
        write(file, record)
    await late()
    async for found in copy.waiting():
        for record in records_of(found[1].pieces) if isinstance(found, tuple) else [found]:
            write(file, record)
    file.seek(0)
    records = []
    while (each := read(file)) is not None:
        records.append(each)
    return records


async def restored(client: Client, records: list[Record]) -> None:
    writer = Writer(client, nothing)
    for record in records:
        await writer.write(record)
    await writer.flush()


async def contents(client: Client) -> dict[str, Any]:
    """Return everything in a store that must be the same in a copy, by key."""
    found: dict[str, Any] = {}
    async for key in client.scan_iter(match="xm:*"):
        if place_of(key).kind is not Kind.temporary and not _LINES.fullmatch(key):
            found[key.decode()] = await _content(client, key)
    return found


async def _content(client: Client, key: bytes) -> Any:
    kind = cast(bytes, await client.type(key)).decode()
    match kind:
        case "string":
            return kind, await client.get(key)
        case "hash":
            return kind, await client.hgetall(key)
        case "list":
            return kind, await client.lrange(key, 0, -1)
        case "set":
            return kind, await client.smembers(key)
        case "zset":
            return kind, await client.zrange(key, 0, -1, withscores=True)
        case _:
            return kind, await client.xrange(key), (await client.xinfo_stream(key))["last-generated-id"]
