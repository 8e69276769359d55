"""A start on a Redis that refuses: what will not pass ends it with the remedy, what will pass is waited for."""

import contextlib
import threading
from collections.abc import Iterator

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.bot.commands.commands import Commands
from tests.servers import ServerProcess, wait_until

pytestmark = pytest.mark.redis
STARTS = (("run",), ("work", "delivery"), ("invite", "demo"))


@contextlib.contextmanager
def blocked(server: ServerProcess) -> Iterator[None]:
    """Block the server with somebody's script, as the server says after a millisecond."""
    with server.client() as admin:
        admin.config_set("lua-time-limit", "1")

    def block() -> None:
        with contextlib.suppress(RedisError), Redis(port=server.port, socket_timeout=None) as client:
            client.eval("while true do end", 0)

    thread = threading.Thread(target=block)
    thread.start()
    try:
        wait_until(lambda: _is_busy(server), "a server that is busy")
        yield
    finally:
        with server.client() as admin:
            admin.script_kill()
        thread.join()


def _is_busy(server: ServerProcess) -> bool:
    with server.client() as admin:
        try:
            admin.ping()
        except RedisError as error:
            return str(error).startswith("BUSY")
    return False


@pytest.mark.parametrize("start", STARTS, ids=" ".join)
@pytest.mark.parametrize(
    ("rule", "login", "words"),
    [
        ([">right", "+@all", "~*", "&*"], "xumian:wrong@", ("WRONGPASS", "XUMIAN_REDIS_URL")),
        ([">right", "+@all", "~xm:*", "&*", "-xautoclaim"], "xumian:right@", ("XAUTOCLAIM", "docs/deploying.md")),
        ([">right", "+@all", "~*", "&*"], "xumian:right@/99", ("database", "XUMIAN_REDIS_URL")),
    ],
)
def test_what_will_not_pass_ends_a_start(
    xumian: Commands,
    server: ServerProcess,
    start: tuple[str, ...],
    rule: list[str],
    login: str,
    words: tuple[str, ...],
) -> None:
    with server.client() as admin:
        admin.execute_command("ACL", "SETUSER", "xumian", "reset", "on", *rule)
    who, _, path = login.partition("/")
    xumian.set(XUMIAN_REDIS_URL=f"redis://{who}127.0.0.1:{server.port}/{path}")
    said = xumian(*start)
    assert said.code == 1
    for word in words:
        assert word in said.err
    assert "right" not in said.err
    assert "tried again" not in said.err


@pytest.mark.parametrize("start", STARTS, ids=" ".join)
def test_a_password_that_is_missing(xumian: Commands, server: ServerProcess, start: tuple[str, ...]) -> None:
    with server.client() as admin:
        admin.config_set("requirepass", "a-password")
    xumian.set(XUMIAN_REDIS_URL=server.url)
    said = xumian(*start)
    assert said.code == 1
    assert "NOAUTH" in said.err
    assert "XUMIAN_REDIS_URL" in said.err


def test_a_url_that_names_a_single_server_a_cluster(xumian: Commands, server: ServerProcess) -> None:
    xumian.set(XUMIAN_REDIS_URL=f"redis+cluster://127.0.0.1:{server.port}")
    said = xumian("run")
    assert said.code == 1
    assert "write redis://" in said.err


def test_a_command_does_not_wait(xumian: Commands, server: ServerProcess) -> None:
    xumian.set(XUMIAN_REDIS_URL=server.url)
    with blocked(server):
        said = xumian("invite", "demo")
    assert said.code == 1
    assert "BUSY" in said.err
    assert "SCRIPT KILL" in said.err
