"""All candidates' Telegram bots of this process: made from their tokens, set up with Telegram, receiving."""

import asyncio
import contextlib
from collections.abc import Callable

from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from bot.channels.base import Rejected, TryLater
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.receive import Receiver
from bot.channels.telegram.session import Session
from bot.logs import log
from conversation.words import Vocabulary
from handlers.intake import Intake
from storage.errors import StoreUnavailable
from storage.redis_store import RedisStore

_POLLING_LEASE_MS = 60_000


class TelegramFleet:
    """`fresh` makes webhook secrets; `owner` names this process, for the lease on polling."""

    def __init__(self, store: RedisStore, intake: Intake, api_url: str, owner: str) -> None:
        self._store = store
        self._intake = intake
        self._owner = owner
        self._session = Session(api_url)
        self.channels: list[TelegramChannel] = []
        self.receivers: dict[str, Receiver] = {}

    async def add(self, token: str, secret: str | None, fresh: Callable[[], str]) -> TelegramChannel:
        """A bot; without a `secret` of the settings it has one of its own, the same in all processes."""
        bot_id = token.partition(":")[0]
        kept = secret or await self._store.notes.get_or_set(f"telegram-webhook:{bot_id}", fresh())
        channel = TelegramChannel(token, self._session, kept)
        self.channels.append(channel)
        self.receivers[bot_id] = Receiver(channel, self._intake, self._store.outbox)
        return channel

    async def learn_names(self) -> None:
        """Ask Telegram for the bots' names, for links; without an answer there is no link."""
        for channel in self.channels:
            try:
                await channel.learn_name()
            except (TryLater, Rejected) as error:
                log.warning("no_link", bot=channel.account, why=str(error))

    async def receive(self, vocabulary: Vocabulary, public_url: str | None, stopping: asyncio.Event) -> None:
        """Set all bots up, each tried until it works; without a public address, poll until `stopping`."""
        async with asyncio.TaskGroup() as group:
            for channel in self.channels:
                group.create_task(self._receive(channel, vocabulary, public_url, stopping))

    async def _receive(
        self, channel: TelegramChannel, vocabulary: Vocabulary, public_url: str | None, stopping: asyncio.Event
    ) -> None:
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TryLater), wait=wait_exponential_jitter(1, 60), reraise=True
            ):
                with attempt:
                    await channel.set_up(vocabulary, public_url)
        except Rejected as error:
            log.error("telegram_refused", bot=channel.account, why=str(error))
            return
        log.info("telegram_ready", bot=channel.account, mode="webhook" if public_url else "polling")
        if not public_url:
            leases = self._store.leases(f"poll:{channel.account}", self._owner, _POLLING_LEASE_MS)
            try:
                await self.receivers[channel.account].poll(leases, stopping)
            finally:
                with contextlib.suppress(StoreUnavailable):
                    await leases.release(0)

    async def close(self) -> None:
        await self._session.close()
