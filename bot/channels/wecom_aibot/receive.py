"""Receiving what colleagues write and press."""

import asyncio

from bot.channels.shared.damaged_text import repaired_json
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.shared.mixed_account import MixedAccount
from bot.channels.wecom_aibot.channel import AibotChannel
from bot.channels.wecom_aibot.parse import parse
from bot.channels.wecom_aibot.settings import CHANNEL
from bot.logs import log_wait
from handlers.console.console import Console
from storage.errors import StoreUnavailable
from storage.ports import Kv

_AGAIN_S = 1.0


class Receiver:
    """Passes messages of one bot to the console."""

    def __init__(self, channel: AibotChannel, console: Console, kv: Kv, *, again_s: float = _AGAIN_S) -> None:
        self._channel = channel
        self._console = console
        self._again_s = again_s
        self._staff = MixedAccount(CHANNEL, channel.account, console, kv, channel.download)

    async def take(self, body: bytes) -> None:
        """Handle one callback, which is committed when this returns.

        The platform does not send it again, so it is tried until the store takes it. What cannot be handled is
        kept in the dead letters.
        """
        while True:
            try:
                await self._handle(body)
            except StoreUnavailable as error:
                log_wait("message_waits", error, channel=CHANNEL)
                await asyncio.sleep(self._again_s)
            else:
                return

    async def _handle(self, body: bytes) -> None:
        outbox = self._console.tools.store.outbox
        async with dead_letter_on_failure(outbox, CHANNEL, self._channel.account, lambda: body):
            if message := parse(self._channel.account, repaired_json(body)):
                await self._staff.to_staff(message)
