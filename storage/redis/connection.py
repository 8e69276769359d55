"""Connections to Redis, Valkey, Redis Cluster or Sentinel by URL. Every error that they give becomes
StoreUnavailable (see `refusals`)."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache, cached_property, partial
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from redis import exceptions as redis_errors
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo

from storage.errors import StorageError, StoreUnavailable
from storage.redis.batches import SCRIPTS, WRITES_TO_A_KEY, Batches, converted
from storage.redis.damage import Ask, looked_at
from storage.redis.outages import EXPECTED, Outages
from storage.redis.refusals import FAILURES, closed_meanwhile, unavailable
from storage.redis.sentinels import MasterPool, Sentinels

CONNECTIONS = 512
_MASTERS = 3  # a cluster has at least so many
TIMEOUT_S = 10.0
"""The timeout of every call, in seconds. Blocking reads wait at most half of it."""


_BLOCKING = frozenset({"XREADGROUP"})
"""Commands that may wait, so need a connection of their own."""
_ELSEWHERE = (
    redis_errors.MovedError,
    redis_errors.AskError,
    redis_errors.TryAgainError,
    redis_errors.ClusterDownError,
)
"""Errors of a cluster's node with which redis-py deals by asking again, or another node."""


def _no_retry() -> Retry:
    """Return a policy without retries. By itself, redis-py would repeat a call whose answer was lost: the entries
    returned by the first XREADGROUP would stay unread, and a server that hangs would be waited for several times
    over. Callers retry where that is right."""
    return Retry(NoBackoff(), 0)


@cache
def _driver() -> DriverInfo:
    """Return what connections say about their library. By itself, redis-py would read its version from the disk
    for each connection."""
    return DriverInfo()


