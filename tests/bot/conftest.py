"""Fixtures for tests of whole processes: one Redis, and the whole app on it."""

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from storage.redis.store import RedisStore
from tests.bot.commands.commands import Commands
from tests.bot.whole_app import WholeApp, whole_app
from tests.fakes.running import SINGLE, RunningServers


@pytest.fixture
def one_redis(servers: RunningServers) -> str:
    """The URL of an empty server."""
    return servers.empty(SINGLE[0])


@pytest.fixture
async def one_store(one_redis: str) -> AsyncIterator[RedisStore]:
    store = RedisStore.at(one_redis)
    yield store
    await store.close()


@pytest.fixture
async def app(one_redis: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[WholeApp]:
    """The whole app. Whatever the test does, no traceback may appear in the log."""
    with structlog.testing.capture_logs() as lines:
        async with whole_app(one_redis) as running:
            yield running
    assert [line for line in lines if line.get("exc_info")] == []
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.fixture
async def public_app(one_redis: str, caplog: pytest.LogCaptureFixture) -> AsyncIterator[WholeApp]:
    """The whole app with a public address, as strangers reach it."""
    with structlog.testing.capture_logs() as lines:
        async with whole_app(one_redis, public=True) as running:
            yield running
    assert [line for line in lines if line.get("exc_info")] == []
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


@pytest.fixture
def xumian(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, one_redis: str
) -> Iterator[Commands]:
    """Runs `xumian …` in this process, on a Redis of the test's own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield Commands(monkeypatch, capsys, tmp_path, {"XUMIAN_REDIS_URL": one_redis})
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
