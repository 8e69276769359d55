"""Having Redis write its files anew, so that they contain nothing that was deleted before."""

from typing import Any, NamedTuple

from storage.errors import StoreUnavailable
from storage.ports import Rewriting
from storage.redis.connection import Client, is_cluster
from storage.redis.outages import FORBIDDEN


class _File(NamedTuple):
    """A file of a server. `failed`: its last rewrite did."""

    mark: str
    command: str
    failed: bool


async def rewrite(client: Client, requested: str) -> Rewriting:
    """Ask each server to write its append-only file and its snapshot anew, and look whether that is done.

    Call it again until it is. A rewrite that was already running when it was first called does not count, because
    it began before the deletion. Servers that do not let clients ask for it are left out.
    """
    marks = set(filter(None, requested.split(",")))
    done = True
    for options in _nodes(client):
        done = await _at(client, options, marks) and done
    return Rewriting(done, ",".join(sorted(marks)))


def _nodes(client: Client) -> list[dict[str, Any]]:
    """Return the options with which a command goes to each server."""
    if not is_cluster(client):
        return [{}]
    cluster: Any = client
    return [{"target_nodes": [node]} for node in cluster.get_nodes()]


async def _at(client: Client, options: dict[str, Any], marks: set[str]) -> bool:
    """Do what can be done now at one server, and return whether its files are written anew."""
    try:
        info = _single(await client.execute_command("INFO", **options))
        files = await _files(client, options, info)
    except StoreUnavailable as error:
        if error.code not in FORBIDDEN:
            raise
        return True
    busy = any(
        int(info.get(name, 0))
        for name in ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress")
    )
    for file in files:
        if file.mark in marks and not busy and not file.failed:
            continue
        if not busy:
            try:
                await client.execute_command(file.command, **options)
            except StoreUnavailable as error:
                if error.code not in FORBIDDEN:
                    raise
                continue
            marks.add(file.mark)
        return False
    return True


async def _files(client: Client, options: dict[str, Any], info: dict[str, Any]) -> list[_File]:
    server = info["run_id"]
    files = []
    if int(info.get("aof_enabled", 0)):
        files.append(_File(f"{server}.aof", "BGREWRITEAOF", info.get("aof_last_bgrewrite_status") != "ok"))
    if _single(await client.execute_command("CONFIG GET", "save", **options)).get("save"):
        files.append(_File(f"{server}.rdb", "BGSAVE", info.get("rdb_last_bgsave_status") != "ok"))
    return files


def _single(answer: Any) -> dict[str, Any]:
    """Return one server's answer. A cluster's client may give it with the server's name."""
    values = list(answer.values())
    return values[0] if len(values) == 1 and isinstance(values[0], dict) else answer
