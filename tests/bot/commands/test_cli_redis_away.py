"""Starts while Redis cannot be reached: servers wait for it, commands fail at once."""

from pathlib import Path

import httpx
import pytest

from storage import keys
from tests.bot.commands.commands import Commands, Running
from tests.servers import ServerProcess, wait_until

pytestmark = pytest.mark.redis
SERVERS = (("run",), ("serve",), ("work", "delivery"), ("work", "timers"), ("work", "voice"))
COMMANDS = (
    ("open", "short"), ("invite", "demo"), ("export", "demo", "-o", "file"), ("audit", "--all"), ("recount",),
    ("claim",), ("pane",), ("chat", "demo"),
)  # fmt: skip
TELEGRAM = {"XUMIAN_TELEGRAM_TOKENS": "700001:AAaaBBbbCCccDDddEEffGGhhIIjjKKllMMn"}


@pytest.fixture
def away(server: ServerProcess) -> ServerProcess:
    """A server that does not run. `start` starts it."""
    server.kill()
    return server


def waits(process: Running) -> bool:
    assert process.is_running(), process.log
    return "redis_unavailable" in process.log


def settings_of(server: ServerProcess) -> dict[str, str]:
    return {"XUMIAN_REDIS_URL": server.url, "XUMIAN_TELEGRAM_API_URL": "http://127.0.0.1:9"}


@pytest.mark.parametrize("start", SERVERS, ids=" ".join)
def test_every_server_waits_until_redis_is_there(
    away: ServerProcess, start: tuple[str, ...], tmp_path: Path
) -> None:
    with Running(tmp_path, settings_of(away), arguments=start, ready=False) as process:
        wait_until(lambda: waits(process), "the line about Redis", patience_s=60)
        away.start()
        with away.client() as admin:
            wait_until(lambda: bool(admin.exists(keys.CONFIG)), "the start goes on")
        if start[0] != "work":
            wait_until(process.is_ready, "the web server")
        assert process.stop() == 0
    assert process.log.count("redis_unavailable") == 1
    assert "cannot be reached (Connection refused)" in process.log
    assert "XUMIAN_REDIS_URL" in process.log
    assert "Traceback" not in process.log


def test_the_web_server_says_that_it_is_alive_and_sends_everybody_else_away(
    away: ServerProcess, tmp_path: Path
) -> None:
    given = {**settings_of(away), **TELEGRAM}
    with (
        Running(tmp_path, given, ready=False) as process,
        httpx.Client(base_url=process.address, timeout=30) as web,
    ):
        wait_until(lambda: waits(process), "the line about Redis", patience_s=60)
        assert web.get("/healthz").status_code == 200
        ready = web.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        assert "cannot be reached" in ready.json()["problems"]["redis"]
        for answer in (ready, web.get("/"), web.post("/webhooks/telegram/700001", json={"update_id": 1})):
            assert answer.status_code == 503
            assert answer.headers["retry-after"]
        away.start()
        wait_until(process.is_ready, "the web server")
        assert web.get("/").status_code == 200
        assert web.post("/webhooks/telegram/700001", json={"update_id": 1}).status_code == 401
    assert process.log.count("redis_unavailable") == 1


@pytest.mark.parametrize("start", [("run",), ("work", "delivery")], ids=" ".join)
def test_a_start_that_waits_can_be_stopped(away: ServerProcess, start: tuple[str, ...], tmp_path: Path) -> None:
    with Running(tmp_path, settings_of(away), arguments=start, ready=False) as process:
        wait_until(lambda: waits(process), "the line about Redis", patience_s=60)
        assert process.stop() == 0
    assert "Traceback" not in process.log


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_fails_at_once(xumian: Commands, away: ServerProcess, command: tuple[str, ...]) -> None:
    _fails(xumian, away.url, *command)


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "unix:///nowhere/redis.sock", "redis://nowhere.invalid"])
def test_a_command_does_not_wait_for_a_place_that_may_come_to_be(xumian: Commands, url: str) -> None:
    _fails(xumian, url, "invite", "demo")


def _fails(xumian: Commands, url: str, *command: str) -> None:
    xumian.set(XUMIAN_REDIS_URL=url)
    said = xumian(*command)
    assert said.code == 1
    assert "Redis cannot be reached" in said.err
    assert "XUMIAN_REDIS_URL" in said.err
    assert "tried again" not in said.err
