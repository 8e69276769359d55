"""Replacing the earlier message on the same subject by a new one, where the platform can edit messages."""

import contextlib
from typing import Literal, NamedTuple

from msgspec.structs import replace

from bot.channels.base import Channel, NothingToEdit
from bot.logs import log_wait
from conversation.outbound import OutboundMessage
from storage.errors import StoreUnavailable
from storage.ports import Outbox


class Shown(NamedTuple):
    """The outcome of showing a message. `id` is the platform's message id if a new message was sent."""

    how: Literal["sent", "edited", "dropped"]
    id: str = ""


class Showing:
    """Sends messages or edits earlier ones. Only messages with a subject cost round trips to the store."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    async def earlier(self, channel: Channel, message: OutboundMessage) -> str:
        """Return the platform's id of the message that this one may replace, or an empty string.

        Raises StoreUnavailable.
        """
        return await self._outbox.shown(message) if _replaces(channel, message) else ""

    async def show(self, channel: Channel, message: OutboundMessage, key: str, earlier: str) -> Shown:
        """Edit the message with the id `earlier`, or send a new one.

        A message with `formerly` is always sent anew, after the earlier one was edited to show that line. A quiet
        message is dropped if it cannot replace anything. Raises SendError.
        """
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
        """Store the platform's id of a newly sent message, so that the next one on its subject can replace it.

        If the store is unavailable this is skipped, because a retry would send the message again. The next message
        on the subject is then sent as a new one.
        """
        if shown.how != "sent" or not _replaces(channel, message):
            return
        try:
            await self._outbox.remember_shown(message, shown.id)
        except StoreUnavailable as error:
            log_wait("shown_not_remembered", error, channel=channel.name)


def _formerly(message: OutboundMessage) -> OutboundMessage:
    """Return what the earlier message is edited to: the `formerly` line and nothing else."""
    return replace(message, text=message.formerly, choices=(), bold=(), instants=(), file=None, formerly="")


def _replaces(channel: Channel, message: OutboundMessage) -> bool:
    return bool(message.subject) and channel.capabilities.edits