async def cancellable(call: Awaitable[Any]) -> Any:
    """Await the call and make sure that a cancellation takes effect. redis-py sends through `asyncio.wait_for`,
    which before Python 3.12 swallows a cancellation that arrives just as sending is done, so that the canceller
    would wait forever."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        return await call
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


class SingleClient(Redis):
    """A client of one server. `subscriber` holds the connection for subscriptions."""

    subscriber: Redis | None = None
    outages: Outages
    replicas = 0

    @cached_property
    def read_only(self) -> set[str]:
        """The scripts that write nothing, and their hashes."""
        return set()

    @cached_property
    def _batches(self) -> Batches:
        return Batches(partial(_lent, self.connection_pool), TIMEOUT_S, self.replicas, self.read_only)

    def confirmed_by(self, replicas: int) -> None:
        """Have what is written from now on confirmed by so many replicas."""
        self.replicas = self._batches.replicas = replicas

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        command: str = args[0]
        if command in _BLOCKING:
            try:
                answer = await cancellable(cast(Any, super()).execute_command(*args, **options))
            except FAILURES as error:
                raise await _refused(self, super().execute_command, error, args) from error
        else:
            answer = await self._batches.call((*command.split(), *args[1:]) if " " in command else args)
            if isinstance(answer, Exception):
                raise await _refused(self, super().execute_command, answer, args) from answer
            answer = converted(self.response_callbacks, command, answer, options)
        if self.outages.current:
            self.outages.answered()
        return answer

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        if self.subscriber is not None:
            await self.subscriber.aclose()
        manager = getattr(self.connection_pool, "sentinel_manager", None)
        for sentinel in manager.sentinels if manager else ():
            await sentinel.aclose()


@asynccontextmanager
async def _lent(pool: ConnectionPool) -> AsyncIterator[Any]:
    connection = await cast(Any, pool).get_connection()
    try:
        yield connection
    finally:
        await pool.release(connection)


class ClusterClient(RedisCluster):
    """A client of a cluster: every command goes to the node that has its key. Scripts go in batches; so does what
    replicas have to confirm."""

    outages: Outages
    replicas = 0

    @cached_property
    def read_only(self) -> set[str]:
        """The scripts that write nothing, and their hashes."""
        return set()

    @cached_property
    def _nodes(self) -> dict[str, tuple[Any, Batches]]:
        return {}

    def confirmed_by(self, replicas: int) -> None:
        """Have what is written from now on confirmed by so many replicas."""
        self.replicas = replicas
        for _, batches in self._nodes.values():
            batches.replicas = replicas

    async def initialize(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await cast(Any, super()).initialize(*args, **kwargs)
        except FAILURES as error:
            raise refused(self, error) from error

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        try:
            # Without this, redis-py 8 sends the first commands to random nodes and, if several of them are
            # redirected at the same time, closes connections that others are using.
            await self.initialize()
            answer = await self._call(args, kwargs)
        except FAILURES as error:
            why = await _refused(self, super().execute_command, error, args)
            if why.code not in EXPECTED:
                self._initialize = True  # the next call finds out again which node has what
            raise why from error
        if self.outages.current:
            self.outages.answered()
        return answer

    async def _call(self, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        key = args[3] if args[0] in SCRIPTS and args[2] else None
        if self.replicas and args[0] in WRITES_TO_A_KEY:
            key = args[1]
        if key is not None:
            answer = await self._batches_to(key).call(args)
            if not isinstance(answer, Exception):
                return converted(self.response_callbacks, args[0], answer, options)
            if not isinstance(answer, _ELSEWHERE):
                raise answer
        try:
            return await cancellable(cast(Any, super()).execute_command(*args, **options))
        except (AttributeError, RuntimeError) as error:
            raise closed_meanwhile(error) from error

    async def unlink(self, *names: Any) -> int:
        """Like redis-py's, which would not go through `execute_command`."""
        return sum([await self.execute_command("UNLINK", each) for each in names])

    def _batches_to(self, key: str) -> Batches:
        """Return the batches to the node that has the key."""
        node: Any = self.nodes_manager.get_node_from_slot(self.keyslot(key))
        known, batches = self._nodes.get(node.name, (None, None))
        if batches is None or known is not node:
            batches = Batches(partial(_lent_by_node, node), TIMEOUT_S, self.replicas, self.read_only)
            self._nodes[node.name] = node, batches
        return batches


@asynccontextmanager
async def _lent_by_node(node: Any) -> AsyncIterator[Any]:
    connection = node.acquire_connection()
    try:
        yield connection
    finally:
        node.release(connection)


async def _refused(
    client: "SingleClient | ClusterClient", ask: Ask, error: Exception, command: Sequence[Any]
) -> StoreUnavailable:
    """Like `refused`, for a command with its arguments. `ask` sends another command."""
    why = await looked_at(ask, command, unavailable(error, str(command[0])))
    client.outages.refused(why, command[0])
    return why


def refused(client: "SingleClient | ClusterClient", error: Exception, command: object = "") -> StoreUnavailable:
    """Return what to raise for an error of redis-py, after noting it in the client's outages. Raises the error
    itself if it is a mistake of the caller."""
    why = unavailable(error, command if isinstance(command, str) else "")
    client.outages.refused(why, command)
    return why


Client = SingleClient
"""The type that the stores call. A cluster's client has the same commands."""


def connect(url: str, connections: int = CONNECTIONS, replicas: int = 0) -> Client:
    """Return a client for the URL. It does not connect before the first command.

    `connections` is the most that it opens for calls. Subscriptions have one more, so that listening never keeps a
    call waiting. `replicas` is how many replicas have to confirm what is written.

    Raises StorageError if the URL is not understood. The message never contains what may be a password.
    """
    try:
        client = _client(url, connections)
    except (ValueError, redis_errors.RedisClusterException):
        raise StorageError(
            "the host, port or database in the Redis URL is not understood: write redis://user:password@host:6379/0"
            ", port and database as numbers (a cluster has only database 0), and : / @ % in a password as %3A %2F "
            "%40 %25"
        ) from None
    client.outages = Outages()
    client.replicas = replicas
    return client


