"""Leases: which process reads which partition. One reader at a time; who dies is followed after the expiry."""

from storage import keys
from storage.redis.connection import Client, LuaScript

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
    """`owner` names this process, unguessably enough that no other has the name; `life_ms` is the expiry."""

    def __init__(self, client: Client, role: str, owner: str, life_ms: int) -> None:
        self._client = client
        self._role = role
        self._owner = owner
        self.life_ms = life_ms
        self._renew = LuaScript(client, _RENEW)
        self._release = LuaScript(client, _RELEASE)

    async def take(self, partition: int) -> bool:
        """Take a free lease."""
        key = keys.lease(partition, self._role)
        return bool(await self._client.set(key, self._owner, nx=True, px=self.life_ms))

    async def renew(self, partition: int) -> bool:
        """False where the lease is no longer ours."""
        key = keys.lease(partition, self._role)
        return bool(await self._renew(keys=[key], args=[self._owner, self.life_ms]))

    async def release(self, partition: int) -> None:
        await self._release(keys=[keys.lease(partition, self._role)], args=[self._owner])

    async def fair_share(self, now_ms: int) -> int:
        """How many partitions this process should read, given how many processes there are; says that it is
        there itself. Who has not said so for a lease's life holds nothing any more and does not count."""
        key = keys.owners(self._role)
        await self._client.zadd(key, {self._owner: now_ms})
        await self._client.zremrangebyscore(key, "-inf", now_ms - self.life_ms)
        count = max(1, await self._client.zcard(key))
        return -(-keys.PARTITIONS // count)

    async def leave(self) -> None:
        await self._client.zrem(keys.owners(self._role), self._owner)
