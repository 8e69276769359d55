"""Small things that all processes of an installation share: webhook secrets, the last sign of life, offsets."""

from typing import cast

from storage import keys
from storage.connection import Client, LuaScript

_GIVE_BACK = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"


class RedisNotes:
    def __init__(self, client: Client) -> None:
        self._client = client
        self._give_back = LuaScript(client, _GIVE_BACK)

    async def get_or_set(self, name: str, value: str) -> str:
        """The value that all processes use: the first one that was set."""
        await self._client.set(keys.note(name), value, nx=True)
        return cast(bytes, await self._client.get(keys.note(name))).decode()

    async def get(self, name: str) -> str | None:
        found = cast(bytes | None, await self._client.get(keys.note(name)))
        return found.decode() if found else None

    async def set(self, name: str, value: str, life_s: int | None = None) -> None:
        await self._client.set(keys.note(name), value, ex=life_s)

    async def take(self, name: str, owner: str, life_s: int) -> bool:
        """Whether the owner has it now, for so long at most: one has, of all who ask."""
        return bool(await self._client.set(keys.note(name), owner, nx=True, ex=life_s))

    async def give_back(self, name: str, owner: str) -> None:
        """What somebody else has taken meanwhile stays theirs."""
        await self._give_back(keys=[keys.note(name)], args=[owner])

    async def count(self, name: str, window_s: int) -> int:
        """How often this was called for `name` in the running window, this call included."""
        number = await self._client.incr(keys.note(name))
        if number == 1:
            await self._client.expire(keys.note(name), window_s)
        return number
