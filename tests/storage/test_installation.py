"""Checks at the start: whether the stored data fits this program, and what the server's settings could lose."""

import pytest

from storage import keys
from storage.codec import FORMAT
from storage.errors import InstallationMismatch, StoreUnavailable
from storage.redis import installation
from storage.redis.store import RedisStore
from tests.fakes.running import SINGLE, own_server


async def warnings_of(**settings: str) -> list[str]:
    with own_server(SINGLE[0], **settings) as server:
        store = RedisStore.at(server.url)
        try:
            return await store.check()
        finally:
            await store.close()


async def test_the_first_start_fixes_what_later_ones_compare(redis_store: RedisStore) -> None:
    assert await redis_store.check() == []
    assert await redis_store.client.hgetall(keys.CONFIG) == {
        b"partitions": str(keys.PARTITIONS).encode(),
        b"schema": str(FORMAT).encode(),
    }
    assert await redis_store.check() == []


async def test_another_number_of_partitions_stops_the_start(redis_store: RedisStore) -> None:
    await redis_store.client.hset(keys.CONFIG, "partitions", "32")
    with pytest.raises(InstallationMismatch, match=r"32 partitions.* 16: .*XUMIAN_REDIS_URL"):
        await redis_store.check()


async def test_records_of_a_newer_version_stop_the_start(redis_store: RedisStore) -> None:
    await redis_store.client.hset(keys.CONFIG, "schema", str(FORMAT + 1))
    with pytest.raises(InstallationMismatch, match=f"schema {FORMAT + 1}, .* up to {FORMAT}: run a newer version"):
        await redis_store.check()


async def test_the_schema_rises_with_the_version(redis_store: RedisStore) -> None:
    await redis_store.check()
    await redis_store.client.hset(keys.CONFIG, "schema", "1")
    assert await redis_store.check() == []
    assert await redis_store.client.hget(keys.CONFIG, "schema") == str(FORMAT).encode()


@pytest.mark.redis
async def test_a_store_answers_only_where_it_can_be_written() -> None:
    with own_server(SINGLE[0]) as server, server.client() as admin:
        store = RedisStore.at(server.url)
        await store.ping()
        admin.config_set("min-replicas-to-write", "1")
        with pytest.raises(StoreUnavailable):
            await store.ping()
        admin.config_set("min-replicas-to-write", "0")
        await store.ping()
        await store.close()


@pytest.mark.redis
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"appendonly": "no"}, "no append-only file"),
        ({"appendfsync": "everysec"}, "about a second of"),
        ({"appendfsync": "no"}, "up to half a minute of"),
        ({"maxmemory": "500mb", "maxmemory_policy": "allkeys-lru"}, "maxmemory-policy allkeys-lru"),
    ],
)
async def test_what_could_be_lost_is_said_in_one_sentence(settings: dict[str, str], said: str) -> None:
    (warning,) = await warnings_of(**settings)
    assert said in warning
    assert "(set " in warning  # says what to do about it


@pytest.mark.redis
async def test_every_weakness_is_said() -> None:
    warnings = await warnings_of(appendonly="no", maxmemory="500mb", maxmemory_policy="volatile-ttl")
    assert len(warnings) == 2


@pytest.mark.redis
async def test_without_a_limit_nothing_is_thrown_away() -> None:
    assert await warnings_of(maxmemory="0", maxmemory_policy="allkeys-lru") == []


@pytest.mark.redis
async def test_a_server_that_hides_its_settings_is_no_reason_to_stop() -> None:
    with own_server(SINGLE[0]) as server:
        with server.client() as admin:
            admin.execute_command("ACL", "SETUSER", "default", "-config")
        store = RedisStore.at(server.url)
        (warning,) = await installation.durability_warnings(store.client)
        await store.close()
    assert "does not let its settings be read" in warning


async def test_the_memory_is_told_on_every_kind_of_server(redis_store: RedisStore) -> None:
    used, most = await redis_store.memory()
    assert used > 0
    assert most == 0


@pytest.mark.redis
async def test_the_limit_of_the_memory_is_told_unless_it_is_hidden() -> None:
    with own_server(SINGLE[0], maxmemory="500mb", maxmemory_policy="noeviction") as server:
        store = RedisStore.at(server.url)
        assert (await store.memory()).most == 500 * 1024**2
        with server.client() as admin:
            admin.execute_command("ACL", "SETUSER", "default", "-info")
        assert await store.memory() == (0, 0)
        await store.close()
