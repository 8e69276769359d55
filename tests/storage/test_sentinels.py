"""Which master is used if Sentinels disagree, or say that there is another one."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from storage.errors import StoreUnavailable
from storage.redis import sentinels
from storage.redis.connection import Client, connect
from tests.fakes.running import SINGLE, own_server
from tests.servers import ServerProcess


class FakeSentinel:
    """A Sentinel that says what it was told to say; nothing: it does not answer."""

    def __init__(self, master: ServerProcess | None, epoch: int, **more: Any) -> None:
        self.master = master
        self.epoch = epoch
        self.more = more

    async def sentinel_masters(self) -> dict[str, dict[str, Any]]:
        if self.master is None:
            await asyncio.Event().wait()
            raise AssertionError
        state = {"is_master": True, "is_sdown": False, "is_odown": False, "num-other-sentinels": 2}
        told = {"ip": self.master.host, "port": self.master.port, "config-epoch": self.epoch}
        return {"service": state | told | self.more}

    async def aclose(self) -> None: ...


@pytest.fixture(scope="module")
def masters() -> Iterator[tuple[ServerProcess, ServerProcess]]:
    with own_server(SINGLE[0]) as earlier, own_server(SINGLE[0]) as later:
        yield earlier, later


def client_of(*asked: FakeSentinel) -> Client:
    client = connect("redis+sentinel://one,two,three/service")
    pool: Any = client.connection_pool
    pool.sentinel_manager.sentinels = list(asked)
    return client


async def port_of(client: Client) -> int:
    return int(str((await client.config_get("port"))["port"]))


pytestmark = pytest.mark.redis
Masters = tuple[ServerProcess, ServerProcess]


async def test_the_latest_failover_counts_whoever_is_asked_first(masters: Masters) -> None:
    earlier, later = masters
    client = client_of(FakeSentinel(earlier, 1), FakeSentinel(later, 2), FakeSentinel(later, 2))
    assert await port_of(client) == later.port
    await client.aclose()


async def test_sentinels_that_hang_or_find_their_master_down_are_not_believed(
    masters: Masters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentinels, "_ANSWER_S", 0.01)
    earlier, later = masters
    client = client_of(FakeSentinel(None, 9), FakeSentinel(later, 3, is_odown=True), FakeSentinel(earlier, 1))
    assert await port_of(client) == earlier.port
    await client.aclose()


async def test_an_earlier_master_that_still_answers_is_left(
    masters: Masters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentinels, "LOOKS_EVERY_S", 0)
    earlier, later = masters
    asked = FakeSentinel(earlier, 1)
    client = client_of(asked)
    assert await port_of(client) == earlier.port
    asked.master, asked.epoch = later, 2
    assert await port_of(client) == later.port
    await client.aclose()


async def test_a_connection_in_use_meanwhile_is_closed_when_it_comes_back(
    masters: Masters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentinels, "LOOKS_EVERY_S", 0)
    earlier, later = masters
    asked = FakeSentinel(earlier, 1)
    client = client_of(asked)
    pool: Any = client.connection_pool
    held = await pool.get_connection()
    asked.master, asked.epoch = later, 2
    assert await port_of(client) == later.port
    await pool.release(held)
    assert not held.is_connected
    assert await port_of(client) == later.port
    await client.aclose()


async def test_without_sentinels_the_master_known_last_is_used(
    masters: Masters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentinels, "LOOKS_EVERY_S", 0)
    monkeypatch.setattr(sentinels, "_ANSWER_S", 0.01)
    asked = FakeSentinel(masters[0], 1)
    client = client_of(asked)
    assert await port_of(client) == masters[0].port
    asked.master = None
    assert await port_of(client) == masters[0].port
    await client.aclose()


async def test_a_service_that_no_sentinel_knows_is_an_outage() -> None:
    client = client_of()
    with pytest.raises(StoreUnavailable):
        await client.ping()
    await client.aclose()
