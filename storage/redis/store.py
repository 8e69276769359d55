"""The store in Redis, as one object."""

from typing import cast

from storage import keys
from storage.archive.records import ArchivedRecords, NoArchive, RecordArchive
from storage.redis import installation
from storage.redis.connection import CONNECTIONS, Client, connect, is_cluster
from storage.redis.directory import RedisDirectory
from storage.redis.erasures import RedisErasures
from storage.redis.imports import RedisImports
from storage.redis.interviews import RedisInterviews
from storage.redis.jobs import RedisJobs
from storage.redis.kv import RedisKv
from storage.redis.leases import RedisLeases
from storage.redis.mailboxes import RedisMailboxes
from storage.redis.outages import Outages
from storage.redis.outbox import RedisOutbox
from storage.redis.search_lines import RedisSearchLines
from storage.redis.send_rates import RedisSendRates
from storage.redis.stubs import RedisStubs

LEASE_MS = 5_000
"""The longest time, in milliseconds, for which the work of a process that died is left undone."""


class RedisStore:
    """The complete store on one server or cluster. It does not connect before the first call.

    `archive` has the records that are not in Redis any more; None: there is none.
    """

    def __init__(self, client: Client, archive: RecordArchive | None = None) -> None:
        self.client = client
        self.stubs = RedisStubs(client)
        self.archived = ArchivedRecords(self.stubs, archive or NoArchive())
        self.interviews = RedisInterviews(client, self.archived)
        self.search_lines = RedisSearchLines(client)
        self.directory = RedisDirectory(client)
        self.outbox = RedisOutbox(client, cluster=is_cluster(client))
        self.mailboxes = RedisMailboxes(client)
        self.imports = RedisImports(client)
        self.jobs = RedisJobs(client, cluster=is_cluster(client))
        self.kv = RedisKv(client)
        self.erasures = RedisErasures(client)
        self.send_rates = RedisSendRates(client)

    @classmethod
    def at(
        cls,
        url: str,
        connections: int = CONNECTIONS,
        replicas: int = 0,
        archive: RecordArchive | None = None,
    ) -> "RedisStore":
        """Return the store at this URL, which opens at most `connections` connections for calls.

        What is written counts only once `replicas` replicas have confirmed it, or more (see `check`). Raises
        StorageError.
        """
        return cls(connect(url, connections, replicas), archive)

    @property
    def outages(self) -> Outages:
        return self.client.outages

    async def check(self, *, restoring: bool = False) -> list[str]:
        """Check the server and the installation, and return what could be lost with the server's settings, in
        sentences. If `restoring`, an installation that is restored only in part is accepted. Raises ServerTooOld,
        InstallationMismatch, StoreUnavailable.

        If replicas have to confirm what is written, it is from now on as many as the server itself needs."""
        await installation.check(self.client, restoring=restoring)
        if self.client.replicas:
            self.client.confirmed_by(max(self.client.replicas, await installation.needed_replicas(self.client)))
        return await installation.durability_warnings(self.client)

    async def ping(self) -> None:
        """Write a key, to find out whether that works. Raises StoreUnavailable if it does not."""
        await self.client.set(keys.PING, "1", ex=60)

    async def clock_ms(self) -> int:
        """Return the server's time in epoch milliseconds; 0 on a cluster, whose nodes have a clock each."""
        if is_cluster(self.client):
            return 0
        seconds, microseconds = cast(tuple[int, int], await self.client.execute_command("TIME"))
        return seconds * 1000 + microseconds // 1000

    async def memory(self) -> installation.Memory:
        """Return how much memory the server uses. Raises StoreUnavailable."""
        return await installation.memory(self.client)

    def leases(self, role: str, owner: str, life_ms: int = LEASE_MS) -> RedisLeases:
        return RedisLeases(self.client, role, owner, life_ms)

    async def close(self) -> None:
        await self.client.aclose()
