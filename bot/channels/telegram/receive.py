"""Receiving updates, by webhook or by long polling.

A webhook request is answered, and a polling offset advanced, only after the commit. aiogram's own loops are not
used because they confirm an update before it is handled.
"""

import asyncio
import hmac

import msgspec

from bot.channels.shared.damaged_text import repaired_json
from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.parse import CHANNEL, Update, decode, parse
from bot.runtime.partition_leases import Leases
from bot.runtime.polling import is_json, poll
from handlers.intake.receive import Intake
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
        return await self._handle(body, holds_up=False)

    async def _handle(self, body: bytes, *, holds_up: bool) -> bool:
        """Handle one update. `holds_up`: if it comes again, those behind it have to wait."""
        readable = body
        if (update := _decoded(body)) is None:
            readable = repaired_json(body)
            if (update := _decoded(readable)) is None and not is_json(readable):
                return False
        async with dead_letter_on_failure(
            self._outbox, CHANNEL, self._channel.account, lambda: body, holds_up=holds_up
        ):
            if inbound := parse(self._channel.account, update or decode(readable)):  # decoding it fails again
                await self._intake.receive(inbound)
        if update is not None and update.callback_query:
            self._channel.answer_press(update.callback_query.id)
        return True

    async def poll(self, leases: Leases, stopping: asyncio.Event) -> None:
        """Poll until `stopping` is set. The leases must last well over `POLL_S` seconds."""
        await poll(self, leases, stopping)

    def begin(self) -> None:
        self._offset = 0

    async def round(self) -> None:
        """Poll once and handle the updates, advancing the offset after each commit."""
        for update_id, update in await self._channel.updates(self._offset, POLL_S):
            await self._handle(update, holds_up=True)
            self._offset = update_id + 1


def _decoded(body: bytes) -> Update | None:
    """None if it is not an update as documented."""
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
