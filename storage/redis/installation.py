"""Checks when a process starts: whether the data belongs to this installation, and what the server might lose."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, NamedTuple, cast

from redis.asyncio.cluster import RedisCluster
from redis.exceptions import ResponseError

from storage import keys
from storage.codec import FORMAT
from storage.errors import InstallationMismatch, ServerTooOld, StoreUnavailable
from storage.redis.connection import Client, is_cluster, refused
from storage.redis.lua_script import LuaScript
from storage.redis.outages import FORBIDDEN

OLDEST = (6, 2)
"""The oldest version of Redis that has all commands. Valkey says that it is Redis 7.2."""


async def check(client: Client, *, restoring: bool = False) -> None:
    """Check the server, and that the data in it belongs to this installation.

    The partition count and schema are stored on the first start, and compared on every later one. A newer schema
    is stored, too: earlier versions then refuse to start. An installation of which a backup was restored only in
    part is refused, unless `restoring`. Raises ServerTooOld, InstallationMismatch, and
    StoreUnavailable, also if the user may not run a command that is needed.
    """
    await _check_version(client)
    await _probe(client)
    await _check_configuration(client, restoring=restoring)


async def _check_version(client: Client) -> None:
    for node in await _info(client, "server"):
        version = str(node.get("redis_version", ""))
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
        if len(numbers) == len(OLDEST) and numbers < OLDEST:
            raise ServerTooOld(
                f"this Redis is version {version}, which lacks commands that Xumian needs: use Redis 6.2 or "
                "later, or Valkey"
            )


async def _probe(client: Client) -> None:
    """Run every command that is needed. Raises StoreUnavailable with the name of the first that is refused."""
    probe = LuaScript(client, (files("storage.redis") / "probe.lua").read_text())
    found = await probe(keys=keys.PROBES, args=[keys.PROBE_TOPIC])
    if found:
        command, said = (each.decode(errors="replace") for each in cast(list[bytes], found))
        raise refused(client, ResponseError(said), command)


async def _check_configuration(client: Client, *, restoring: bool) -> None:
    await client.hsetnx(keys.CONFIG, "partitions", str(keys.PARTITIONS))
    await client.hsetnx(keys.CONFIG, "schema", str(FORMAT))
    found = cast(dict[bytes, bytes], await client.hgetall(keys.CONFIG))
    try:
        partitions, schema = int(found[b"partitions"]), int(found[b"schema"])
    except ValueError:
        raise InstallationMismatch(
            f"this Redis holds something else under {keys.CONFIG}: point XUMIAN_REDIS_URL to a database of its own"
        ) from None
    if partitions != keys.PARTITIONS:
        raise InstallationMismatch(
            f"this Redis was set up with {partitions} partitions, this version works with {keys.PARTITIONS}: "
            "point XUMIAN_REDIS_URL to another database, or run the version that set it up"
        )
    if schema > FORMAT:
        raise InstallationMismatch(
            f"this Redis holds records of schema {schema}, this version reads up to {FORMAT}: run a newer version"
        )
    if keys.RESTORING.encode() in found and not restoring:
        raise InstallationMismatch(
            "a backup is being restored into this Redis, or that was interrupted: run xumian restore (again) and "
            "let it finish"
        )
    if schema < FORMAT:
        await client.hset(keys.CONFIG, "schema", str(FORMAT))


class Memory(NamedTuple):
    """The memory that the server uses, and the most that it may use (`maxmemory`; 0: no limit), in bytes."""

    used: int
    most: int


async def memory(client: Client) -> Memory:
    """Return the memory of the server, or of the fullest node of a cluster."""
    nodes = await _info(client, "memory")
    return max(
        (Memory(int(each["used_memory"]), int(each.get("maxmemory", 0))) for each in nodes),
        key=lambda node: node.used / node.most if node.most else 0,
        default=Memory(0, 0),
    )


async def _info(client: Client, section: str) -> list[dict[str, Any]]:
    """Return what the server, or each master of a cluster, tells of itself; nothing if the user may not ask."""
    options: dict[str, Any] = {"target_nodes": RedisCluster.PRIMARIES} if is_cluster(client) else {}
    try:
        found: Any = await client.execute_command("INFO", section, **options)
    except StoreUnavailable as error:
        if error.code not in FORBIDDEN:
            raise
        return []
    return list(found.values()) if all(isinstance(each, dict) for each in found.values()) else [found]


async def durability_warnings(client: Client) -> list[str]:
    """Return what could be lost with this server's settings, in one sentence each; empty if nothing could."""
    try:
        settings = await _settings(client)
    except StoreUnavailable as error:
        if error.code not in FORBIDDEN:
            raise
        return ["Redis does not let its settings be read, so it is unknown whether a crash could lose answers"]
    warnings: list[str] = []
    if settings.get("appendonly") == "no":
        warnings.append(
            "Redis keeps no append-only file: a crash of Redis loses every answer since its last snapshot "
            "(set appendonly yes)"
        )
    elif (fsync := settings.get("appendfsync")) != "always":
        lost = "about a second of" if fsync == "everysec" else "up to half a minute of"
        warnings.append(
            f"Redis has appendfsync {fsync}: a power failure can lose {lost} acknowledged answers "
            "(set appendfsync always)"
        )
    if (policy := settings.get("maxmemory-policy")) not in (None, "noeviction") and settings.get(
        "maxmemory"
    ) != "0":
        warnings.append(
            f"Redis has maxmemory-policy {policy}: when memory is full it throws interviews away (set noeviction)"
        )
    warnings += _replica_warnings(client.replicas, await _info(client, "replication"))
    return warnings


def _replica_warnings(confirm: int, nodes: list[dict[str, Any]]) -> list[str]:
    """Return what could be lost if a replica takes over that did not confirm, where `confirm` have to."""
    most = max((int(node.get("connected_slaves", 0)) for node in nodes), default=0)
    if not confirm and most:
        return [
            "Redis has replicas that need not confirm answers: if one takes over, acknowledged answers may be "
            "lost (set XUMIAN_DURABILITY=replicated)"
        ]
    if most > confirm:
        return [
            f"{confirm} of {most} replicas of Redis confirm answers: if another takes over during a network "
            f"partition, acknowledged answers may be lost (set min-replicas-to-write {most})"
        ]
    return []


async def needed_replicas(client: Client) -> int:
    """Return without how many replicas the server refuses to write (min-replicas-to-write); 0 if it does not let
    its settings be read."""
    try:
        settings = await _settings(client, ("min-replicas-to-write",))
    except StoreUnavailable as error:
        if error.code not in FORBIDDEN:
            raise
        return 0
    return int(settings.get("min-replicas-to-write", "0"))


async def _settings(
    client: Client, names: Sequence[str] = ("appendonly", "appendfsync", "maxmemory-policy", "maxmemory")
) -> dict[str, str]:
    options: dict[str, Any] = {}
    if is_cluster(client):
        await cast(Any, client).initialize()
        options["target_nodes"] = cast(Any, client).get_default_node()
    found: dict[str, str] = {}
    for name in names:
        found |= cast(dict[str, str], await client.execute_command("CONFIG GET", name, **options))
    return {_text(key): _text(value) for key, value in found.items()}


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
