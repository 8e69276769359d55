"""The webhooks of this process, which come and go as staff add and remove them."""

import asyncio
from typing import TYPE_CHECKING

import msgspec
from cachetools import TTLCache

from bot.channels.platform import Host
from bot.channels.shared.token_encryption import SealBroken, Sealer
from bot.loading import load
from bot.logs import log
from bot.runtime.periodic import Periodic
from handlers.actions.system.webhook_registry import Target, TargetGone, Tried
from handlers.notices.webhooks import written
from handlers.organisation.state import Webhook

if TYPE_CHECKING:  # with an HTTP client that a start does without
    from bot.channels.webhook.channel import WebhookChannel

_PURPOSE = b"xumian: webhooks"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Target).decode


class Registered(Periodic):
    """Follows the organisation's record: adds, renews and removes webhooks as staff do. The rest is what
    `handlers.actions.system.webhook_registry.WebhookRegistry` says."""

    every_s = 0.25
    waits = "webhooks_unknown"

    def __init__(self, host: Host) -> None:
        super().__init__()
        self._host = host
        self._sealer = Sealer(host.secret_keys, host.data_dir, _PURPOSE)
        self._present: dict[str, Webhook] = {}
        self._channels: dict[str, WebhookChannel] = {}
        self._waits: TTLCache[str, bool] | None = None

    async def look(self) -> None:
        """Raises StoreUnavailable; what is missing then comes with the next look."""
        webhooks = self._host.organisation().webhooks
        if webhooks == self._present:
            return
        for name, known in list(self._present.items()):
            if name not in webhooks:
                self._drop(name)
            if name not in webhooks or webhooks[name].note != known.note:
                await self.erase(known.note)  # whoever changed it may have died before
        for name, webhook in webhooks.items():
            if self._present.get(name) != webhook:
                await self._bring(name, webhook)
                self._present[name] = webhook

    async def _bring(self, name: str, webhook: Webhook) -> None:
        await load("bot.channels.webhook.channel")
        from bot.channels.webhook.channel import WebhookChannel, waiting
        from bot.channels.webhook.posting import Poster

        target, sealed = None, ""
        try:
            target = await self.kept(webhook.note)
        except TargetGone as error:
            sealed = str(error)
            log.warning("webhook_sealed", webhook=name, why=sealed)
        if channel := self._channels.get(name):
            channel.target, channel.sealed = target, sealed
            return
        self._waits = waiting() if self._waits is None else self._waits
        channel = WebhookChannel(name, target, sealed, self._host.now, Poster(), self._waits)
        self._channels[name] = channel
        self._host.channels.add(channel)
        log.info("webhook_added", webhook=name)

    def _drop(self, name: str) -> None:
        """Drop whatever waits for a webhook. Its channel stays until the process ends, for events under way."""
        self._present.pop(name)
        self._channels[name].removed = True
        log.info("webhook_removed", webhook=name)

    # what the actions want

    async def check(self, url: str) -> None:
        await load("bot.channels.webhook.posting")
        import httpx

        from bot.channels.webhook.posting import checked
        from bot.channels.webhook.public_addresses import resolve

        await checked(httpx.URL(url), resolve)

    async def keep(self, note: str, target: Target) -> None:
        sealed = await asyncio.to_thread(self._sealer.seal, _encode(target).decode())
        await self._host.store.kv.set(_note(note), sealed)

    async def kept(self, note: str) -> Target:
        sealed = await self._host.store.kv.get(_note(note))
        if sealed is None:
            raise TargetGone("its URL is not there any more: remove the webhook and create it again")
        try:
            return _decode(await asyncio.to_thread(self._sealer.open, sealed))
        except (SealBroken, msgspec.MsgspecError) as error:
            raise TargetGone(str(error)) from None

    async def erase(self, note: str) -> None:
        await self._host.store.kv.erase(_note(note))

    async def ping(self, target: Target, identity: str) -> Tried:
        await load("bot.channels.webhook.channel")
        from bot.channels.webhook.channel import ping
        from bot.channels.webhook.posting import Poster

        body = {"type": "webhook.test", "timestamp": written(self._host.now()), "data": {}}
        poster = Poster()
        try:
            return await ping(poster, target, identity, _encode(body).decode(), self._host.now())
        finally:
            await poster.close()

    def trouble(self, webhook: str) -> str:
        channel = self._channels.get(webhook)
        return (channel.warning() if channel else "") or ""


def _note(name: str) -> str:
    return f"webhook:{name}"
