"""Calls in batches: what shares a connection stays apart in everything else."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from redis import exceptions as redis_errors
from redis.asyncio.cluster import RedisCluster

from storage.errors import StoreUnavailable
from storage.redis.batches import MOST_BATCHES, Batches
from storage.redis.connection import connect
from storage.redis.lua_script import LuaScript
from storage.redis.store import RedisStore
from tests.fakes.refusing_redis import Command, RefusingRedis
from tests.servers import ServerProcess


@pytest.fixture
async def proxy(server: ServerProcess) -> AsyncIterator[RefusingRedis]:
    async with RefusingRedis(server.port).open() as opened:
        yield opened


@pytest.fixture
async def store(proxy: RefusingRedis) -> AsyncIterator[RedisStore]:
    store = RedisStore.at(proxy.url)
    yield store
    await store.close()


async def test_each_call_gets_its_own_answer(store: RedisStore) -> None:
    await asyncio.gather(*(store.kv.set(f"note:{each}", str(each)) for each in range(500)))
    found = await asyncio.gather(*(store.kv.get(f"note:{each}") for each in range(500)))
    assert found == [str(each) for each in range(500)]


async def test_calls_of_one_turn_share_few_connections(store: RedisStore) -> None:
    await asyncio.gather(*(store.kv.get(str(each)) for each in range(500)))
    clients = await store.client.execute_command("CLIENT LIST")
    assert len(clients) <= MOST_BATCHES + 1


async def test_a_refused_call_fails_alone(store: RedisStore, proxy: RefusingRedis) -> None:
    def of_b(command: Command) -> bool:
        return b"note:b" in b" ".join(command)

    await store.kv.set("note:a", "1")
    proxy.refuse("WRONGTYPE Operation against a key holding the wrong kind of value", of_b)
    a, b, c = await asyncio.gather(*(store.kv.get(f"note:{each}") for each in "abc"), return_exceptions=True)
    assert (a, c) == ("1", None)
    assert isinstance(b, StoreUnavailable)


async def test_an_unknown_script_is_sent_in_full_also_among_others(store: RedisStore) -> None:
    scripts = [LuaScript(store.client, f"return {each} + ARGV[1]") for each in range(20)]
    found = await asyncio.gather(*(script(keys=[], args=[100]) for script in scripts))
    assert found == [100 + each for each in range(20)]


async def test_a_caller_who_gives_up_takes_nobody_else_along(store: RedisStore) -> None:
    await store.kv.set("note", "1")
    calls = [asyncio.create_task(store.kv.get("note")) for _ in range(20)]
    await asyncio.sleep(0)
    for call in calls[::2]:
        call.cancel()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert found[1::2] == ["1"] * 10
    assert all(isinstance(each, asyncio.CancelledError) for each in found[::2])
    assert await store.kv.get("note") == "1"


class Failing:
    """A connection that fails to send."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def send_packed_command(self, _packed: object, check_health: bool) -> None:
        raise self._error

    async def disconnect(self, nowait: bool) -> None: ...


CLOSED = (
    AttributeError("'NoneType' object has no attribute 'writelines'", name="writelines", obj=None),
    RuntimeError("unable to perform operation on <TCPTransport closed=True>; the handler is closed"),
)
"""What redis-py raises for a connection that it closes for another caller while this one opens it."""


async def _failed(error: Exception) -> list[object]:
    @contextlib.asynccontextmanager
    async def lend() -> AsyncIterator[object]:
        yield Failing(error)

    batches = Batches(lend, 5)
    return list(await asyncio.gather(*(batches.call(("GET", "note")) for _ in range(3)), return_exceptions=True))


@pytest.mark.parametrize("error", CLOSED)
async def test_a_connection_closed_while_it_is_opened_is_an_outage(error: Exception) -> None:
    assert [type(each) for each in await _failed(error)] == [redis_errors.ConnectionError] * 3


@pytest.mark.parametrize("error", [ValueError("no"), AttributeError("no", name="no", obj=3), RuntimeError("no")])
async def test_a_mistake_in_the_code_reaches_the_callers_and_cancels_nobody(error: Exception) -> None:
    assert await _failed(error) == [error] * 3


@pytest.mark.parametrize("error", CLOSED)
async def test_also_where_redis_py_chooses_the_node(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    async def initialize(_self: object) -> None: ...

    async def fail(_self: object, *_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(RedisCluster, "initialize", initialize)
    monkeypatch.setattr(RedisCluster, "execute_command", fail)
    client = connect("redis+cluster://host:7001")
    with pytest.raises(StoreUnavailable):
        await client.get("note")


async def test_a_lost_connection_fails_all_calls_of_its_batch_and_no_later_one(
    store: RedisStore, proxy: RefusingRedis
) -> None:
    await store.kv.set("note", "1")
    stuck = asyncio.Event()

    def sticks(_command: Command) -> bool:
        stuck.set()
        return True

    proxy.answer(b"$1", sticks)  # begun, and never finished
    calls = [asyncio.create_task(store.kv.get("note")) for _ in range(20)]
    await stuck.wait()
    proxy.relent()
    proxy.disconnect()
    found = await asyncio.gather(*calls, return_exceptions=True)
    assert all(isinstance(each, StoreUnavailable) for each in found)
    assert await store.kv.get("note") == "1"


async def test_a_server_that_does_not_answer_is_given_up(store: RedisStore, proxy: RefusingRedis) -> None:
    await store.kv.set("note", "1")
    proxy.answer(b"$1", lambda _command: True)
    store.client._batches._timeout_s = 0.05
    found = await asyncio.gather(*(store.kv.get("note") for _ in range(20)), return_exceptions=True)
    assert all(isinstance(each, StoreUnavailable) for each in found)
    proxy.relent()
    store.client._batches._timeout_s = 10
    assert await store.kv.get("note") == "1"


@pytest.mark.parametrize("argument", [object(), None, [1]])
async def test_an_argument_of_a_wrong_type_is_a_mistake_of_the_caller(store: RedisStore, argument: object) -> None:
    with pytest.raises(redis_errors.DataError):
        await store.client.execute_command("SET", "note", argument)
    assert await store.kv.get("note") is None
