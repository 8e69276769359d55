"""The candidates' Telegram bots of this process: those of the settings, and those that were added by chat, which
come and go while everything runs."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence

from bot.accounts.sealed_bot import SealedBot
from bot.accounts.token_sealing import SealBroken, Sealer
from bot.channels.base import Registry, Rejected, SendError
from bot.channels.dingtalk.quota import Quota
from bot.channels.telegram.attachments import Archive
from bot.channels.telegram.bot_set import TelegramFleet
from bot.channels.telegram.channel import TelegramChannel
from bot.clock import fresh, now_ms
from bot.logs import log
from bot.runtime import meters
from bot.runtime.periodic import Periodic
from bot.runtime.polling import Receiver
from bot.settings import Settings, keys_of
from conversation.words import Vocabulary
from handlers.actions.bot_registry import Figures, PlatformAway, TokenUnknown
from handlers.intake.receive import Intake
from handlers.organisation.audit import digest
from handlers.organisation.state import AddedBot, Organisation, account_of
from storage.redis.store import RedisStore

CHANNEL = "telegram"
LOOK_S = 0.25
HOOK_BELIEVED_S = 30.0
HOOK_S = 3.0
_ADVICE = "get a new one from @BotFather and send it with /bot add"


class Bots(Periodic):
    """`receivers` are those behind the webhooks, by the bot's number; `owner` names this process, `organisation`
    is what it knows of the organisation. The rest is what `handlers.actions.bot_registry.Bots` says."""

    every_s = LOOK_S
    waits = "bots_unknown"

    def __init__(
        self,
        settings: Settings,
        store: RedisStore,
        intake: Intake,
        channels: Registry,
        owner: str,
        organisation: Callable[[], Organisation],
        archive: Archive | None = None,
    ) -> None:
        super().__init__()
        self._organisation = organisation
        self._settings = settings
        self._store = store
        self._channels = channels
        keys = keys_of(settings.secret_key) if settings.secret_key else ()
        self._sealer = Sealer(keys, settings.data_dir)
        self._present: dict[str, AddedBot] = {}
        self._hooks: dict[str, tuple[float, Figures | None]] = {}
        self._fleet = TelegramFleet(store, intake, settings.telegram_api_url, owner, archive)
        self.receivers: dict[str, Receiver] = {}
        self.configured = frozenset(_number(each.get_secret_value()) for each in settings.telegram_tokens)
        staff = settings.telegram_staff_token
        self.staff = _number(staff.get_secret_value()) if staff else ""

    @property
    def shared_key(self) -> bool:
        return self._sealer.shared

    # this process's bots

    async def add_configured(self) -> None:
        for token in self._settings.telegram_tokens:
            await self._add(token.get_secret_value())

    async def _add(self, token: str, **options: str) -> TelegramChannel:
        secret = self._settings.telegram_webhook_secret
        channel = await self._fleet.add(token, secret.get_secret_value() if secret else None, fresh, **options)
        self.receivers[channel.account] = self._fleet.receivers[channel.account]
        self._channels.add(channel)
        return channel

    async def receive(self, vocabulary: Vocabulary, stopping: asyncio.Event) -> None:
        """Until `stopping`, also what is added meanwhile."""
        await self._fleet.receive(vocabulary, self._settings.public_url, stopping)

    async def learn_names(self) -> None:
        await self._fleet.learn_names()

    async def close(self) -> None:
        await self._fleet.close()

    # following the record

    async def look(self) -> None:
        """Raises StoreUnavailable; what is missing then comes with the next look."""
        organisation = self._organisation()
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
            self._channels.add(SealedBot(number, bot.username, str(error)))
            return
        channel = await self._add(token, advice=_ADVICE)
        channel.username = bot.username
        log.info("bot_added", bot=number)

    async def _token(self, bot: AddedBot) -> str:
        """Raises SealBroken."""
        sealed = await self._store.kv.get(_note(bot.note))
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
        channel = self._channels.remove(CHANNEL, number)
        await self._fleet.remove(number)
        if channel:
            await channel.close()
        log.info("bot_removed", bot=number)

    # what the console wants

    async def meet(self, token: str) -> str:
        try:
            return await self._fleet.meet(token)
        except Rejected as error:
            raise TokenUnknown(str(error)) from None
        except SendError as error:
            raise PlatformAway(str(error)) from None

    async def keep(self, note: str, token: str) -> None:
        await self._store.kv.set(_note(note), await asyncio.to_thread(self._sealer.seal, token))

    async def erase(self, note: str) -> None:
        await self._store.kv.erase(_note(note))

    async def leave(self, bot: str) -> None:
        channel = self._fleet_channels().get(bot)
        if channel is None:
            return
        try:
            await channel.leave()
        except SendError as error:
            log.warning("webhook_not_removed", bot=bot, why=str(error))

    def _fleet_channels(self) -> dict[str, TelegramChannel]:
        return {each.account: each for each in self._fleet.channels}

    async def figures(self, accounts: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Figures]:
        measured = await meters.figures(self._store.kv, now_ms())
        asked = [account for channel, account in accounts if channel == CHANNEL]
        hooks = dict(zip(asked, await asyncio.gather(*map(self._hook, asked)), strict=True))
        found = {
            (channel, account): _joined(
                measured.get(account_of(channel, account), Figures()),
                hooks.get(account) if channel == CHANNEL else None,
            )
            for channel, account in accounts
        }
        dingtalk = ("dingtalk", self._settings.dingtalk_robot_code or "")
        if dingtalk in found:
            quota = Quota(self._store.kv, dingtalk[1], self._settings.dingtalk_monthly_calls, now_ms)
            found[dingtalk] = found[dingtalk]._replace(calls=(await quota.used(), quota.most))
        return found

    async def _hook(self, number: str) -> Figures | None:
        """What Telegram says of the bot's updates, not asked more often than twice a minute."""
        at, known = self._hooks.get(number, (-HOOK_BELIEVED_S, None))
        channel = self._fleet_channels().get(number)
        if channel is None or time.monotonic() - at < HOOK_BELIEVED_S:
            return known
        found = None
        with contextlib.suppress(SendError):
            hook = await channel.hook(HOOK_S)
            error = hook.last_error_message
            found = Figures(0, 0, hook.pending_update_count, error, hook.last_error_date * 1000)
        self._hooks[number] = (time.monotonic(), found)
        return found


def _joined(measured: Figures, hook: Figures | None) -> Figures:
    if hook is None:
        return measured
    latest = max(measured, hook, key=lambda each: each.error_ms)
    return measured._replace(pending=hook.pending, error=latest.error, error_ms=latest.error_ms)


def _number(token: str) -> str:
    return token.partition(":")[0]


def _note(name: str) -> str:
    return f"bot-token:{name}"
