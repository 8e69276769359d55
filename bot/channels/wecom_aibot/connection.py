"""The connection to the platform, over which everything comes and goes.

Source: developer.work.weixin.qq.com, document 101463 (长连接), and the SDK wecom-aibot-python-sdk 1.0.2 (read
2026-12): a bot has one connection, and a new one ends the former with `disconnected_event`. Commands are answered
with the same `req_id`; messages are not acknowledged, so they come once only. A ping is due every 30 seconds.

The SDK logs in, pings, and matches commands with their answers. Its own loop is not used: it does not come back
after a connection that was closed in order or whose log-in failed, and it takes no address without TLS.
"""

import asyncio
import contextlib
import json
import re
from typing import Any

from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection

from bot.channels.base import Rejected, TryLater
from bot.channels.shared.long_connection import LongConnection
from bot.channels.wecom_aibot import parse
from bot.channels.wecom_aibot.channel import AibotChannel
from bot.channels.wecom_aibot.receive import Receiver
from bot.channels.wecom_aibot.sdk import WsConnectionManager, generate_req_id
from bot.channels.wecom_aibot.settings import CHANNEL
from bot.logs import log, log_wait
from bot.runtime.partition_leases import Leases
from bot.runtime.polling import pause
from storage.errors import StoreUnavailable

PING_S = 30.0
LEASE_MS = 15_000
_RENEW_S = 4.0
_LOG_IN_S = 10.0
_REFUSED = re.compile(r"errcode=(-?\d+)")
_WRONG = frozenset({40003, 40008, 40058, 41010})
"""Codes of commands that never work: a wrong id or body. Source: public bots; the platform lists none."""
_TOO_MANY = frozenset({45009, 45033, 45047, 846607})
_WAIT_S = 60.0


class _Mute:
    """The SDK's logger, which would write whole messages."""

    def _nothing(self, *_: object) -> None: ...

    debug = info = warn = error = _nothing


class Connection(LongConnection):
    """Keeps one bot connected, in one process of the installation at a time: the one that has the lease."""

    def __init__(
        self,
        url: str,
        secret: SecretStr,
        receiver: Receiver,
        channel: AibotChannel,
        leases: Leases,
        *,
        ping_s: float = PING_S,
        renew_s: float = _RENEW_S,
        **options: float,
    ) -> None:
        """`options` are those of LongConnection."""
        super().__init__(CHANNEL, channel.report, **options)
        self._url = url
        self._secret = secret
        self._receiver = receiver
        self._channel = channel
        self._leases = leases
        self._ping_s = ping_s
        self._renew_s = renew_s
        self._manager = self._sdk()
        self._logged_in = asyncio.Event()
        self._refused = ""
        self._came: list[dict[str, Any]] = []

    def _sdk(self) -> Any:
        manager = WsConnectionManager(_Mute())
        manager.set_credentials(self._channel.account, self._secret.get_secret_value())
        manager.on_message = lambda frame: self._came.append(frame)
        manager.on_authenticated = lambda: self._logged_in.set()
        manager.on_error = self._note_refusal
        return manager

    def _note_refusal(self, error: Exception) -> None:
        self._refused = str(error)

    # who is connected

    async def run(self, stopping: asyncio.Event) -> None:
        """Stay connected until `stopping` is set, whenever no other process is."""
        while not stopping.is_set():
            try:
                if await self._leases.take(0):
                    await self._stay(stopping)
            except StoreUnavailable as error:
                log_wait("connection_waits", error, channel=CHANNEL)
            await pause(stopping, self._renew_s)

    async def _stay(self, stopping: asyncio.Event) -> None:
        """Be connected while the lease can be renewed."""
        connected = asyncio.create_task(super().run(stopping))
        try:
            while not stopping.is_set() and await self._leases.renew(0):
                await pause(stopping, self._renew_s)
        finally:
            connected.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await connected
            with contextlib.suppress(StoreUnavailable):
                await self._leases.release(0)

    # the connection

    async def open(self) -> str:
        self._manager = self._sdk()
        self._logged_in.clear()
        self._refused = ""
        return self._url

    async def opened(self) -> None:
        """Do nothing: it is not recorded when an account of the staff was connected."""

    async def _serve(self, address: str) -> None:
        try:
            await super()._serve(address)
        finally:
            self._channel.connected(None)
            self._manager._clear_pending_messages("the connection has ended")

    async def ping(self, socket: ClientConnection) -> None:
        """Log in, and ping from then on. Messages of other processes are sent meanwhile."""
        manager = self._manager
        manager._ws = socket
        await manager._send_auth()
        try:
            async with asyncio.timeout(_LOG_IN_S):
                await self._logged_in.wait()
        except TimeoutError:
            await socket.close()
            return
        manager._stop_heartbeat()  # its own could not be ended with the connection
        self._channel.connected(self.call)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._channel.send_for_others())
            while True:
                await asyncio.sleep(self._ping_s)
                await manager._send_heartbeat()  # closes the connection if the last two were not answered

    async def call(self, command: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send a command, and return the body of its answer. Raises TryLater, Rejected."""
        try:
            answer = await self._manager.send_reply(generate_req_id(command), body, command)
        except Exception as error:  # the SDK raises RuntimeError and what the connection raises
            raise _trouble(error) from None
        told = answer.get("body")
        return told if isinstance(told, dict) else {}

    # what comes in

    async def read(self, raw: str | bytes, socket: ClientConnection) -> bool:  # noqa: ARG002 - answers go by the SDK
        try:
            frame = json.loads(raw)
            headers = frame["headers"]
            known = isinstance(headers, dict) and isinstance(headers.get("req_id"), str)
        except (ValueError, KeyError, TypeError, RecursionError):
            known = False
        if not known:
            log.warning("stream_frame_unknown", channel=CHANNEL)
            return True
        self._manager._handle_frame(frame)
        if self._refused:
            raise TryLater(f"the Bot ID or the Secret is wrong ({self._refused[:200]})")
        came, self._came = self._came, []
        for each in came:
            await self._take(each.get("cmd"), each.get("body"))
        return True

    async def _take(self, command: object, body: object) -> None:
        if command not in (parse.MESSAGE, parse.EVENT):
            return
        taken = parse.sort_out(body)
        if taken.ended:
            raise TryLater("another program has connected with this bot: a bot has one connection")
        if taken.bot in ("", self._channel.account):
            told = json.dumps(body).encode()
            await self.in_order(taken.conversation, lambda: self._receiver.take(told))


def _trouble(error: Exception) -> TryLater | Rejected:
    found = _REFUSED.search(str(error))
    code = int(found[1]) if found else 0
    if code in _WRONG:
        return Rejected(f"the platform refuses it (code {code})")
    if code in _TOO_MANY:
        return TryLater(f"too many messages (code {code})", _WAIT_S)
    return TryLater(f"not sent (code {code})" if code else "the connection was lost before it was acknowledged")
