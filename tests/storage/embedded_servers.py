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


def use_only(binary: Path, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    name = "valkey-server" if "valkey" in binary.name else "redis-server"
    (folder / name).symlink_to(binary)
    monkeypatch.setenv("PATH", str(folder))


@pytest.fixture(params=SERVERS)
def binary(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Each installed server program in turn, as the only one on the PATH."""
    path = SERVERS[request.param]
    use_only(path, monkeypatch, tmp_path / "bin")
    return path


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
async def running(folder: Path) -> AsyncIterator[Redis]:
    server = EmbeddedServer(folder)
    client = Redis.from_url(await server.start(), decode_responses=True)
    try:
        yield client
    finally:
        await client.aclose()
        await server.stop()


async def pid_of(client: Redis) -> int:
    return int((await client.info("server"))["process_id"])
