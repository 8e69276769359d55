"""The staff's bot as the composition root sees it."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Self

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from bot.channels.base import Rejected, TryLater
from bot.channels.telegram_staff.channel import StaffChannel
from bot.channels.telegram_staff.receive import StaffPoller, StaffReceiver
from bot.channels.telegram_staff.sending import Archive
from bot.logs import log
from bot.runtime.partition_leases import Leases
from bot.runtime.polling import poll
from handlers.console.console import Console
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

_POLLING_LEASE_MS = 60_000


class StaffBot:
    """`channel` sends, `receiver` stands behind the webhook, `run` sets up and polls. Closing the channel closes
    all of it."""

    def __init__(self, channel: StaffChannel, console: Console, leases: Leases, public_url: str | None) -> None:
        self.channel = channel
        self.receiver = StaffReceiver(channel, console)
        self._vocabulary = console.tools.words
        self._leases = leases
        self._public_url = public_url

    @classmethod
    async def create(
        cls,
        token: str,
        secret: str | None,
        *,
        console: Console,
        archive: Archive,
        store: RedisStore,
        owner: str,
        api_url: str,
        public_url: str | None,
        fresh: Callable[[], str],
    ) -> Self:
        """Without a `secret` of the settings the webhook has one of its own, the same in all processes; `owner`
        names this process, for the lease on polling."""
        bot_id = token.partition(":")[0]
        kept = secret or await store.kv.get_or_set(f"telegram-webhook:{bot_id}", fresh())
        channel = StaffChannel(token, api_url, archive, kept, store.kv, owner)
        return cls(channel, console, store.leases(f"poll:{bot_id}", owner, _POLLING_LEASE_MS), public_url)

    async def run(self, stopping: asyncio.Event) -> None:
        """Set up, tried until it works; without a public address, poll until `stopping`."""
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
