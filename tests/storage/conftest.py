"""Fixtures of the stores' contract: here every server program on this machine is tried, and the cluster."""

from collections.abc import AsyncIterator

import pytest

from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.fakes.running import CLUSTER, SINGLE, RunningServers

_ON_REDIS = [
    *(pytest.param(label, marks=pytest.mark.redis) for label in SINGLE),
    pytest.param(CLUSTER, marks=[pytest.mark.redis, pytest.mark.cluster]),
]


@pytest.fixture(params=["memory", *_ON_REDIS])
async def store(request: pytest.FixtureRequest, servers: RunningServers) -> AsyncIterator[Store]:
    """An empty store of each kind in turn."""
    if request.param == "memory":
        yield MemoryStore()
        return
    on_redis = RedisStore.at(servers.empty(request.param))
    yield on_redis
    await on_redis.close()


@pytest.fixture(params=_ON_REDIS)
def redis_url(request: pytest.FixtureRequest, servers: RunningServers) -> str:
    """The URL of an empty server of each kind on this machine in turn, and of the cluster."""
    return servers.empty(request.param)
