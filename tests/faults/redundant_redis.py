"""Redis that survives the loss of a master: under Sentinels, or as a cluster. Each server has its own machine."""

import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

from redis import Redis
from redis.exceptions import RedisError

from tests.faults.private_network import HERE, Machine, Network
from tests.servers import ServerProcess, wait_until

_PORT = 26379
_SERVICE = "faults"
_SLOTS = 16384
_DOWN_MS = 2000
_FAILOVER_S = 60.0
_SETTLES_S = 1.5
"""Just after a partition, everything may look as before, although a failover has begun."""


def _server(binary: Path, machine: Machine, settings: Mapping[str, str]) -> ServerProcess:
    own = {
        "protected-mode": "no",
        "repl-diskless-sync-delay": "0",
        "repl-timeout": "5",
        "repl-ping-replica-period": "1",
    }
    return ServerProcess(binary, own | dict(settings), host=machine.address, port=6379, before=machine.enter)


class Redundant(Protocol):
    """Servers with replicas."""

    nodes: list[ServerProcess]
    net: Network

    @property
    def url(self) -> str: ...

    def masters(self) -> list[ServerProcess]:
        """Return the server that everybody agrees is the master, or, of a cluster, one for each shard."""
        ...

    def whole(self) -> bool:
        """Return whether every master has all its replicas."""
        ...

    def close(self) -> None: ...


def cut_off(redis: Redundant, node: ServerProcess, *, clients: bool) -> None:
    """Cut a server off from the others, and from its clients, too, if that is said."""
    others = {each.address for each in redis.net.machines} - {node.host}
    redis.net.cut([node.host], others | ({HERE} if clients else set()))


def start_again(redis: Redundant) -> None:
    """Start each server that does not run, and wait until every master has had all its replicas for a while."""
    for node in redis.nodes:
        if not node.is_running():
            node.start()
    since = time.monotonic()

    def settled() -> bool:
        nonlocal since
        if not redis.whole():
            since = time.monotonic()
        return time.monotonic() - since > _SETTLES_S

    wait_until(settled, "every master has its replicas", _FAILOVER_S)


class Sentinels:
    """A master with two replicas, and five Sentinels: one on each of their machines, two elsewhere."""

    _ELSEWHERE = 2

    def __init__(self, binary: Path, settings: Mapping[str, str] | None = None, replicas: int = 2) -> None:
        self._ends = ExitStack()
        self.net = Network(replicas + 1 + self._ELSEWHERE)
        self._ends.callback(self.net.close)
        self.nodes = [_server(binary, each, settings or {}) for each in self.net.machines[: replicas + 1]]
        for node in self.nodes:
            self._ends.enter_context(node)
        for node in self.nodes[1:]:
            with node.client() as client:
                client.replicaof(self.nodes[0].host, str(self.nodes[0].port))
        wait_until(lambda: self._replicas_of(self.nodes[0]) == replicas, "the replicas follow")
        self._watching = [_Sentinel(binary, each, self.nodes[0]) for each in self.net.machines]
        for each in self._watching:
            self._ends.callback(each.stop)
        wait_until(self._known, "the Sentinels know each other", _FAILOVER_S)

    @property
    def url(self) -> str:
        return f"redis+sentinel://{','.join(f'{each.address}:{_PORT}' for each in self.net.machines)}/{_SERVICE}"

    def masters(self) -> list[ServerProcess]:
        named = {each.master() for each in self._watching}
        return [node for node in self.nodes if {node.host} == named]

    def whole(self) -> bool:
        found = self.masters()
        return bool(found) and self._replicas_of(found[0]) == len(self.nodes) - 1

    def close(self) -> None:
        self._ends.close()

    def _replicas_of(self, node: ServerProcess) -> int:
        return _replicas(node)

    def _known(self) -> bool:
        return all(each.knows(len(self._watching) - 1, len(self.nodes) - 1) for each in self._watching)


