"""Writing a backup into an empty store. Until all of it is there, no other process starts on that store."""

from collections.abc import Awaitable, Callable, Sequence
from importlib.resources import files
from typing import Any

from storage import keys
from storage.backup.kinds import Kind, place_of
from storage.backup.pieces import Piece, Record
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript

LEASE = "restoring"
"""The role of the process that restores, for its lease of partition 0."""
_PAGE = 2_000
_BATCH_BYTES = 4 * 1024 * 1024
_BATCH_RECORDS = 256
_ADDS_UP = frozenset({"set", "zset", "hash"})
"""Types for which it does not matter in which order pieces are added."""


async def is_partial(client: Client) -> bool:
    """Return whether a restore into this store has begun and not finished."""
    return bool(await client.hget(keys.CONFIG, keys.RESTORING))


async def is_empty(client: Client) -> bool:
    """Return whether nothing is in this store and no process works on it, except one that restores."""
    allowed = {keys.CONFIG, keys.PING, keys.lease(0, LEASE)}
    async for key in client.scan_iter(match="xm:*", count=_PAGE):
        if key.decode(errors="replace") not in allowed:
            return False
    return True


async def is_worked_on(client: Client) -> bool:
    """Return whether a process that sends messages or keeps deadlines has started on this store."""
    async for _ in client.scan_iter(match=f"{keys.owners('')}*", count=_PAGE):
        return True
    return False


async def begin(client: Client, backup: str) -> None:
    """Mark the store as restored only in part, from this backup. No process starts on it until `finish`."""
    await client.hset(keys.CONFIG, keys.RESTORING, backup)


async def clear(client: Client) -> None:
    """Delete what an interrupted restore has left."""
    async for key in client.scan_iter(match="xm:*", count=_PAGE):
        if place_of(key).kind is not Kind.temporary:
            await client.unlink(key)


async def finish(client: Client) -> None:
    """Declare the store whole."""
    await client.hdel(keys.CONFIG, keys.RESTORING)


class Writer:
    """Writes records in batches, each key's pieces in their order. `may_write` is awaited before each batch, and
    raises an error if nothing more may be written."""

    def __init__(self, client: Client, may_write: Callable[[], Awaitable[None]]) -> None:
        self.client = client
        self._may_write = may_write
        self._restore = LuaScript(client, (files("storage.redis") / "restore.lua").read_text())
        self._batch: list[Record] = []
        self._bytes = 0
        self._replaced: set[bytes] = set()
        self._added: set[bytes] = set()

    async def write(self, record: Record) -> None:
        """Write a record now or with later ones. Raises StoreUnavailable."""
        full = len(self._batch) >= _BATCH_RECORDS or self._bytes > _BATCH_BYTES
        if full or any(map(self._must_wait, record)):
            await self.flush()
        self._batch.append(record)
        self._bytes += sum(each.size for each in record)
        for piece in record:
            (self._added if _adds_up(piece) else self._replaced).add(piece.key)

    async def flush(self) -> None:
        """Write what has not been written yet."""
        await self._may_write()
        await self._restore.each([_call(record) for record in self._batch])
        self._batch, self._bytes = [], 0
        self._replaced.clear()
        self._added.clear()

    def _must_wait(self, piece: Piece) -> bool:
        """Return whether the batch has a piece of the same key that must be written first."""
        return piece.key in self._replaced or (piece.key in self._added and not _adds_up(piece))


def _adds_up(piece: Piece) -> bool:
    return not piece.whole and piece.type in _ADDS_UP


def _call(record: Record) -> tuple[Sequence[bytes], Sequence[Any]]:
    args: list[Any] = []
    for piece in record:
        whole = "1" if piece.whole else ""
        args += (piece.type, whole, piece.expires_ms, piece.last_id, len(piece.items), *piece.items)
    return [piece.key for piece in record], args