def _client(url: str, connections: int) -> Client:
    parts = urlsplit(url)
    options: dict[str, Any] = {
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "protocol": 2,
        "retry": _no_retry(),
        "driver_info": _driver(),
    }
    match parts.scheme:
        case "redis" | "rediss" | "unix":
            if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):  # redis-py would use database 0
                raise ValueError("no such database")
            pool = ConnectionPool.from_url(url, max_connections=connections, **options)
            listening = ConnectionPool.from_url(url, **options)
            client = cast(Client, SingleClient.from_pool(pool))  # unlike the constructor, closes the pool, too
            client.subscriber = Redis.from_pool(listening)
            return client
        case "redis+cluster" | "rediss+cluster":
            plain = url.replace("+cluster", "", 1)
            of_node = max(1, connections // _MASTERS)
            return cast(Client, ClusterClient.from_url(plain, max_connections=of_node, **options))
        case "redis+sentinel":
            return _sentinel(url, connections, options)
    raise StorageError(
        f"a Redis URL cannot begin with {parts.scheme!r}: use redis://, rediss://, unix://, redis+cluster:// or "
        "redis+sentinel://host:26379,host2:26379/service"
    )


def _sentinel(url: str, connections: int, options: dict[str, Any]) -> Client:
    """Return a client for `redis+sentinel://[user:password@]host[:port][,host[:port]…]/service[?db=0]`."""
    rest = url.partition("://")[2]
    rest, _, query = rest.partition("?")
    login, _, rest = rest.rpartition("@")
    hosts, _, service = rest.partition("/")
    user, _, password = login.partition(":")
    if not service:
        raise StorageError("a Sentinel URL needs the service's name: redis+sentinel://host:26379/service")
    to_sentinels = {
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "retry": _no_retry(),
        "driver_info": _driver(),
    }
    sentinel: Any = cast(Any, Sentinels)([_host(each) for each in hosts.split(",")], sentinel_kwargs=to_sentinels)
    if login:
        options |= {"username": unquote(user) or None, "password": unquote(password) or None}
    options["db"] = int(parse_qs(query).get("db", ["0"])[0])
    client = cast(
        Client,
        sentinel.master_for(service, SingleClient, MasterPool, max_connections=connections, **options),
    )
    client.subscriber = sentinel.master_for(service, connection_pool_class=MasterPool, **options)
    return client


def _host(written: str) -> tuple[str, int]:
    parts = urlsplit(f"//{written}")
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, parts.port or 26379


async def open_group(client: Client, stream: str, group: str) -> None:
    """Create a stream and its consumer group if they do not exist."""
    try:
        await client.xgroup_create(stream, group, id="0", mkstream=True)
    except StoreUnavailable as error:
        if error.code != "BUSYGROUP":
            raise


@asynccontextmanager
async def publisher(client: Client) -> AsyncIterator[PubSub]:
    """Open a connection for subscriptions while the context lasts. On a cluster, any one node delivers everything
    that is published."""
    source = await _one_node(client) if is_cluster(client) else client.subscriber or client
    pubsub = source.pubsub()
    try:
        yield pubsub
    finally:
        await _close(pubsub, source, client)


async def _one_node(client: Client) -> Redis:
    cluster = cast(RedisCluster, cast(object, client))
    await cluster.initialize()
    node: Any = cluster.get_default_node()
    options = {**node.connection_kwargs, "retry": _no_retry()}
    return Redis.from_pool(ConnectionPool(connection_class=node.connection_class, **options))


async def _close(pubsub: PubSub, source: Redis, shared: Client) -> None:
    with suppress(redis_errors.RedisError, OSError):
        await cast(Any, pubsub).aclose()
        if is_cluster(shared):
            await source.aclose()


def is_cluster(client: object) -> bool:
    return isinstance(client, RedisCluster)
