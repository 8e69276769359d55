"""The embedded server: shared by processes, stopped by the last one, and losing nothing when killed."""

# ruff: noqa: ASYNC240 - a look at a small file holds up nobody in a test

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError

from storage.embedded.runner import EmbeddedServer
from tests.servers import wait_until
from tests.storage.embedded_servers import binary, folder, pid_of, pids_on, running

__all__ = ["binary", "folder"]
pytestmark = pytest.mark.redis

# Starts the server on a folder, with a program if one is given, prints its process id, and stops when its input
# ends.
GUEST = """
import asyncio, sys
from pathlib import Path
from redis.asyncio import Redis
from storage.embedded.runner import EmbeddedServer

async def main():
    server = EmbeddedServer(Path(sys.argv[1]), binary=Path(sys.argv[2]) if sys.argv[2:] else None)
    async with Redis.from_url(await server.start()) as client:
        print((await client.info("server"))["process_id"], flush=True)
        await asyncio.to_thread(sys.stdin.read)
    await server.stop()

asyncio.run(main())
"""

# Starts the server on a folder, with a program if one is given, and prints every number whose write was
# acknowledged.
WRITER = """
import asyncio, itertools, sys
from pathlib import Path
from redis.asyncio import Redis
from storage.embedded.runner import EmbeddedServer

async def main():
    server = EmbeddedServer(Path(sys.argv[1]), binary=Path(sys.argv[2]) if sys.argv[2:] else None)
    client = Redis.from_url(await server.start())
    for number in itertools.count():
        await client.set(f"written:{number}", number)
        print(number, flush=True)

asyncio.run(main())
"""


def numbers_of(writer: subprocess.Popen[str], count: int) -> list[int]:
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(count)]
    return [int(line) for line in lines]


def rest_of(writer: subprocess.Popen[str]) -> list[int]:
    """Return the numbers that a dead writer had printed, without a last line cut short."""
    rest, _ = writer.communicate()
    return [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]


def spawn(script: str, folder: Path, *binary: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, folder, *binary], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


async def test_server_is_private_durable_and_ends_with_its_only_user(binary: Path, folder: Path) -> None:
    async with running(folder, binary) as client:
        wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction", "port": "0"}
        for name, value in wanted.items():
            assert await client.config_get(name) == {name: value}
        assert await client.config_get("save") == {"save": ""}
        pid = await pid_of(client)
        assert os.getsid(pid) == pid
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "redis.sock").stat().st_mode) == 0o700
        await client.set("kept", "yes")
    assert pids_on(folder) == []
    async with running(folder, binary) as client:
        assert await client.get("kept") == "yes"
        assert await pid_of(client) != pid


async def test_second_user_adopts_and_the_last_one_turns_off_the_light(binary: Path, folder: Path) -> None:
    first, second = EmbeddedServer(folder, binary=binary), EmbeddedServer(folder, binary=binary)
    async with Redis.from_url(await first.start()) as one, Redis.from_url(await second.start()) as two:
        assert await pid_of(one) == await pid_of(two)
    await first.stop()
    assert len(pids_on(folder)) == 1
    await second.stop()
    assert pids_on(folder) == []
    await second.stop()


async def test_own_open_connections_do_not_keep_the_server(folder: Path) -> None:
    server = EmbeddedServer(folder)
    async with Redis.from_url(await server.start()) as client:
        await client.ping()
        await server.stop()
        assert pids_on(folder) == []
        with pytest.raises(Unreachable):
            await client.ping()


async def test_any_other_connection_keeps_the_server(folder: Path) -> None:
    server = EmbeddedServer(folder)
    await server.start()
    async with Redis(unix_socket_path=str(folder / "redis.sock")) as stranger:
        await stranger.ping()
        await server.stop()
        assert await stranger.ping()
    await server.start()
    await server.stop()
    assert pids_on(folder) == []


def test_eight_processes_at_once_share_one_server(folder: Path) -> None:
    guests = [spawn(GUEST, folder) for _ in range(8)]
    told = {guest.stdout.readline().strip() for guest in guests if guest.stdout}
    assert told == {str(pid) for pid in pids_on(folder)}
    assert len(told) == 1
    for guest in guests:
        guest.communicate()
    assert [guest.returncode for guest in guests] == [0] * 8
    assert pids_on(folder) == []


@pytest.mark.faults
async def test_killed_parent_loses_nothing_and_its_server_is_adopted(binary: Path, folder: Path) -> None:
    writer = spawn(WRITER, folder, binary)
    written = numbers_of(writer, 200)
    orphan = pids_on(folder)
    writer.kill()
    written += rest_of(writer)
    async with running(folder, binary) as client:
        assert [await pid_of(client)] == orphan
        assert await client.mget([f"written:{n}" for n in written]) == [str(n) for n in written]
    assert pids_on(folder) == []


