"""The embedded Redis: one server per folder, shared by all processes that ask for it.

The first process starts the server, later ones use it, and the last one to leave shuts it down. A server survives
the process that started it, even after kill -9, and the next start finds it again. The server writes to disk
before it answers (`appendfsync always`).
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from redis.exceptions import ResponseError

from storage.embedded.binary import find_server
from storage.embedded.connection import ANSWER_S, ServerConnection, Unanswered, Unreachable
from storage.embedded.folder import ServerFolder
from storage.errors import ServerFailed

__all__ = ["EmbeddedServer", "find_server"]

_PATIENCE_S = 60.0  # without a response; a server that is loading does respond
_LOOK_AGAIN_S = 0.01
_FAREWELL_S = 0.05


class EmbeddedServer:
    """This process's use of the server in a folder.

    From `start` to `stop` it keeps one idle connection open, its presence, so that no other process that stops
    takes the server for unused. The URL contains the same client name as the presence, so that `stop` can tell our
    own connections from those of others. `binary` is the server program; None: what `find_server` returns.
    """

    def __init__(
        self, folder: Path, extra_settings: Mapping[str, str] | None = None, binary: Path | None = None
    ) -> None:
        self._folder = ServerFolder(folder, extra_settings or {}, binary)
        # Not the process id alone: two containers on one folder may have the same.
        self._name = f"xumian-{os.getpid()}-{secrets.token_hex(4)}"
        self._presence: ServerConnection | None = None
        self._inside = False

    async def start(self) -> str:
        """Return the URL of a server that has loaded its files and answers. May be called again at any time.

        If it is cancelled or fails, it leaves as `stop` does.
        """
        async with AsyncExitStack() as undo:
            undo.push_async_callback(self.stop)
            await self._come_in()
            undo.pop_all()
        return f"unix://{quote(str(self._folder.socket()))}?client_name={self._name}"

    async def stop(self) -> None:
        """Leave. If no other process is connected, shut the server down, with its files flushed."""
        if not self._inside:
            return
        async with self._door():
            await self._close_presence()
            self._inside = False
            # Connect again: the presence may have belonged to a server that died, and another may run by now.
            if (connection := await self._reach()) is None:
                return
            try:
                if await self._is_alone(connection):
                    await self._shut_down(connection)
            except (Unreachable, Unanswered):
                pass  # it has ended by itself or is too busy to answer: there is nothing to shut down
            finally:
                await connection.close()

    async def tend(self, every: timedelta = timedelta(seconds=1)) -> None:
        """Restart the server under the same URL whenever it is gone; runs until cancelled.

        Cancel it before `stop`. Raises an error if a server does not start again.
        """
        while True:
            await asyncio.sleep(every.total_seconds())
            try:
                if self._presence is not None:
                    await self._presence.ping()
            except Unanswered:
                continue
            except Unreachable:
                await self._come_in()

    async def _come_in(self) -> None:
        self._folder.prepare()
        self._inside = True
        async with self._door():
            await self._close_presence()
            self._presence = await self._enter()
        await self._until_loaded(self._presence)

    async def _enter(self) -> ServerConnection:
        """Return a connection to the running server, launching one if necessary. The server may still be
        loading."""
        launched = False
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while True:
                    if not launched:
                        # Not in a thread, which would go on launching after a cancelled start.
                        launched = self._folder.launch_if_free()
                    elif self._folder.is_free():
                        raise self._folder.failure()
                    if (connection := await self._connect()) is not None:
                        return connection
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise ServerFailed(
                self._folder.path,
                f"runs, but does not answer at {self._folder.socket()}; look for it with "
                "`ps -C redis-server,valkey-server`, end it, and start again",
            ) from None

    async def _reach(self) -> ServerConnection | None:
        """Return a connection to the running server, even if it has only just started. None if none runs or it
        does not respond."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_S):
                while not self._folder.is_free():
                    if (connection := await self._connect()) is not None:
                        return connection
                    await asyncio.sleep(_LOOK_AGAIN_S)
        return None

    async def _connect(self) -> ServerConnection | None:
        connection = ServerConnection(self._folder.socket(), self._name)
        async with AsyncExitStack() as undo:
            undo.push_async_callback(connection.close)
            if await connection.is_open():
                undo.pop_all()
                return connection
        return None

    async def _until_loaded(self, presence: ServerConnection) -> None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_PATIENCE_S) as patience:
                while True:
                    try:
                        if not await presence.is_loading():
                            await presence.ping()
                            return
                        patience.reschedule(loop.time() + _PATIENCE_S)
                    except (Unreachable, Unanswered):
                        await self._check_alive()
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise ServerFailed(self._folder.path, "stopped answering while it loaded its files") from None

    async def _check_alive(self) -> None:
        async with self._door():
            if self._folder.is_free():
                raise self._folder.failure()

    async def _is_alone(self, connection: ServerConnection) -> bool:
        if set(await connection.names()) == {self._name}:
            return True
        # A connection that was closed a moment ago may still be listed.
        await asyncio.sleep(_FAREWELL_S)
        return set(await connection.names()) == {self._name}

    async def _shut_down(self, connection: ServerConnection) -> None:
        try:
            await connection.shut_down(_PATIENCE_S)
        except ResponseError as error:
            raise ServerFailed(self._folder.path, f"refused to shut down ({error})") from error
        try:
            async with asyncio.timeout(_PATIENCE_S):
                while True:
                    if self._folder.is_free():
                        return
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise ServerFailed(self._folder.path, "did not end after it was told to shut down") from None

    async def _close_presence(self) -> None:
        presence, self._presence = self._presence, None
        if presence is not None:
            await presence.close()

    @asynccontextmanager
    async def _door(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(2 * _PATIENCE_S):
                while True:
                    if (descriptor := self._folder.door()) is not None:
                        break
                    await asyncio.sleep(_LOOK_AGAIN_S)
        except TimeoutError:
            raise ServerFailed(
                self._folder.path, "is being started or stopped by another process that does not get on"
            ) from None
        try:
            yield
        finally:
            os.close(descriptor)
