"""A named connection to the embedded Redis, with the few commands needed to start and stop it."""

import asyncio
from pathlib import Path
from typing import Any

from redis.asyncio import UnixDomainSocketConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as Unanswered

__all__ = ["ServerConnection", "Unanswered", "Unreachable"]

ANSWER_S = 10.0


class ServerConnection:
    """A connection whose methods raise `Unreachable` or `Unanswered` on failure, the latter also if the server
    refuses; the next call then connects again.

    It is deliberately below the level of redis-py's client. The client loses track of a socket when connecting is
    cancelled, and it drops the connection on a LOADING error, while this one must stay listed as a user of the
    server.
    """

    def __init__(self, socket: Path, name: str) -> None:
        # No socket_timeout: redis-py passes it to asyncio.wait_for, which before Python 3.12 may swallow a
        # cancellation. `_ask` sets the limit instead.
        self._connection: Any = UnixDomainSocketConnection(  # Any: its `connect` has no annotations
            path=str(socket),
            client_name=name,
            protocol=2,
            decode_responses=True,
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
        )

    async def is_open(self) -> bool:
        """Connect if necessary. Once this returns True, the server lists us as a client."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._connection.connect()
        except (Unreachable, TimeoutError, ResponseError):  # it refuses, for example, while a script blocks it
            return False
        return True

    async def is_loading(self) -> bool:
        return "loading:1" in str(await self._ask("INFO", "persistence")).split()

    async def ping(self) -> None:
        await self._ask("PING")

    async def names(self) -> list[str]:
        """Return the names of all clients, ours included; empty for a client without a name."""
        clients = str(await self._ask("CLIENT", "LIST")).splitlines()
        fields = (dict(field.partition("=")[::2] for field in client.split(" ")) for client in clients)
        return [client["name"] for client in fields]

    async def shut_down(self, limit_s: float) -> None:
        """Shut the server down and return when it has closed the connection. Its append-only file is flushed, and
        no snapshot is written."""
        try:
            await self._call("SHUTDOWN", "NOSAVE", limit_s=limit_s)
        except Unreachable:
            return

    async def close(self) -> None:
        await self._connection.disconnect()

    async def _ask(self, *words: str) -> Any:
        try:
            return await self._call(*words, limit_s=ANSWER_S)
        except ResponseError as error:  # for example, while a script blocks the server
            raise Unanswered(f"{words[0]} was refused") from error

    async def _call(self, *words: str, limit_s: float) -> Any:
        try:
            async with asyncio.timeout(limit_s):
                await self._connection.connect()
                await self._connection.send_command(*words)
                return await self._connection.read_response()
        except TimeoutError:
            raise Unanswered(f"{words[0]} had no answer within {limit_s:g} s") from None
