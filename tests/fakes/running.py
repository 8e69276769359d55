"""Redis servers that serve a whole test session: each is started when first asked for."""

from contextlib import ExitStack

from redis.exceptions import RedisError

from tests.fakes.skips import skip_or_fail
from tests.servers import ClusterProcess, ServerProcess, available_servers

CLUSTER = "cluster"
SINGLE = tuple(available_servers()) or ("redis",)
"""Labels of the servers at hand; `redis` where there is none, so that its tests are seen to be skipped."""


class RunningServers:
    """One server for each label, and one cluster. They end with the session."""

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._running: dict[str, ServerProcess | ClusterProcess] = {}

    def empty(self, label: str) -> str:
        """The URL of this server, started if need be, with nothing in it."""
        if label not in self._running:
            started = process_of(label).start()
            self._ends.callback(started.stop)
            self._running[label] = started
        server = self._running[label]
        for node in server.nodes if isinstance(server, ClusterProcess) else [server]:
            _empty(node)
        return server.url

    def close(self) -> None:
        self._ends.close()


def own_server(label: str, **settings: str) -> ServerProcess:
    """A server for one test only, not started yet: such a test may kill it or set it up badly."""
    found = available_servers()
    if label not in found:
        skip_or_fail("no redis-server or valkey-server is on this machine")
    return ServerProcess(found[label], {name.replace("_", "-"): value for name, value in settings.items()})


def process_of(label: str) -> ServerProcess | ClusterProcess:
    """The server or cluster with this label, not started yet."""
    if label != CLUSTER:
        return own_server(label)
    binary = next(iter(available_servers().values()), None)
    if binary is None:
        skip_or_fail("no redis-server or valkey-server is on this machine")
    return ClusterProcess(binary)


def _empty(node: ServerProcess) -> None:
    with node.client() as client:
        try:
            client.flushall()
        except RedisError as error:
            raise AssertionError(f"the test server does not answer:\n{node.log()}") from error
