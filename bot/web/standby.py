"""What a process answers until it can serve, while it waits for Redis."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

from bot.settings import Settings
from bot.web.connections import Limits
from bot.web.routes import standby as application
from bot.web.server import listen, serve
from storage.errors import StoreUnavailable


class Standby:
    """Holds the web server's listening socket until the app takes it over, and answers there while Redis is waited
    for. Without a socket it does nothing."""

    def __init__(self, listener: socket.socket | None, settings: Settings) -> None:
        self._listener = listener
        self._why = ""
        token = settings.metrics_token
        self._app = application(self._ready, token.get_secret_value() if token else "")
        self._limits = Limits(trusted_proxies=settings.trusted_proxies)
        self._stopping = asyncio.Event()
        self._answering: asyncio.Task[None] | None = None

    def waits(self, error: StoreUnavailable) -> None:
        """Answer from now on, with what is waited for."""
        self._why = error.reason
        if self._listener and not self._answering:
            # The server closes the socket that it is given.
            own = self._listener.dup()
            self._answering = asyncio.create_task(serve(self._app, own, self._stopping, self._limits))

    async def take_over(self) -> socket.socket | None:
        """Stop answering, and return the socket: its next user answers whoever connects from now on."""
        self._stopping.set()
        if self._answering:
            await self._answering
        return self._listener

    async def _ready(self) -> dict[str, str]:
        return {"redis": f"cannot be written: {self._why}"}


@contextlib.asynccontextmanager
async def standing_by(settings: Settings, *, listens: bool) -> AsyncIterator[Standby]:
    """Stand by, at the web server's address if the process `listens` there. Raises AddressTaken."""
    with listen(settings.http_host, settings.http_port) if listens else contextlib.nullcontext() as listener:
        standby = Standby(listener, settings)
        try:
            yield standby
        finally:
            await standby.take_over()
