"""The embedded server's program, folder and files: odd paths, damaged or newer files, a program that fails."""

# ruff: noqa: ASYNC240 - a look at a small file holds up nobody in a test

import stat
import tempfile
from pathlib import Path

import pytest
from redis.asyncio import Redis

from storage.embedded.binary import carried_server, find_server, version_of
from storage.embedded.runner import EmbeddedServer
from storage.errors import FilesDamaged, FilesTooNew, ServerFailed, ServerNotFound, StorageError
from tests.storage.embedded_servers import SERVERS, binary, folder, pid_of, pids_on, running

__all__ = ["binary", "folder"]
pytestmark = pytest.mark.redis


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


async def test_no_server_at_hand_says_what_to_do(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(folder):
        monkeypatch.setattr("storage.embedded.folder.find_server", lambda: None)
        async with running(folder) as adopted:
            assert await adopted.ping()
    with pytest.raises(ServerNotFound, match=r"make setup.*XUMIAN_REDIS_URL"):
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
        await EmbeddedServer(folder, {"no-such-setting": "1"}, binary).start()
    assert caught.value.folder == folder.resolve()
    assert pids_on(folder) == []


def append_only_file(folder: Path) -> Path:
    """Return the file that writes are appended to. Since version 7 it is one of several files."""
    return next(iter(folder.glob("appendonlydir/*.incr.aof")), folder / "appendonly.aof")


async def test_garbage_in_the_files_is_refused_clearly(binary: Path, folder: Path) -> None:
    async with running(folder, binary) as client:
        for number in range(100):
            await client.set(f"key:{number}", "value" * 20)
    file = append_only_file(folder)
    content = bytearray(file.read_bytes())
    content[2000:2100] = b"\0" * 100
    file.write_bytes(content)
    with pytest.raises(FilesDamaged, match="redis-check-aof --fix"):
        await EmbeddedServer(folder, binary=binary).start()
    assert file.read_bytes() == content
    assert pids_on(folder) == []


async def test_last_write_cut_short_by_a_machine_crash_is_dropped(binary: Path, folder: Path) -> None:
    async with running(folder, binary) as client:
        await client.set("first", "1")
        await client.set("second", "2")
    file = append_only_file(folder)
    file.write_bytes(file.read_bytes()[:-5])
    async with running(folder, binary) as client:
        assert await client.mget("first", "second") == ["1", None]


async def test_snapshot_of_a_newer_server_is_refused_clearly(binary: Path, folder: Path) -> None:
    folder.mkdir()
    snapshot = b"REDIS0099\xfa\x09redis-ver\x0699.0.0\xff" + bytes(8)
    if version_of(binary).numbers < (7,):
        (folder / "appendonly.aof").write_bytes(snapshot)
    else:
        files = folder / "appendonlydir"
        files.mkdir()
        (files / "appendonly.aof.1.base.rdb").write_bytes(snapshot)
        (files / "appendonly.aof.manifest").write_text("file appendonly.aof.1.base.rdb seq 1 type b\n")
    with pytest.raises(FilesTooNew, match="newer server"):
        await EmbeddedServer(folder, binary=binary).start()


async def test_old_server_never_starts_empty_beside_newer_files(folder: Path) -> None:
    old = [path for path in SERVERS.values() if version_of(path).numbers < (7,)]
    new = [path for path in SERVERS.values() if version_of(path).numbers >= (7,)]
    if not old or not new:
        pytest.skip("needs a server from before version 7 and one from after")
    async with running(folder, old[0]) as client:
        await client.set("kept", "yes")
    async with running(folder, new[0]) as client:
        assert await client.get("kept") == "yes"
    with pytest.raises(FilesTooNew, match="older than version 7"):
        await EmbeddedServer(folder, binary=old[0]).start()


@pytest.mark.parametrize("rewritten", [False, True])
async def test_files_of_every_server_are_read_by_the_carried_one(
    binary: Path, folder: Path, *, rewritten: bool
) -> None:
    carried = carried_server()
    if carried is None or version_of(binary).numbers > version_of(carried).numbers:
        pytest.skip("needs the carried server, and an older one")
    async with running(folder, binary) as client:
        async with client.pipeline(transaction=False) as pipeline:
            for number in range(300):
                pipeline.set(f"text:{number}", f"值 {number}" * 20)
                pipeline.hset("hash", f"field {number}", str(number))
                pipeline.rpush("list", "x" * number)
                pipeline.zadd("sorted", {f"member {number}": number / 7})
                pipeline.sadd("set", number, f"text {number}")
                pipeline.xadd("stream", {"m": f"letter {number}"})
            await pipeline.execute()
        await client.xgroup_create("stream", "group", id="0")
        await client.xreadgroup("group", "reader", {"stream": ">"}, count=100)
        await client.set("brief", "gone some day", ex=3600)
        if rewritten:
            await client.bgrewriteaof()
            while (await client.info("persistence"))["aof_rewrite_in_progress"]:
                pass
        before = await _everything(client)
    async with running(folder, carried) as client:
        assert await _everything(client) == before
        assert (await client.xpending("stream", "group"))["pending"] == 100
        assert 0 < await client.ttl("brief") <= 3600


async def _everything(client: Redis) -> dict[str, object]:
    found: dict[str, object] = {}
    async for key in client.scan_iter():
        match await client.type(key):
            case "string":
                found[key] = await client.get(key)
            case "hash":
                found[key] = await client.hgetall(key)
            case "list":
                found[key] = await client.lrange(key, 0, -1)
            case "zset":
                found[key] = await client.zrange(key, 0, -1, withscores=True)
            case "set":
                found[key] = await client.smembers(key)
            case "stream":
                found[key] = await client.xrange(key)
    return found


async def test_start_waits_until_the_files_are_loaded(binary: Path, folder: Path) -> None:
    async with running(folder, binary) as client:
        for part in range(20):
            await client.mset({f"{part}:{n}": "v" * 50 for n in range(5000)})
    async with running(folder, binary) as client:
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
