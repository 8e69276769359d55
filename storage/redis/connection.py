"""Connections to Redis, Valkey, Redis Cluster or Sentinel by URL; failures to reach them become one error."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

from redis import exceptions as redis_errors
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import PubSub
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff

from storage.errors import StorageError, StoreUnavailable

CONNECTIONS = 512
SUBSCRIPTIONS = 1_100
"""Subscriptions have connections of their own: who only listens never keeps a call waiting."""
TIMEOUT_S = 10.0
"""For every call; blocking reads wait at most half of it."""

_UNREACHABLE = (
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.ReadOnlyError,
    redis_errors.OutOfMemoryError,
    redis_errors.ClusterError,
    redis_errors.ClusterDownError,
    redis_errors.SlotNotCoveredError,
    redis_errors.MasterDownError,
    redis_errors.TryAgainError,
    OSError,
)
_CANNOT_NOW = re.compile(
    r"(?<![A-Za-z])(OOM|READONLY|MISCONF|NOREPLICAS|LOADING|CLUSTERDOWN|MASTERDOWN|UNBLOCKED)(?![A-Za-z])"
)
"""Error codes, wherever they stand: Redis 6.2 tells of an error in a script as "Error running script (call to
f_…): @user_script:12: -OOM command not allowed …", later versions as "OOM command not allowed … script: f_…"."""


def _no_retry() -> Retry:
    """redis-py would by itself ask again after a lost answer: what the first XREADGROUP gave us would lie unread,
    and a server that hangs would be waited for several times over. Our callers ask again where that is right."""
    return Retry(NoBackoff(), 0)


def _unavailable(error: Exception) -> StoreUnavailable | None:
    refused = isinstance(error, redis_errors.ResponseError) and _CANNOT_NOW.search(str(error))
    if isinstance(error, _UNREACHABLE) or refused:
        return StoreUnavailable(
            f"Redis cannot be used now ({type(error).__name__}); this is tried again by itself"
        )
    return None


async def _cancellable(call: Awaitable[Any]) -> Any:
    """redis-py sends through `asyncio.wait_for`, which before Python 3.12 swallows a cancellation that comes just
    when the sending is done; whoever cancelled would wait for good."""
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        return await call
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError


class SingleClient(Redis):
    """One server. `subscriber` has the connections for subscriptions."""

    subscriber: Redis | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        try:
            return await _cancellable(cast(Any, super()).execute_command(*args, **options))
        except Exception as error:
            if unavailable := _unavailable(error):
                raise unavailable from error
            raise

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        if self.subscriber is not None:
            await self.subscriber.aclose()
        manager = getattr(self.connection_pool, "sentinel_manager", None)
        for sentinel in manager.sentinels if manager else ():
            await sentinel.aclose()