class _Sentinel:
    def __init__(self, binary: Path, machine: Machine, master: ServerProcess) -> None:
        self.host = machine.address
        self._folder = tempfile.TemporaryDirectory(prefix="xumian-test-sentinel-")
        folder = Path(self._folder.name)
        configuration = folder / "sentinel.conf"
        configuration.write_text(
            f"port {_PORT}\nprotected-mode no\n"
            f'dir "{folder}"\n'
            f"sentinel monitor {_SERVICE} {master.host} {master.port} 2\n"
            f"sentinel down-after-milliseconds {_SERVICE} {_DOWN_MS}\n"
            f"sentinel failover-timeout {_SERVICE} 6000\nsentinel parallel-syncs {_SERVICE} 2\n"
        )
        with (folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*machine.enter, binary, configuration, "--sentinel"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def master(self) -> str:
        found = self._ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", _SERVICE)
        return str(found[0]) if found else ""

    def knows(self, others: int, replicas: int) -> bool:
        """Return whether it knows so many other Sentinels and replicas."""
        found = self._ask("SENTINEL", "MASTER", _SERVICE) or {}
        told = found if isinstance(found, dict) else dict(zip(found[::2], found[1::2], strict=True))
        return (int(told.get("num-other-sentinels", 0)), int(told.get("num-slaves", 0))) == (others, replicas)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def _ask(self, *command: str) -> Any:
        with Redis(host=self.host, port=_PORT, decode_responses=True, socket_timeout=2) as client:
            try:
                return client.execute_command(*command)
            except RedisError:
                return None


class ReplicatedCluster:
    """A cluster of three masters with replicas of their own."""

    SHARDS = 3

    def __init__(self, binary: Path, settings: Mapping[str, str] | None = None, replicas: int = 2) -> None:
        self._ends = ExitStack()
        self._replicas = replicas
        self.net = Network(self.SHARDS * (replicas + 1))
        self._ends.callback(self.net.close)
        clustered = {
            "cluster-enabled": "yes",
            "cluster-config-file": "nodes.conf",
            "cluster-node-timeout": str(_DOWN_MS),
            **(settings or {}),
        }
        self.nodes = [_server(binary, each, clustered) for each in self.net.machines]
        for node in self.nodes:
            self._ends.enter_context(node)
        self._form()
        wait_until(self.whole, "the cluster's agreement", _FAILOVER_S)

    @property
    def url(self) -> str:
        return f"redis+cluster://{self.nodes[0].host}:{self.nodes[0].port}"

    def masters(self) -> list[ServerProcess]:
        """Return the masters in the order of their slots; nothing if the servers disagree."""
        told = [each for node in self.nodes if (each := _slots(node)) is not None]
        if not told or any(each != told[0] for each in told):
            return []
        by_host = {node.host: node for node in self.nodes}
        return [by_host[each] for each in told[0]]

    def whole(self) -> bool:
        found = self.masters()
        complete = len(found) == self.SHARDS and all(map(_serves, self.nodes))
        return complete and all(_replicas(each) == self._replicas for each in found)

    def close(self) -> None:
        self._ends.close()

    def _form(self) -> None:
        share = -(-_SLOTS // self.SHARDS)
        for number, node in enumerate(self.nodes):
            with node.client() as client:
                client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
                if number < self.SHARDS:
                    client.execute_command(
                        "CLUSTER ADDSLOTS", *range(number * share, min((number + 1) * share, _SLOTS))
                    )
                for other in self.nodes[:number]:
                    client.execute_command("CLUSTER MEET", other.host, other.port)
        wait_until(lambda: all(_knows(each, len(self.nodes)) for each in self.nodes), "everybody has met")
        for number, node in enumerate(self.nodes[self.SHARDS :]):
            with self.nodes[number % self.SHARDS].client() as master, node.client() as client:
                client.execute_command("CLUSTER REPLICATE", master.execute_command("CLUSTER MYID"))


def _replicas(node: ServerProcess) -> int:
    """Return how many replicas follow this server."""
    return sum(
        isinstance(each, dict) and each.get("state") == "online" for each in _info(node, "replication").values()
    )


def _info(node: ServerProcess, section: str) -> dict[str, Any]:
    if not node.is_running():
        return {}
    with node.client() as client:
        try:
            return dict(client.info(section))
        except RedisError:
            return {}


def _cluster(node: ServerProcess, what: str) -> Any:
    if not node.is_running():
        return None
    with node.client() as client:
        try:
            return client.execute_command("CLUSTER", what)
        except RedisError:
            return None


def _slots(node: ServerProcess) -> Sequence[str] | None:
    """Return the host of each shard's master, as this server knows it."""
    found = _cluster(node, "SLOTS")
    return None if found is None else [str(each[2][0]) for each in sorted(found, key=lambda each: int(each[0]))]


def _serves(node: ServerProcess) -> bool:
    return "cluster_state:ok" in _told(node)


def _knows(node: ServerProcess, number: int) -> bool:
    return f"cluster_known_nodes:{number}" in _told(node)


def _told(node: ServerProcess) -> str:
    found = _cluster(node, "INFO")
    return "".join(f"{key}:{value}\n" for key, value in found.items()) if isinstance(found, dict) else str(found)


def started(kind: str, binary: Path, settings: Mapping[str, str] | None = None) -> Redundant:
    """Start the servers of a kind, `sentinel` or `cluster`. Returns when every master has its replicas."""
    return Sentinels(binary, settings) if kind == "sentinel" else ReplicatedCluster(binary, settings)
