"""Opening the store while Redis refuses."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import structlog

from bot.settings import load
from bot.store import in_silence, opened, patiently
from storage.errors import StoreUnavailable
from tests.fakes.refusing_redis import RefusingRedis
from tests.fakes.waiting import until
from tests.servers import ServerProcess

pytestmark = pytest.mark.redis


@pytest.fixture
async def proxy(server: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RefusingRedis]:
    monkeypatch.setattr("bot.store.AGAIN_S", 0.01)
    async with RefusingRedis(server.port).open() as refusing:
        yield refusing


@pytest.mark.parametrize(
    "reply", ["LOADING Redis is loading", "BUSY Redis is busy", "MASTERDOWN Link down", "OOM no", "ERR strange"]
)
async def test_a_service_waits_for_what_passes(proxy: RefusingRedis, reply: str) -> None:
    proxy.refuse(reply)
    with structlog.testing.capture_logs() as log:

        async def start() -> None:
            async with opened(load({"redis_url": proxy.url}), in_silence) as store:
                await store.ping()

        async def told() -> bool:
            return any(line["event"] == "redis_unavailable" for line in log)

        starting = asyncio.create_task(start())
        await until(told, "the outage is told")
        assert not starting.done()
        proxy.relent()
        await starting
    assert len([line for line in log if line["event"] == "redis_unavailable"]) == 1


@pytest.mark.parametrize("reply", ["LOADING Redis is loading", "BUSY Redis is busy"])
async def test_a_command_does_not_wait(proxy: RefusingRedis, reply: str) -> None:
    proxy.refuse(reply)
    with pytest.raises(StoreUnavailable, match=reply.partition(" ")[0]):
        async with opened(load({"redis_url": proxy.url})):
            pass


@pytest.mark.parametrize(
    "reply", ["NOPERM no", "NOAUTH no", "WRONGPASS no", "MOVED 1 127.0.0.1:1", "WRONGTYPE no", "DENIED no"]
)
async def test_what_will_not_pass_is_not_waited_for(proxy: RefusingRedis, reply: str) -> None:
    proxy.refuse(reply)
    with pytest.raises(StoreUnavailable, match=reply.partition(" ")[0]):
        async with opened(load({"redis_url": proxy.url}), in_silence):
            pass


async def test_the_rest_of_a_start_waits_for_a_lost_connection_too() -> None:
    answers = [StoreUnavailable("away"), StoreUnavailable("loading", code="LOADING"), None]

    async def call() -> str:
        if answer := answers.pop(0):
            raise answer
        return "done"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.store.AGAIN_S", 0)
        assert await patiently(call) == "done"
    answers[:] = [StoreUnavailable("no", code="NOPERM", passes=False)]
    with pytest.raises(StoreUnavailable):
        await patiently(call)
