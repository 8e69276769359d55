"""What was imported, in Redis: a hash of each kind in each partition."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, cast

from storage import keys
from storage.ports import ImportedKind
from storage.redis.connection import Client

_PAGE = 500


class RedisImports:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def put(self, kind: ImportedKind, records: Mapping[str, bytes]) -> None:
        """Store the records under their names, in place of those that are there."""
        for partition, names in _by_partition(records):
            await self._client.hset(
                keys.imported(partition, kind), mapping=cast(Any, {name: records[name] for name in names})
            )

    async def get(self, kind: ImportedKind, names: Sequence[str]) -> dict[str, bytes]:
        """Return those of the records that exist, by name."""
        found: dict[str, bytes] = {}
        for partition, some in _by_partition(names):
            blobs = cast(list[bytes | None], await self._client.hmget(keys.imported(partition, kind), some))
            found |= {name: blob for name, blob in zip(some, blobs, strict=True) if blob is not None}
        return found

    async def drop(self, kind: ImportedKind, names: Sequence[str]) -> None:
        """Delete the records, as far as they exist."""
        for partition, some in _by_partition(names):
            await self._client.hdel(keys.imported(partition, kind), *some)

    async def scan(self, kind: ImportedKind) -> AsyncIterator[tuple[str, bytes]]:
        """Yield all records with their names, in no order. One that is written meanwhile may come twice or not."""
        for partition in range(keys.PARTITIONS):
            async for name, blob in self._client.hscan_iter(keys.imported(partition, kind), count=_PAGE):
                yield cast(bytes, name).decode(), cast(bytes, blob)


def _by_partition(names: Iterable[str]) -> Iterable[tuple[int, list[str]]]:
    parts = defaultdict[int, list[str]](list)
    for name in names:
        parts[keys.partition_of(name)].append(name)
    return parts.items()
