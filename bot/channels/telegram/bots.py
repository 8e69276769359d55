"""The candidates' Telegram bots of this process: those of the settings, and those that were added by chat, which
come and go while everything runs."""

import asyncio

from bot.channels.base import Rejected, SendError
from bot.channels.platform import Host
from bot.channels.shared.token_encryption import SealBroken, Sealer
from bot.channels.telegram.bot_set import BotSet
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.parse import CHANNEL
from bot.channels.telegram.sealed_bot import SealedBot
from bot.channels.telegram_api.settings import TelegramAccounts, number_of
from bot.clock import nonce
from bot.logs import log
from bot.runtime.periodic import Periodic
from bot.runtime.polling import WebhookReceiver
from handlers.actions.system.bot_registry import PlatformAway, TokenUnknown
from handlers.organisation.audit import digest
from handlers.organisation.state import AddedBot

LOOK_S = 0.25
_ADVICE = "get a new one from @BotFather and send it with /bot add"


class Bots(Periodic):
    """Follows the organisation's record: adds, renews and removes bots as staff do. `receivers` are those behind
    the webhooks, by the bot's number. The rest is what `handlers.actions.system.bot_registry.Bots` says."""

    every_s = LOOK_S
    waits = "bots_unknown"
    channel = CHANNEL

    def __init__(self, settings: TelegramAccounts, host: Host) -> None:
        super().__init__()
        self._settings = settings
        self._host = host
        self._sealer = Sealer(host.secret_keys, host.data_dir)
        self._present: dict[str, AddedBot] = {}
        self._bot_set = BotSet(host.store, host.intake, settings.api_url, host.owner, host.archive)
        self.receivers: dict[str, WebhookReceiver] = {}
        self.configured = frozenset(number_of(each.get_secret_value()) for each in settings.tokens)
        self.staff = settings.staff_bot

    @property
    def shared_key(self) -> bool:
        return self._sealer.shared

    # this process's bots

    async def add_configured(self) -> None:
        for token in self._settings.tokens:
            await self._add(token.get_secret_value())

    async def _add(self, token: str, **options: str) -> TelegramChannel:
        channel = await self._bot_set.add(token, self._settings.secret, nonce, **options)
        channel.mode = "webhook" if self._host.public_url else "polling"
        self.receivers[channel.account] = self._bot_set.receivers[channel.account]
        self._host.channels.add(channel)
        return channel

    async def receive(self, stopping: asyncio.Event) -> None:
        """Until `stopping`, also for bots that are added meanwhile."""
        await self._bot_set.receive(self._host.vocabulary, self._host.public_url, stopping)

    async def close(self) -> None:
        await self._bot_set.close()

    # following the record

    async def look(self) -> None:
        """Raises StoreUnavailable; what is missing then comes with the next look."""
        organisation = self._host.organisation()
        if organisation.bots == self._present:
            return
        for number, known in list(self._present.items()):
            if organisation.bots.get(number) != known:
                await self._drop(number)
                await self.erase(known.note)  # whoever removed it may have died before
        for number, bot in organisation.bots.items():
            if number not in self._present:
                await self._bring(number, bot)
                self._present[number] = bot

    async def _bring(self, number: str, bot: AddedBot) -> None:
        if number in self.configured:
            return
        try:
            token = await self._token(bot)
        except SealBroken as error:
            log.warning("bot_sealed", bot=number, why=str(error))
            self._host.channels.add(SealedBot(number, bot.username, str(error)))
            return
        channel = await self._add(token, advice=_ADVICE)
        channel.username = bot.username
        log.info("bot_added", bot=number)

    async def _token(self, bot: AddedBot) -> str:
        """Raises SealBroken."""
        sealed = await self._host.store.kv.get(_note(bot.note))
        if sealed is None:
            raise SealBroken("its token is not there any more: remove it with /bot remove and add it again")
        token = await asyncio.to_thread(self._sealer.open, sealed)
        if digest(token) != bot.token_sha256:
            raise SealBroken("what is kept is not its token: remove it with /bot remove and add it again")
        return token

    async def _drop(self, number: str) -> None:
        self._present.pop(number)
        if number in self.configured:
            return
        self.receivers.pop(number, None)
        channel = self._host.channels.remove(CHANNEL, number)
        await self._bot_set.remove(number)
        if channel:
            await channel.close()
        log.info("bot_removed", bot=number)

    # what the console wants

    async def meet(self, token: str) -> str:
        try:
            return await self._bot_set.meet(token)
        except Rejected as error:
            raise TokenUnknown(str(error)) from None
        except SendError as error:
            raise PlatformAway(str(error)) from None

    async def keep(self, note: str, token: str) -> None:
        await self._host.store.kv.set(_note(note), await asyncio.to_thread(self._sealer.seal, token))

    async def erase(self, note: str) -> None:
        await self._host.store.kv.erase(_note(note))

    async def leave(self, bot: str) -> None:
        channel = self._fleet_channels().get(bot)
        if channel is None:
            return
        try:
            await channel.leave()
        except SendError as error:
            log.warning("webhook_not_removed", bot=bot, why=str(error))

    def _fleet_channels(self) -> dict[str, TelegramChannel]:
        return {each.account: each for each in self._bot_set.channels}


def _note(name: str) -> str:
    return f"bot-token:{name}"
