"""The web server's open connections: how many there may be, and which one gives way when there are too many."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from cachetools import LRUCache

from bot.web.http import network_of_host
from bot.web.open_files import capacity
from bot.web.quotas import Groups

_MOST_NETWORKS = 10_000


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a web server, times in seconds.

    - `connections`: how many are open at a time, in all.
    - `of_network`: from one network. Proxies in `trusted_proxies` are exempt: they stand for many visitors.
    - `new_at_once`, `new_per_s`: of a network, so many new ones are served at once, and so many more each second.
      Further ones wait for their turn, so that a network that connects over and over slows only itself.
    - `request_s`: how long a connection may take to send the headers of its next request.
    - `drain_s`: how long it may go on sending the body of a request that has been answered already.
    - `stalled_s`: how long it may take to read anything of what is sent to it.
    """

    connections: int = field(default_factory=lambda: capacity().connections)
    of_network: int = field(default_factory=lambda: capacity().of_network)
    trusted_proxies: Sequence[str] = ()
    new_at_once: int = 200
    new_per_s: float = 40
    request_s: float = 10
    drain_s: float = 120
    stalled_s: float = 30


class Connection:
    """One open connection. `close` closes it at once."""

    __slots__ = ("close", "network", "trusted")

    def __init__(self, network: str, trusted: bool, close: Callable[[], None]) -> None:
        self.network = network
        self.trusted = trusted
        self.close = close


class Connections:
    """All open connections.

    If there are too many, one that waits for its next request gives way: the oldest of the network that has most
    of them. So whoever only opens connections cannot shut others out.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._proxies = [ip_network(each, strict=False) for each in limits.trusted_proxies]
        self._open: set[Connection] = set()
        self._of_network: Counter[str] = Counter()
        self._waiting: Groups[Connection] = Groups()
        self._turns: LRUCache[str, float] = LRUCache(_MOST_NETWORKS)
        self._stopped = False

    def stop(self) -> None:
        """Accept no more connections."""
        self._stopped = True

    def opened(self, host: str, close: Callable[[], None]) -> Connection | None:
        """Count a new connection, which waits for its first request. Returns None if there is no room for it,
        or after `stop`."""
        if self._stopped:
            return None
        connection = Connection(network_of_host(host), self._is_trusted(host), close)
        if not self._make_room(connection):
            return None
        self._open.add(connection)
        self._of_network[connection.network] += 1
        self.waits(connection)
        return connection

    def turn_s(self, connection: Connection, now_s: float) -> float:
        """Return in how many seconds a new connection is to be served. `now_s` is the event loop's time."""
        if connection.trusted:
            return 0
        turn_s = max(
            now_s - self.limits.new_at_once / self.limits.new_per_s, self._turns.get(connection.network, 0)
        )
        self._turns[connection.network] = turn_s + 1 / self.limits.new_per_s
        return max(0, turn_s - now_s)

    def waits(self, connection: Connection) -> None:
        """Note that a connection has no request in progress."""
        if connection in self._open:
            self._waiting.remove(connection.network, connection)
            self._waiting.add(connection.network, connection)

    def works(self, connection: Connection) -> None:
        """Note that a connection has a request in progress, or is a WebSocket."""
        self._waiting.remove(connection.network, connection)

    def closed(self, connection: Connection) -> None:
        if connection not in self._open:
            return
        self._open.remove(connection)
        self._waiting.remove(connection.network, connection)
        self._of_network[connection.network] -= 1
        if not self._of_network[connection.network]:
            del self._of_network[connection.network]

    def _make_room(self, new: Connection) -> bool:
        """Close a waiting connection if there are too many. Returns whether there is room now."""
        if not new.trusted and self._of_network[new.network] >= self.limits.of_network:
            other = self._waiting.oldest(new.network)
        elif len(self._open) >= self.limits.connections:
            other = self._waiting.oldest(self._waiting.largest())
        else:
            return True
        if other is None:
            return False
        self.closed(other)
        other.close()
        return True

    def _is_trusted(self, host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)
