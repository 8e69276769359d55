"""Erased means that no byte is left: not in any key's dump, and not in any file of the embedded Redis."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from handlers.maintenance.erase import SETTLED_MS
from storage import keys
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
    for partition in range(keys.PARTITIONS):
        await store.outbox.open(partition)
        letters = await store.outbox.read([partition], 1000, 1)
        mine = [letter.id for letter in letters if ELSE.encode() not in letter.raw]
        await store.outbox.done(partition, mine)


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


def _files_with(folder: Path, text: str) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


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
        assert _files_with(folder, WORDS)
        await _deliver(store)
        await organisation.order()
        await organisation.work()
        await _deliver(store)
        organisation.desk.now += SETTLED_MS
        await organisation.finish()
        left = await everything(store)
        assert left.count(ELSE.encode()) > 100
        for private in (NAME, WORDS, TYPED, "platform-reference"):
            assert private.encode() not in left, private
            assert _files_with(folder, private) == [], private
    for private in (NAME, WORDS, TYPED, "platform-reference"):
        assert _files_with(tmp_path / "data", private) == [], private