class ClusterClient(RedisCluster):
    """A cluster: every command goes to the node that has its key."""

    async def initialize(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await cast(Any, super()).initialize(*args, **kwargs)
        except redis_errors.RedisClusterException as error:
            raise StoreUnavailable(
                "the Redis cluster cannot be used now: no node answers, or some slots have none; this is tried "
                "again by itself"
            ) from error

    async def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        try:
            # Without this, redis-py 8 sends the first commands to nodes at random and, when several of those are
            # sent on at the same time, closes the connections that the others are using.
            await self.initialize()
            return await _cancellable(cast(Any, super()).execute_command(*args, **kwargs))
        except Exception as error:
            if unavailable := _unavailable(error):
                self._initialize = True  # the next call looks anew which node has what
                raise unavailable from error
            raise


Client = SingleClient
"""What the stores call; a cluster's client has the same commands."""


def connect(url: str) -> Client:
    """A client for the URL. Nothing is connected before the first command.

    Raises StorageError for a URL that is not understood; never with what may be a password in it.
    """
    try:
        return _client(url)
    except (ValueError, redis_errors.RedisClusterException):
        raise StorageError(
            "the host, port or database in the Redis URL is not understood: write redis://user:password@host:6379/0"
            ", port and database as numbers (a cluster has only database 0), and : / @ % in a password as %3A %2F "
            "%40 %25"
        ) from None


def _client(url: str) -> Client:
    parts = urlsplit(url)
    options: dict[str, Any] = {
        "socket_timeout": TIMEOUT_S,
        "socket_connect_timeout": TIMEOUT_S,
        "protocol": 2,
        "retry": _no_retry(),
    }
    match parts.scheme:
        case "redis" | "rediss" | "unix":
            if parts.scheme != "unix" and not re.fullmatch(r"/?\d*", parts.path):  # redis-py would take database 0
                raise ValueError("no such database")
            pool = ConnectionPool.from_url(url, max_connections=CONNECTIONS, **options)
            listening = ConnectionPool.from_url(url, max_connections=SUBSCRIPTIONS, **options)
            client = cast(Client, SingleClient.from_pool(pool))  # unlike the constructor: closes the pool, too
            client.subscriber = Redis.from_pool(listening)
            return client
        case "redis+cluster" | "rediss+cluster":
            plain = url.replace("+cluster", "", 1)
            return cast(Client, ClusterClient.from_url(plain, **options))
        case "redis+sentinel":
            return _sentinel(url, options)
    raise StorageError(
        f"a Redis URL cannot begin with {parts.scheme!r}: use redis://, rediss://, unix://, redis+cluster:// or "
        "redis+sentinel://host:26379,host2:26379/service"
    )


def _sentinel(url: str, options: dict[str, Any]) -> Client:
    """`redis+sentinel://[user:password@]host[:port][,host[:port]…]/service[?db=0]`."""
    rest = url.partition("://")[2]
    rest, _, query = rest.partition("?")
    login, _, rest = rest.rpartition("@")
    hosts, _, service = rest.partition("/")
    user, _, password = login.partition(":")
    if not service:
        raise StorageError("a Sentinel URL needs the service's name: redis+sentinel://host:26379/service")
    to_sentinels = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S, "retry": _no_retry()}
    sentinel: Any = cast(Any, Sentinel)([_host(each) for each in hosts.split(",")], sentinel_kwargs=to_sentinels)
    if login:
        options |= {"username": unquote(user) or None, "password": unquote(password) or None}
    options["db"] = int(parse_qs(query).get("db", ["0"])[0])
    client = cast(
        Client,
        sentinel.master_for(service, redis_class=SingleClient, max_connections=CONNECTIONS, **options),
    )
    client.subscriber = sentinel.master_for(service, max_connections=SUBSCRIPTIONS, **options)
    return client


def _host(written: str) -> tuple[str, int]:
    parts = urlsplit(f"//{written}")
    if not parts.hostname:
        raise ValueError("no host")
    return parts.hostname, parts.port or 26379


class LuaScript:
    """A Lua script, called by its hash and sent whole only where the server does not know it yet.

    redis-py's own script object does the same at several times the cost of the call itself.
    """

    def __init__(self, client: Client, source: str) -> None:
        self._client = client
        self._source = source
        self._sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, keys: Sequence[str], args: Sequence[Any]) -> Any:
        try:
            return await self._client.execute_command("EVALSHA", self._sha, len(keys), *keys, *args)
        except redis_errors.NoScriptError:
            return await self._client.execute_command("EVAL", self._source, len(keys), *keys, *args)

    async def each(self, calls: Sequence[tuple[Sequence[str], Sequence[Any]]]) -> list[Any]:
        """Several calls (keys, arguments) in one round trip, or one after another on a cluster; their answers."""
        if len(calls) < 2 or is_cluster(self._client):
            return [await self(keys, args) for keys, args in calls]
        pipeline = self._client.pipeline(transaction=False)
        for keys, args in calls:
            pipeline.execute_command("EVALSHA", self._sha, len(keys), *keys, *args)
        try:
            answers = await _cancellable(pipeline.execute(raise_on_error=False))
        except Exception as error:
            if unavailable := _unavailable(error):
                raise unavailable from error
            raise
        # An error: the server does not know the script, or cannot write now.
        return [
            await self(keys, args) if isinstance(answer, Exception) else answer
            for (keys, args), answer in zip(calls, answers, strict=True)
        ]


@asynccontextmanager
async def subscription(client: Client, topic: str) -> AsyncIterator[PubSub]:
    """What is published under `topic` while the context lasts; on a cluster any node hears of all of it."""
    source = await _one_node(client) if is_cluster(client) else client.subscriber or client
    pubsub = source.pubsub()
    try:
        await pubsub.subscribe(topic)
    except Exception as error:
        await _close(pubsub, source, client)
        if unavailable := _unavailable(error):
            raise unavailable from error
        raise
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
