"""Fixtures and settings of all tests: the stores, the servers, the log, and Hypothesis."""

import gc
import os
from collections.abc import AsyncIterator, Callable, Generator, Iterator

import pytest
from hypothesis import HealthCheck, settings

from bot.commands.service import relax_collector
from storage.memory.store import MemoryStore
from storage.ports import Store
from storage.redis.store import RedisStore
from tests.fakes.logbook import Logbook
from tests.fakes.running import CLUSTER, SINGLE, RunningServers, in_turn, own_server
from tests.schedule import shared_out
from tests.servers import ServerProcess

# Hypothesis tries the same examples on every machine and every time, and a slow machine is no failure.
settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("ci")

_ON_REDIS = [
    pytest.param("server", marks=pytest.mark.redis),
    pytest.param(CLUSTER, marks=[pytest.mark.redis, pytest.mark.cluster]),
]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-dialogues",
        action="store_true",
        help="write into the dialogue files what the bot says now, instead of comparing",
    )


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start one worker more than there are cores: tests of processes, kills and browsers wait for these."""
    return (yield) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Share the tests out among the workers of pytest-xdist, if there are several."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers > 1:
        items[:] = shared_out(items, workers, _has("faults"), _has("browser"))


def _has(mark: str) -> Callable[[pytest.Item], bool]:
    return lambda item: item.get_closest_marker(mark) is not None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect the tests without collecting garbage, of which they make none."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going through ten thousand collected tests during each of them."""
    relax_collector()


@pytest.fixture(scope="session")
def logbook() -> Logbook:
    return Logbook()


@pytest.fixture(autouse=True)
def discreet(logbook: Logbook) -> Iterator[None]:
    """Check after each test that the log contains no token, no code and no candidate's words."""
    logbook.configure()
    yield
    assert logbook.indiscretions() == []


@pytest.fixture(scope="session")
def servers() -> Iterator[RunningServers]:
    running = RunningServers()
    yield running
    running.close()


@pytest.fixture(params=["memory", *_ON_REDIS])
async def store(request: pytest.FixtureRequest, servers: RunningServers) -> AsyncIterator[Store]:
    """An empty store in memory, on a server and on the cluster in turn.

    What every server program has to do the same is tested in `tests/storage`, with each of them.
    """
    if request.param == "memory":
        yield MemoryStore()
        return
    on_redis = RedisStore.at(_emptied(request, servers))
    yield on_redis
    await on_redis.close()


def _emptied(request: pytest.FixtureRequest, servers: RunningServers) -> str:
    return servers.empty(in_turn(request.path) if request.param == "server" else request.param)


@pytest.fixture(params=_ON_REDIS)
def redis_url(request: pytest.FixtureRequest, servers: RunningServers) -> str:
    """The URL of an empty server, and of the cluster."""
    return _emptied(request, servers)


@pytest.fixture
async def redis_store(redis_url: str) -> AsyncIterator[RedisStore]:
    """An empty store on a server, and on the cluster."""
    on_redis = RedisStore.at(redis_url)
    yield on_redis
    await on_redis.close()


@pytest.fixture(params=[pytest.param(SINGLE[0], marks=pytest.mark.redis)])
def server(request: pytest.FixtureRequest) -> Iterator[ServerProcess]:
    """A running server of the test's own, which it may kill."""
    with own_server(request.param) as process:
        yield process
