"""Receiving updates, by webhook or by long polling.

A webhook request is answered, and a polling offset advanced, only after the commit. aiogram's own loops are not
used because they confirm an update before it is handled.
"""

import asyncio
import hmac

import msgspec

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.parse import decode, parse
from bot.logs import log
from bot.metrics import DEAD
from bot.runtime.partition_leases import Leases
from bot.runtime.polling import is_json, poll
from handlers.intake.receive import Intake
from storage.errors import StoreUnavailable
from storage.keys import partition_of
from storage.ports import Outbox

POLL_S = 25


class Receiver:
    """Passes updates of one bot to the intake."""

    def __init__(self, channel: TelegramChannel, intake: Intake, outbox: Outbox) -> None:
        self._channel = channel
        self._intake = intake
        self._outbox = outbox
        self._secret = channel.secret.encode()
        self._offset = 0

    @property
    def account(self) -> str:
        return self._channel.account

    def authentic(self, secret: bytes) -> bool:
        """Return whether the header's secret is this bot's. An empty secret never matches."""
        return bool(self._secret) and hmac.compare_digest(secret, self._secret)

    async def take(self, body: bytes) -> bool:
        """Handle one update; it is committed when this returns. Returns False if the body is not JSON.

        An update that cannot be processed becomes a dead letter. Raises StoreUnavailable if it was not committed
        and Telegram has to send it again.
        """
        try:
            update = decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            if not is_json(body):
                return False
            await self._dead_letter(body, type(error).__name__)
            return True
        try:
            if inbound := parse(self._channel.account, update):
                await self._intake.receive(inbound)
        except StoreUnavailable:
            raise
        except Exception as error:  # a bad update must not block the chat's later messages
            log.exception("update_failed", bot=self._channel.account, update=update.update_id)
            await self._dead_letter(body, type(error).__name__)
        if query := update.callback_query:
            self._channel.answer_press(query.id)
        return True

    async def _dead_letter(self, body: bytes, why: str) -> None:
        log.error("update_put_away", bot=self._channel.account, why=why)
        DEAD.labels("update").inc()
        await self._outbox.dead_letter(partition_of(self._channel.account), "update", why, body)

    async def poll(self, leases: Leases, stopping: asyncio.Event) -> None:
        """Poll until `stopping` is set. The leases must last well over `POLL_S` seconds."""
        await poll(self, leases, stopping)

    def begin(self) -> None:
        self._offset = 0

    async def round(self) -> None:
        """Poll once and handle the updates, advancing the offset after each commit."""
        for update_id, update in await self._channel.updates(self._offset, POLL_S):
            await self.take(update)
            self._offset = update_id + 1
