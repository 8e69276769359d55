"""Erased means that no byte is left: not in any key's dump, and not in any file of the embedded Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from conversation.record.audit import HASH_BYTES
from handlers.maintenance.erase import SETTLED_MS
from storage import keys
from storage.codec import unpack_entry
from storage.embedded.runner import EmbeddedServer
from storage.redis.store import RedisStore
from tests.handlers.console.commands.candidates.erased_candidate import (
    NAME,
    PANE,
    TYPED,
    WORDS,
    Organisation,
    everything,
)
from tests.storage.embedded_servers import binary

__all__ = ["binary"]
pytestmark = pytest.mark.redis
ELSE = "words of somebody else"
READABLE = {"rdbcompression": "no"}
"""So that the files can be searched for words."""


@asynccontextmanager
async def embedded(folder: Path, binary: Path) -> AsyncIterator[RedisStore]:
    server = EmbeddedServer(folder, READABLE, binary)
    store = RedisStore.at(await server.start())
    try:
        yield store
    finally:
        await store.close()
        await server.stop()


async def _deliver(store: RedisStore) -> None:
    """Deliver what waits, except messages about other people: their entries keep the nodes of the streams."""

    async def one(partition: int) -> None:
        await store.outbox.open(partition)
        letters = await store.outbox.read([partition], 1000, 1)
        mine = [letter.id for letter in letters if ELSE.encode() not in letter.raw]
        await store.outbox.done(partition, mine)

    await asyncio.gather(*map(one, range(keys.PARTITIONS)))  # each waits a tenth of a second for nothing


async def _neighbours(store: RedisStore) -> None:
    """Put something of somebody else beside everything that may be of the candidate."""
    for partition in range(keys.PARTITIONS):
        for stream, field in (
            (keys.outbox(partition), "m"),
            (keys.dead(partition), "payload"),
            (keys.jobs(partition, "fetch"), "j"),
            (keys.jobs(partition, "transcribe"), "j"),
        ):
            await store.client.xadd(stream, {field: ELSE})
    await store.mailboxes.append(PANE, f"else:{await store.client.dbsize()}", ELSE.encode())


def _files_with(folder: Path, text: bytes) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and text in path.read_bytes()]


async def _compressed(store: RedisStore, interview: str) -> list[bytes]:
    """Return what is stored compressed and has the candidate's name or words in it, without the hash of entries,
    which may stay."""
    kept = cast(list[bytes], await store.client.lrange(keys.log(interview), 0, -1))
    private = [
        each[HASH_BYTES:] for each in kept if unpack_entry(each) != each and _is_private(unpack_entry(each))
    ]
    assert len(private) > 3
    assert not any(_is_private(each) for each in private)
    return private


def _is_private(text: bytes) -> bool:
    return any(each.encode() in text for each in (NAME, WORDS, TYPED, "platform-reference"))


@pytest.mark.parametrize("snapshots", [False, True])
async def test_no_byte_is_left_in_any_key_or_file(tmp_path: Path, binary: Path, *, snapshots: bool) -> None:
    folder = tmp_path / "data" / "redis"
    async with embedded(folder, binary) as store:
        organisation = Organisation(store)
        await store.jobs.open()
        await _neighbours(store)
        await organisation.open()
        await _neighbours(store)
        if snapshots:
            await store.client.config_set("save", "900 1")
            await store.client.execute_command("SAVE")
        assert _files_with(folder, WORDS.encode())
        compressed = await _compressed(store, organisation.interview)
        assert all(_files_with(folder, each) for each in compressed)
        await _deliver(store)
        await organisation.order()
        await organisation.work()
        await _deliver(store)
        organisation.desk.now += SETTLED_MS
        await organisation.finish()
        left = await everything(store)
        assert left.count(ELSE.encode()) > 100
        private = [each.encode() for each in (NAME, WORDS, TYPED, "platform-reference")] + compressed
        for each in private:
            assert each not in left, each
            assert _files_with(folder, each) == [], each
    for each in private:
        assert _files_with(tmp_path / "data", each) == [], each
