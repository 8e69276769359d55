"""The permissions that the documentation asks for are enough, and a start says which one is missing."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

import storage
from storage.errors import InstallationMismatch, ServerTooOld, StoreUnavailable
from storage.redis.store import RedisStore
from tests.fakes.refusing_redis import RefusingRedis
from tests.fakes.running import SINGLE, own_server
from tests.servers import ServerProcess
from tests.storage.store_calls import CALLS

pytestmark = pytest.mark.redis
_DOCS = Path(storage.__file__).parents[1] / "docs" / "deploying.md"
_OPTIONAL = {"+info", "+config|get", "+bgrewriteaof", "+bgsave", "+cluster|slots", "+command"}
_CONNECTION = {"+ping", "+select", "+eval", "+evalsha", "+subscribe", "+unsubscribe", "+wait"}
"""Commands that a script cannot try."""


def documented_rules() -> list[str]:
    """Return the rules of the user in the documentation."""
    found = re.search(r"ACL SETUSER xumian (.*?)```", _DOCS.read_text(), re.S)
    assert found is not None
    return found[1].split()


@pytest.fixture(params=SINGLE)
def guarded(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    with own_server(request.param) as server:
        yield server


def let(server: ServerProcess, *more: str, without: Collection[str] = ()) -> str:
    """Make the documented user, with these further rules and without these. Returns the URL for it."""
    rules = [">a-password" if rule == ">PASSWORD" else rule for rule in documented_rules() if rule not in without]
    with server.client() as admin:
        admin.execute_command("ACL", "SETUSER", "xumian", "reset", *rules, *more)
    return f"redis://xumian:a-password@127.0.0.1:{server.port}/1"


async def test_the_documented_permissions_are_enough(guarded: ServerProcess) -> None:
    store = RedisStore.at(let(guarded))
    assert await store.check() == []
    for name, call in CALLS.items():
        await call(store)
        assert store.outages.current is None, name
    await store.close()


async def test_without_the_optional_ones_everything_but_warnings_works(guarded: ServerProcess) -> None:
    store = RedisStore.at(let(guarded, without=_OPTIONAL))
    (warning,) = await store.check()
    assert "settings" in warning
    for name, call in CALLS.items():
        await call(store)
        assert store.outages.current is None, name
    await store.close()


async def test_a_missing_permission_is_named(guarded: ServerProcess) -> None:
    needed = {rule for rule in documented_rules() if rule.startswith("+")} - _OPTIONAL - _CONNECTION
    assert len(needed) > 40
    for rule in sorted(needed):
        store = RedisStore.at(let(guarded, without={rule}))
        with pytest.raises(StoreUnavailable, match=f"NOPERM {rule[1:].upper()}") as refused:
            await store.check()
        assert not refused.value.passes
        assert "docs/deploying.md" in refused.value.reason
        await store.close()


@pytest.mark.parametrize("rule", ["resetkeys", "resetchannels", "-eval -evalsha", "-select"])
async def test_missing_keys_channels_and_scripts_end_a_start(guarded: ServerProcess, rule: str) -> None:
    store = RedisStore.at(let(guarded, *rule.split()))
    with pytest.raises(StoreUnavailable) as refused:
        await store.check()
    assert refused.value.code == "NOPERM"
    await store.close()


async def test_the_check_leaves_nothing_behind(redis_store: RedisStore) -> None:
    await redis_store.check()
    assert [key async for key in redis_store.client.scan_iter(match="xm:*probe*")] == []


@pytest.mark.parametrize("version", ["6.0.16", "5.0.7", "2.8.17"])
async def test_a_server_that_is_too_old_is_refused(server: ServerProcess, version: str) -> None:
    async with RefusingRedis(server.port).open() as old:
        info = f"# Server\r\nredis_version:{version}\r\nredis_mode:standalone\r\n".encode()
        old.answer(b"$%d\r\n%s\r\n" % (len(info), info), lambda words: words[0] == b"INFO")
        store = RedisStore.at(old.url)
        with pytest.raises(ServerTooOld, match=f"{version}.*6.2 or later"):
            await store.check()
        await store.close()


async def test_another_programs_data_ends_a_start(redis_store: RedisStore) -> None:
    await redis_store.client.hset("xm:config", "partitions", "sixteen")
    with pytest.raises(InstallationMismatch, match=r"something else.*XUMIAN_REDIS_URL"):
        await redis_store.check()
    await redis_store.client.delete("xm:config")
    await redis_store.client.set("xm:config", "mine")
    with pytest.raises(StoreUnavailable, match="database of its own") as refused:
        await redis_store.check()
    assert not refused.value.passes