@pytest.mark.faults
async def test_killed_server_loses_nothing_and_starts_again(binary: Path, folder: Path) -> None:
    writer = spawn(WRITER, folder, binary)
    written = numbers_of(writer, 200)
    (pid,) = pids_on(folder)
    os.kill(pid, signal.SIGKILL)
    written += rest_of(writer)
    async with running(folder, binary) as client:
        assert await pid_of(client) != pid
        assert await client.mget([f"written:{n}" for n in written]) == [str(n) for n in written]


@pytest.mark.faults
async def test_tending_brings_a_killed_server_back_under_the_same_url(folder: Path) -> None:
    server = EmbeddedServer(folder)
    client = Redis.from_url(await server.start(), decode_responses=True)
    tending = asyncio.create_task(server.tend(every=timedelta(milliseconds=10)))
    await client.set("kept", "yes")
    pid = await pid_of(client)
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(Unreachable):
                if await pid_of(client) != pid:
                    break
            await asyncio.sleep(0.01)
    assert await client.get("kept") == "yes"
    tending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await tending
    await client.aclose()
    await server.stop()
    assert pids_on(folder) == []


async def test_a_script_that_blocks_the_server_ends_neither_tending_nor_stopping(folder: Path) -> None:
    server = EmbeddedServer(folder, {"lua-time-limit": "1"})
    url = await server.start()
    blocking = asyncio.create_task(_block(url))
    async with Redis.from_url(url) as client:
        while not await _is_busy(client):
            pass
        tending = asyncio.create_task(server.tend(every=timedelta(milliseconds=1)))
        await asyncio.wait({tending}, timeout=0.1)
        assert not tending.done()
        second = EmbeddedServer(folder)
        guest = asyncio.create_task(second.start())  # waits until the script has ended
        await asyncio.wait({guest}, timeout=0.1)
        assert not guest.done()
        await client.script_kill()
        await asyncio.wait({blocking})
        assert (await guest).partition("?")[0] == url.partition("?")[0]
        await second.stop()
        tending.cancel()
        await asyncio.wait({tending})
    await server.stop()


async def _block(url: str) -> None:
    async with Redis.from_url(url, socket_timeout=None) as client:
        with contextlib.suppress(RedisError):
            await client.eval("while true do end", 0)


async def _is_busy(client: Redis) -> bool:
    try:
        await client.ping()
    except RedisError as error:
        return str(error).startswith("BUSY")
    return False


async def test_user_of_a_dead_server_ends_the_one_that_took_its_place(folder: Path) -> None:
    first, second = EmbeddedServer(folder), EmbeddedServer(folder)
    await first.start()
    (pid,) = pids_on(folder)
    os.kill(pid, signal.SIGKILL)
    await second.start()
    await second.stop()
    await second.start()
    await second.stop()
    await first.stop()
    assert pids_on(folder) == []


async def test_start_while_the_last_one_leaves_ends_with_a_running_server(folder: Path) -> None:
    server = EmbeddedServer(folder)
    await server.start()
    for _ in range(10):
        leaving, server = server, EmbeddedServer(folder)
        _, url = await asyncio.gather(leaving.stop(), server.start())
        async with Redis.from_url(url) as client:
            assert await client.ping()
        assert len(pids_on(folder)) == 1
    await server.stop()
    assert pids_on(folder) == []


async def test_coming_and_going_loses_no_write(folder: Path) -> None:
    async def visit(rounds: int) -> None:
        for _ in range(rounds):
            async with running(folder) as client:
                await client.incr("visits")

    async with asyncio.TaskGroup() as group:
        for _ in range(4):
            group.create_task(visit(8))
    assert pids_on(folder) == []
    async with running(folder) as client:
        assert await client.get("visits") == "32"


@pytest.mark.parametrize("delay_s", [0.0, 0.002, 0.005, 0.01, 0.02, 0.04])
async def test_cancelled_start_leaves_the_folder_usable(folder: Path, delay_s: float) -> None:
    server = EmbeddedServer(folder)
    starting = asyncio.create_task(server.start())
    await asyncio.wait([starting], timeout=delay_s)
    if starting.cancel():
        with pytest.raises(asyncio.CancelledError):
            await starting
    else:
        await server.stop()
    assert pids_on(folder) == []
    async with running(folder) as client:
        assert await client.ping()
        assert len(pids_on(folder)) == 1


def test_blocking_clients_understand_the_url(folder: Path) -> None:
    async def visit() -> None:
        server = EmbeddedServer(folder)
        with BlockingRedis.from_url(await server.start()) as client:
            assert client.ping()
        await server.stop()

    asyncio.run(visit())
    wait_until(lambda: pids_on(folder) == [], "the server's end")
