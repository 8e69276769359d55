"""Which server URLs are understood, and the errors for others."""

import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import RedisError

from storage.errors import StorageError, StoreUnavailable
from storage.ports import Committed
from storage.redis.connection import connect
from storage.redis.store import RedisStore
from tests.fakes.running import SINGLE
from tests.fakes.waiting import until
from tests.servers import ServerProcess, available_servers, wait_until
from tests.storage.commits import commit


def options(url: str) -> dict[str, Any]:
    return dict(connect(url).connection_pool.connection_kwargs)


def test_one_server() -> None:
    assert options("redis://host:6380/3").items() >= {"host": "host", "port": 6380, "db": 3}.items()
    assert options("redis://me:secret@host").items() >= {"username": "me", "password": "secret"}.items()
    assert options("unix:///run/redis.sock?db=2").items() >= {"path": "/run/redis.sock", "db": 2}.items()


def test_an_encrypted_connection() -> None:
    assert "SSL" in connect("rediss://host").connection_pool.connection_class.__name__


@pytest.mark.parametrize("scheme", ["redis+cluster", "rediss+cluster"])
def test_a_cluster(scheme: str) -> None:
    client: object = connect(f"{scheme}://me:secret@host:7001")
    assert isinstance(client, RedisCluster)
    (node,) = client.nodes_manager.startup_nodes.values()
    assert (node.host, node.port) == ("host", 7001)
    assert node.connection_kwargs["password"] == "secret"
    assert ("SSL" in node.connection_class.__name__) == scheme.startswith("rediss")


def test_sentinels() -> None:
    client = connect("redis+sentinel://me:s%2Fcret%40@one:26380,two/interviews?db=3")
    pool: object = client.connection_pool
    assert isinstance(pool, SentinelConnectionPool)
    assert pool.service_name == "interviews"
    assert pool.connection_kwargs.items() >= {"db": 3, "username": "me", "password": "s/cret@"}.items()
    asked = [each.connection_pool.connection_kwargs for each in pool.sentinel_manager.sentinels]
    assert [(each["host"], each["port"]) for each in asked] == [("one", 26380), ("two", 26379)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "''"),
        ("localhost:6379", "'localhost'"),
        ("http://host", "'http'"),
        ("redis+sentinel://host:26379", "needs the service's name"),
        ("redis+sentinel://host:26379/", "needs the service's name"),
        ("redis://host:port", "port"),
        ("redis://host/three", "database"),
        ("redis+sentinel://host:port/service", "port"),
        ("redis+sentinel://host/service?db=x", "database"),
        ("redis+cluster://", "host"),
        ("redis+cluster://host/3", "database"),
        ("redis+sentinel://,/service", "host"),
        ("redis://[::1", "host"),
    ],
)
def test_a_wrong_url_is_refused_in_one_sentence(url: str, said: str) -> None:
    with pytest.raises(StorageError) as refused:
        connect(url)
    assert said in str(refused.value)


def test_a_wrong_url_does_not_show_its_password() -> None:
    for url in (
        "redis://me:secret@host:port",
        "redis://me:secret/with-a-slash@host",
        "redis+sentinel://me:secret@host:port/s",
        "redis+cluster://me:secret@host:port",
        "http://me:secret@host",
    ):
        with pytest.raises(StorageError) as refused:
            connect(url)
        assert "secret" not in str(refused.value)


async def test_who_does_not_answer_is_unavailable_and_not_shown_with_its_password() -> None:
    for url in ("redis://me:secret@127.0.0.1:1", "redis+cluster://me:secret@127.0.0.1:1"):
        store = RedisStore.at(url)
        with pytest.raises(StoreUnavailable) as unavailable:
            await store.ping()
        assert "secret" not in str(unavailable.value)
        await store.close()


@pytest.fixture
def sentinel(server: ServerProcess) -> Iterator[int]:
    """Run a Sentinel that watches `server` under the name `interviews`. Yields the Sentinel's port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder) / "sentinel.conf"
        configuration.write_text(
            f"port {port}\nbind 127.0.0.1\ndir {folder}\nsentinel monitor interviews 127.0.0.1 {server.port} 1\n"
        )
        process = subprocess.Popen(
            [available_servers()[SINGLE[0]], configuration, "--sentinel"], stdout=subprocess.DEVNULL
        )
        try:
            wait_until(lambda: _knows(port, server.port), "the Sentinel's first answer")
            yield port
        finally:
            process.kill()
            process.wait()


def _knows(port: int, master: int) -> bool:
    with Redis(port=port) as client:
        try:
            found = client.execute_command("SENTINEL GET-MASTER-ADDR-BY-NAME", "interviews")
        except RedisError:
            return False
    return bool(found) and int(found[1]) == master


async def test_a_server_is_found_by_its_sentinel(sentinel: int, server: ServerProcess) -> None:
    store = RedisStore.at(f"redis+sentinel://127.0.0.1:{sentinel}/interviews")
    await store.ping()
    assert await store.interviews.commit(commit("a", 1)) == Committed()
    await store.close()
    with server.client() as client:
        assert client.get("xm:ping") == "1"


async def test_an_unknown_service_is_unavailable(sentinel: int) -> None:
    store = RedisStore.at(f"redis+sentinel://127.0.0.1:{sentinel}/another")
    with pytest.raises(StoreUnavailable):
        await store.ping()
    await store.close()


async def test_a_dead_sentinel_is_unavailable_until_it_is_back(server: ServerProcess) -> None:
    store = RedisStore.at("redis+sentinel://127.0.0.1:1/interviews")

    async def unavailable() -> bool:
        try:
            await store.ping()
        except StoreUnavailable:
            return True
        return False

    await until(unavailable, "an answer")
    await store.close()
