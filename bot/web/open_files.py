"""How many files this process may have open, and how many connections it serves with them.

Every connection is an open file, and many systems allow only 1,024 at first. The limit is raised as far as it may
be, and everything that opens connections is sized so that files are left for the rest.
"""

import sys
from typing import NamedTuple

from bot.logs import log

if sys.platform != "win32":  # Windows has no such limit
    import resource

WANTED = 65_536
ENOUGH = 4_096
_MOST_CONNECTIONS = 4_096
_MOST_OF_NETWORK = 400
_MOST_REDIS = 512


class Capacity(NamedTuple):
    """How many connections a process has at a time.

    - `connections`: to the web server, of any kind.
    - `of_network`: of these, from one network.
    - `sockets`: of these, WebSockets of the web messenger.
    - `sockets_of_network`: of these, from one network.
    - `redis`: to Redis.
    """

    connections: int
    of_network: int
    sockets: int
    sockets_of_network: int
    redis: int


def capacity(open_files: int | None = None) -> Capacity:
    """Return what fits into this many open files; by default, into what this process may open now."""
    files = limit() if open_files is None else open_files
    connections = min(_MOST_CONNECTIONS, files // 2)
    of_network = min(_MOST_OF_NETWORK, connections // 2)
    return Capacity(
        connections, of_network, connections * 3 // 4, of_network // 2, min(_MOST_REDIS, max(1, files // 4))
    )


def limit() -> int:
    """Return how many files this process may have open."""
    if sys.platform == "win32":
        return WANTED
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return WANTED if soft == resource.RLIM_INFINITY else soft


def raise_limit() -> None:
    """Raise the limit as far as it is needed and allowed. If that is too little, log what it is enough for."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    files = limit()
    if files < ENOUGH:
        served = capacity(files)
        log.warning(
            "few_open_files",
            limit=files,
            what=f"this process may open only {files} files, so it serves {served.sockets} open pages at a time, "
            f"{served.sockets_of_network} of them from one network; raise the limit to {WANTED}: LimitNOFILE in "
            "the systemd unit, ulimits (nofile) in compose.yaml, or ulimit -n",
        )
