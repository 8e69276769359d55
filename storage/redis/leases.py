"""Leases: which process reads which partition. Each partition has one reader at a time. If a process dies, another
can take its leases once they expire."""

from storage import keys
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
"""
_RELEASE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""


class RedisLeases:
    """The leases of this process for one role. `owner` is a name of this process that no other can guess or have.
    `life_ms` is how long a lease lasts unless it is renewed."""

    def __init__(self, client: Client, role: str, owner: str, life_ms: int) -> None:
        self._client = client
        self._role = role
        self._owner = owner
        self.life_ms = life_ms
        self._renew = LuaScript(client, _RENEW)
        self._release = LuaScript(client, _RELEASE)

    async def take(self, partition: int) -> bool:
        """Take the lease if it is free. Returns whether it was."""
        key = keys.lease(partition, self._role)
        return bool(await self._client.set(key, self._owner, nx=True, px=self.life_ms))

    async def renew(self, partition: int) -> bool:
        """Extend the lease. Returns False if it is no longer ours."""
        key = keys.lease(partition, self._role)
        return bool(await self._renew(keys=[key], args=[self._owner, self.life_ms]))

    async def release(self, partition: int) -> None:
        await self._release(keys=[keys.lease(partition, self._role)], args=[self._owner])

    async def fair_share(self, now_ms: int) -> int:
        """Report this process as alive, and return how many partitions it should read, given how many processes
        there are. A process that has not reported for `life_ms` has no leases left and does not count."""
        key = keys.owners(self._role)
        await self._client.zadd(key, {self._owner: now_ms})
        await self._client.zremrangebyscore(key, "-inf", now_ms - self.life_ms)
        count = max(1, await self._client.zcard(key))
        return -(-keys.PARTITIONS // count)

    async def leave(self) -> None:
        await self._client.zrem(keys.owners(self._role), self._owner)
