"""Redis servers that are shared by a whole test session. Each starts on first use."""

from contextlib import ExitStack
from pathlib import Path
from zlib import crc32

from redis import Redis
from redis.exceptions import RedisError

from tests.fakes.skips import skip_or_fail
from tests.servers import ClusterProcess, ServerProcess, available_servers

CLUSTER = "cluster"
SINGLE = tuple(available_servers()) or ("redis",)
"""Labels of the installed servers, or `redis` if there are none, so that tests show as skipped."""


def in_turn(file: Path) -> str:
    """Return the label of the server for the tests of this file. The installed ones take turns."""
    return SINGLE[crc32(file.name.encode()) % len(SINGLE)]


class RunningServers:
    """One server per label, and one cluster, until the end of the session."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._running: dict[str, ServerProcess | ClusterProcess] = {}
        self._clients: dict[str, list[tuple[ServerProcess, Redis]]] = {}

    def empty(self, label: str) -> str:
        """Empty this server, starting it if necessary, and return its URL."""
        if label not in self._running:
            started = process_of(label).start()
            self._ends.callback(started.stop)
            self._running[label] = started
            nodes = started.nodes if isinstance(started, ClusterProcess) else [started]
            self._clients[label] = [(node, self._ends.enter_context(node.client())) for node in nodes]
        for node, client in self._clients[label]:
            _empty(node, client)
        return self._running[label].url

    def close(self) -> None:
        self._ends.close()


def own_server(label: str, **settings: str) -> ServerProcess:
    """Return a server, not started yet, for a single test, which may kill or misconfigure it."""
    found = available_servers()
    if label not in found:
        skip_or_fail("no redis-server or valkey-server is on this machine")
    return ServerProcess(found[label], {name.replace("_", "-"): value for name, value in settings.items()})


def process_of(label: str) -> ServerProcess | ClusterProcess:
    """Return the server or cluster with this label, not started yet."""
    if label != CLUSTER:
        return own_server(label)
    binary = next(iter(available_servers().values()), None)
    if binary is None:
        skip_or_fail("no redis-server or valkey-server is on this machine")
    return ClusterProcess(binary)


def _empty(node: ServerProcess, client: Redis) -> None:
    try:
        client.flushall()
    except RedisError as error:
        raise AssertionError(f"the test server does not answer:\n{node.log()}") from error
