"""Putting a message in the place of the earlier one on the same subject, where the platform can."""

import contextlib
from typing import Literal, NamedTuple

from msgspec.structs import replace

from bot.channels.base import Channel, NothingToEdit
from bot.logs import log
from conversation.outbound import OutboundMessage
from storage.errors import StoreUnavailable
from storage.ports import Outbox


class Shown(NamedTuple):
    """What became of a message; `id` is the platform's, of a new one."""

    how: Literal["sent", "edited", "dropped"]
    id: str = ""


class Showing:
    """Only messages with a subject cost it round trips to the store."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def earlier(self, channel: Channel, message: OutboundMessage) -> str:
        """The platform's id of what this message may replace; empty: there is nothing. Raises StoreUnavailable."""
        return await self._outbox.shown(message) if _replaces(channel, message) else ""

    async def show(self, channel: Channel, message: OutboundMessage, key: str, earlier: str) -> Shown:
        """Change what is there, or send anew; a quiet message that can change nothing is dropped. What must be
        noticed is sent anew, after the earlier message was changed to say so. Raises SendError."""
        if earlier and message.formerly:
            with contextlib.suppress(NothingToEdit):
                await channel.edit(_formerly(message), earlier, f"{key}:formerly")
        elif earlier:
            try:
                await channel.edit(message, earlier, key)
            except NothingToEdit:
                pass
            else:
                return Shown("edited")
        if message.quiet:
            return Shown("dropped")
        return Shown("sent", await channel.send(message, key))

    async def remember(self, channel: Channel, message: OutboundMessage, shown: Shown) -> None:
        """For the next message on the subject. Where the store is away this is left out: the message was sent, and
        to try again would send it again; the next one is then a message of its own."""
        if shown.how != "sent" or not _replaces(channel, message):
            return
        try:
            await self._outbox.remember_shown(message, shown.id)
        except StoreUnavailable as error:
            log.warning("shown_not_remembered", channel=channel.name, why=str(error))


def _formerly(message: OutboundMessage) -> OutboundMessage:
    """What the earlier message says from now on."""
    return replace(message, text=message.formerly, choices=(), bold=(), file=None, formerly="")


def _replaces(channel: Channel, message: OutboundMessage) -> bool:
    return bool(message.subject) and channel.capabilities.edits
