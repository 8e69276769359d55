"""The staff's bot at work: setting up and receiving."""

import asyncio
import contextlib

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from bot.channels.base import Rejected, TryLater
from bot.channels.telegram_staff.channel import StaffChannel
from bot.channels.telegram_staff.receive import StaffPoller, StaffReceiver
from bot.logs import log
from bot.runtime.partition_leases import Leases
from bot.runtime.polling import poll
from handlers.console.console import Console
from storage.errors import StoreUnavailable


class StaffBot:
    """The staff bot of this process.

    `channel` sends messages, `receiver` handles webhook requests, and `run` registers the bot and polls. Closing
    the channel closes everything.
    """

    def __init__(self, channel: StaffChannel, console: Console, leases: Leases, public_url: str | None) -> None:
        self.channel = channel
        self.receiver = StaffReceiver(channel, console)
        self._vocabulary = console.tools.words
        self._leases = leases
        self._public_url = public_url

    async def run(self, stopping: asyncio.Event) -> None:
        """Register the bot, retrying until it works. Without a public address, poll until `stopping` is set."""
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TryLater), wait=wait_exponential_jitter(1, 60), reraise=True
            ):
                with attempt:
                    await self.channel.set_up(self._vocabulary, self._public_url)
        except Rejected as error:
            log.error("telegram_refused", bot=self.channel.account, why=str(error))
            return
        log.info("staff_bot_ready", bot=self.channel.account, mode="webhook" if self._public_url else "polling")
        if not self._public_url:
            await self._poll(stopping)

    async def _poll(self, stopping: asyncio.Event) -> None:
        poller = StaffPoller(self.channel, self.receiver)
        try:
            await poll(poller, self._leases, stopping)
        finally:
            await poller.stop()
            with contextlib.suppress(StoreUnavailable):
                await self._leases.release(0)
