"""Embedded servers for tests: each installed program, a folder to run in, and what runs there."""

import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.embedded.runner import EmbeddedServer
from tests.servers import available_servers

SERVERS = available_servers()


@pytest.fixture(params=SERVERS)
def binary(request: pytest.FixtureRequest) -> Path:
    """Each installed server program in turn, also those that are too old for use."""
    return SERVERS[request.param]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder for a server. Servers still running on it after the test are killed."""
    place = tmp_path / "redis"
    yield place
    for pid in pids_on(place):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def pids_on(folder: Path) -> list[int]:
    """Return the ids of all server processes whose working directory is this folder."""
    place = folder.resolve()
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                is_server = process.joinpath("comm").read_text().startswith(("redis-", "valkey-"))
                if is_server and process.joinpath("cwd").readlink() == place:
                    found.append(int(process.name))
    return found


@asynccontextmanager
async def running(folder: Path, binary: Path | None = None) -> AsyncIterator[Redis]:
    server = EmbeddedServer(folder, binary=binary)
    client = Redis.from_url(await server.start(), decode_responses=True)
    try:
        yield client
    finally:
        await client.aclose()
        await server.stop()


async def pid_of(client: Redis) -> int:
    return int((await client.info("server"))["process_id"])
