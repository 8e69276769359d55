"""Small things that all processes of an installation share: webhook secrets, the last sign of life, offsets."""

from typing import cast

from storage import keys
from storage.connection import Client


class RedisNotes:
    def __init__(self, client: Client) -> None:
        self._client = client

    async def get_or_set(self, name: str, value: str) -> str:
        """The value that all processes use: the first one that was set."""
        await self._client.set(keys.note(name), value, nx=True)
        return cast(bytes, await self._client.get(keys.note(name))).decode()

    async def get(self, name: str) -> str | None:
        found = cast(bytes | None, await self._client.get(keys.note(name)))
        return found.decode() if found else None

    async def set(self, name: str, value: str) -> None:
        await self._client.set(keys.note(name), value)

    async def count(self, name: str, window_s: int) -> int:
        """How often this was called for `name` in the running window, this call included."""
        number = await self._client.incr(keys.note(name))
        if number == 1:
            await self._client.expire(keys.note(name), window_s)
        return number
