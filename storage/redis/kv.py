"""Small values shared by all processes of an installation: webhook secrets, the last sign of life, offsets."""

from collections.abc import Sequence
from typing import cast

from storage import keys
from storage.redis.connection import Client
from storage.redis.lua_script import LuaScript

_GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_COUNT = """
local number = redis.call('INCR', KEYS[1])
if number == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return number
"""
_ADMIT = """
if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 1 then return 1 end
local number = redis.call('SCARD', KEYS[1])
if number >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[1], ARGV[1])
if number == 0 then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 1
"""


class RedisKv:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._give_back = LuaScript(client, _GIVE_BACK)
        self._count = LuaScript(client, _COUNT)
        self._admit = LuaScript(client, _ADMIT)

    async def get_or_set(self, name: str, value: str) -> str:
        """Return the value that all processes use: the first one that was set."""
        await self._client.set(keys.kv(name), value, nx=True)
        return cast(bytes, await self._client.get(keys.kv(name))).decode()

    async def get(self, name: str) -> str | None:
        found = cast(bytes | None, await self._client.get(keys.kv(name)))
        return found.decode() if found else None

    async def set(self, name: str, value: str, life_s: int | None = None) -> None:
        await self._client.set(keys.kv(name), value, ex=life_s)

    async def erase(self, name: str) -> None:
        await self._client.unlink(keys.kv(name))

    async def put(self, name: str, field: str, value: str, life_s: int) -> None:
        """Set one of several values under one name. All of them expire `life_s` seconds after the last call."""
        await self._client.hset(keys.kv(name), field, value)
        await self._client.expire(keys.kv(name), life_s)

    async def fields(self, name: str) -> dict[str, str]:
        """Return all values that were put under this name."""
        found = cast(dict[bytes, bytes], await self._client.hgetall(keys.kv(name)))
        return {field.decode(): value.decode() for field, value in found.items()}

    async def drop(self, name: str, fields: Sequence[str]) -> None:
        """Delete some of the values under this name."""
        if fields:
            await self._client.hdel(keys.kv(name), *fields)

    async def take(self, name: str, owner: str, life_s: int) -> bool:
        """Take the name for at most `life_s` seconds, like a lock. Returns True for only one of those who ask at a
        time."""
        return bool(await self._client.set(keys.kv(name), owner, nx=True, ex=life_s))

    async def give_back(self, name: str, owner: str) -> None:
        """Release the name, unless another owner has taken it meanwhile."""
        await self._give_back(keys=[keys.kv(name)], args=[owner])

    async def count(self, name: str, window_s: int) -> int:
        """Return how often this was called for `name` in the current window, including this call. A window lasts
        `window_s` seconds from its first call."""
        return int(await self._count(keys=[keys.kv(name)], args=[window_s]))

    async def admit(self, name: str, member: str, most: int, window_s: int) -> bool:
        """Add a member to those of the current window, of which there may be `most`. Returns whether it is among
        them; one that is, is admitted again. A window lasts `window_s` seconds from its first member."""
        return bool(await self._admit(keys=[keys.kv(name)], args=[member, most, window_s]))

    async def admitted(self, name: str) -> int:
        """Return how many members were admitted in the current window."""
        return await self._client.scard(keys.kv(name))
