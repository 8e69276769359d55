"""Lua scripts that the server knows by their hash."""

import asyncio
import hashlib
from collections.abc import Sequence
from typing import Any

from storage.errors import StoreUnavailable
from storage.redis.connection import Client


class LuaScript:
    """A Lua script. It is called by its hash and sent in full only if the server does not know it yet.

    redis-py's own script object does the same at several times the cost of the call itself.
    """

    def __init__(self, client: Client, source: str, *, reads: bool = False) -> None:
        """`reads`: the script writes nothing."""
        self._client = client
        self._source = source
        self._sha = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()
        if reads:
            client.read_only.update((self._sha, source))

    async def __call__(self, keys: Sequence[str | bytes], args: Sequence[Any]) -> Any:
        try:
            return await self._client.execute_command("EVALSHA", self._sha, len(keys), *keys, *args)
        except StoreUnavailable as error:
            if error.code != "NOSCRIPT":
                raise
        return await self._client.execute_command("EVAL", self._source, len(keys), *keys, *args)

    async def each(self, calls: Sequence[tuple[Sequence[str | bytes], Sequence[Any]]]) -> list[Any]:
        """Make several calls (keys, arguments) at the same time and return their answers."""
        return await asyncio.gather(*(self(keys, args) for keys, args in calls))
