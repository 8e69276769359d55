"""The Redis of a fault campaign, and what can happen to it: one server, or servers with replicas."""

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator
from typing import Protocol

from tests.fakes.network_link import Link
from tests.fakes.running import SINGLE, own_server
from tests.faults.plan import Kind
from tests.faults.redundant_redis import Redundant, cut_off, start_again, started
from tests.servers import ServerProcess, available_servers

_ROOM_BYTES = 4096
REPLICATED = {"min-replicas-to-write": "1", "min-replicas-max-lag": "2"}
"""Settings of the servers, without which the old master of a partition goes on acknowledging."""


class RedisOfCampaign(Protocol):
    """`url` and `settings` are for the installation."""

    url: str
    settings: dict[str, str]

    async def suffer(self, kind: Kind, seconds: float) -> None:
        """Let this happen for so long. Afterwards all is mended."""
        ...


class SingleRedis:
    """One server, behind a network that can be cut."""

    def __init__(self, server: ServerProcess, link: Link) -> None:
        self.url = f"redis://127.0.0.1:{link.port}"
        self.settings: dict[str, str] = {}
        self._server = server
        self._link = link

    async def suffer(self, kind: Kind, seconds: float) -> None:
        server = self._server
        match kind:
            case "redis-kill":
                await asyncio.to_thread(server.kill)
                await asyncio.sleep(seconds)
                await asyncio.to_thread(server.start)
            case "redis-hang":
                server.pause()
                await asyncio.sleep(seconds)
                server.resume()
            case "disk-full":
                await self._fill_disk(seconds)
            case _:
                (self._link.cut if kind == "redis-cut" else self._link.refuse)()
                await asyncio.sleep(seconds)
                self._link.mend()

    async def _fill_disk(self, seconds: float) -> None:
        """Let the files grow no further, as on a full disk. The server ends, and starts when there is room."""
        server = self._server
        size = max((each.stat().st_size for each in server.folder.rglob("*") if each.is_file()), default=0)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size + _ROOM_BYTES, resource.RLIM_INFINITY))
        await asyncio.sleep(seconds)
        if server.is_running():
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        if not server.is_running():
            await asyncio.to_thread(server.start)


class RedundantRedis:
    """Masters with replicas. An answer is acknowledged only when a replica has it, too."""

    def __init__(self, servers: Redundant) -> None:
        self.url = servers.url
        self.settings = {"XUMIAN_DURABILITY": "replicated"}
        self._servers = servers

    async def suffer(self, kind: Kind, seconds: float) -> None:
        masters = await asyncio.to_thread(self._servers.masters)
        assert masters, "the servers do not agree on a master"
        victim = masters[0]
        match kind:
            case "redis-kill":
                await asyncio.to_thread(victim.kill)
                await asyncio.sleep(seconds)
            case "redis-hang":
                victim.pause()
                await asyncio.sleep(seconds)
                victim.resume()
            case _:
                cut_off(self._servers, victim, clients=kind == "redis-cut")
                await asyncio.sleep(seconds)
                self._servers.net.mend()
        await asyncio.to_thread(start_again, self._servers)


@contextlib.asynccontextmanager
async def redis_of(kind: str) -> AsyncIterator[RedisOfCampaign]:
    """Start the servers of a campaign: `single`, `sentinel` or `cluster`."""
    if kind == "single":
        with own_server(SINGLE[0]) as server:
            async with Link(server.port).open() as link:
                yield SingleRedis(server, link)
    else:
        servers = await asyncio.to_thread(started, kind, available_servers()[SINGLE[0]], REPLICATED)
        try:
            yield RedundantRedis(servers)
        finally:
            servers.close()
