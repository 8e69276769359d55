"""The candidates' Telegram bots of this process: creating them, registering them with Telegram, and receiving."""

import asyncio
import contextlib
from collections.abc import Callable

from bot.channels.base import Rejected
from bot.channels.shared.files import FileStore
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.parse import CHANNEL
from bot.channels.telegram.receive import Receiver
from bot.channels.telegram.session import Session
from bot.channels.telegram_api.connecting import until_it_works
from bot.logs import log
from conversation.words import Vocabulary
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

_POLLING_LEASE_MS = 60_000


class BotSet:
    """The candidates' bots of this process.

    `owner` names this process in leases on polling. `archive` holds the files that are sent to candidates.
    """

    def __init__(
        self, store: RedisStore, intake: Intake, api_url: str, owner: str, archive: FileStore | None = None
    ) -> None:
        self._store = store
        self._intake = intake
        self._owner = owner
        self._archive = archive
        self._session = Session(api_url)
        self._begin: Callable[[TelegramChannel], asyncio.Task[None]] | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.channels: list[TelegramChannel] = []
        self.receivers: dict[str, Receiver] = {}

    async def add(
        self, token: str, secret: str | None, nonce: Callable[[], str], **options: str
    ) -> TelegramChannel:
        """Add a bot, which starts receiving if the others do.

        `secret` is the webhook's from the settings. If it is None, a secret made by `nonce` is stored and used by
        all processes. `options` are passed on to the channel.
        """
        bot_id = token.partition(":")[0]
        kept = secret or await self._store.kv.get_or_set(f"telegram-webhook:{bot_id}", nonce())
        channel = TelegramChannel(token, self._session, kept, archive=self._archive, **options)
        self.channels.append(channel)
        self.receivers[bot_id] = Receiver(channel, self._intake, self._store.outbox)
        if self._begin:
            self._tasks[bot_id] = self._begin(channel)
        return channel

    async def remove(self, bot_id: str) -> None:
        """Remove a bot and stop receiving from it. An update whose handling is interrupted comes again."""
        self.receivers.pop(bot_id, None)
        self.channels = [each for each in self.channels if each.account != bot_id]
        if task := self._tasks.pop(bot_id, None):
            task.cancel()
            await asyncio.wait({task})

    async def meet(self, token: str) -> str:
        """Return the username of the bot that has this token. Raises TryLater or Rejected."""
        channel = TelegramChannel(token, self._session, "")
        await channel.learn_link()
        return channel.username

    async def receive(self, vocabulary: Vocabulary, public_url: str | None, stopping: asyncio.Event) -> None:
        """Connect all bots, including those added later, and receive their updates until `stopping` is set.

        Each is retried until it works. Without a public address, the bots are polled.
        """
        async with asyncio.TaskGroup() as group:
            self._begin = lambda channel: group.create_task(
                self._receive(channel, vocabulary, public_url, stopping)
            )
            try:
                self._tasks = {channel.account: self._begin(channel) for channel in self.channels}
                await stopping.wait()
            finally:
                self._begin = None

    async def _receive(
        self, channel: TelegramChannel, vocabulary: Vocabulary, public_url: str | None, stopping: asyncio.Event
    ) -> None:
        async def accepted() -> None:
            await self._intake.connect(CHANNEL, channel.account)

        try:
            async for attempt in until_it_works():
                with attempt:
                    await channel.connect(public_url, accepted)
        except Rejected as error:
            log.error("telegram_refused", bot=channel.account, why=str(error))
            return
        async with asyncio.TaskGroup() as group:
            describing = group.create_task(channel.describe(vocabulary, self._store.kv, stopping))
            await self._go_on(channel, public_url, stopping)
            describing.cancel()

    async def _go_on(self, channel: TelegramChannel, public_url: str | None, stopping: asyncio.Event) -> None:
        log.info("telegram_ready", bot=channel.account, mode="webhook" if public_url else "polling")
        if not public_url:
            leases = self._store.leases(f"poll:{channel.account}", self._owner, _POLLING_LEASE_MS)
            try:
                await self.receivers[channel.account].poll(leases, stopping)
            finally:
                with contextlib.suppress(StoreUnavailable):
                    await leases.release(0)
        else:
            await stopping.wait()

    async def close(self) -> None:
        await self._session.close()
