"""Handling messages that were not sent: hold them, tell their interview, or move them to the dead letters."""

from typing import Literal

from bot.channels.base import NotNow, Rejected, Unreachable
from bot.logs import log
from bot.metrics import DEAD, SENDS
from bot.runtime.outbox_acks import Acknowledger
from conversation.outbound import OutboundMessage
from handlers.intake.receive import Intake
from storage.ports import Outbox, OutboxEntry


class Unsent:
    """Handles messages that could not be sent. Entries settled without a send are noted in `acknowledger`."""

    def __init__(self, outbox: Outbox, intake: Intake, acknowledger: Acknowledger) -> None:
        self._outbox = outbox
        self._intake = intake
        self._acknowledger = acknowledger

    async def after(
        self, error: NotNow | Unreachable | Rejected, message: OutboundMessage, entry: OutboxEntry
    ) -> bool:
        """Handle a message according to the error that sending it raised.

        Returns True if the entry is settled, False if it was moved to the dead letters.
        """
        channel = message.to.channel
        match error:
            case NotNow():
                SENDS.count("held", channel)
                await self._tell_writer(message, entry, "waits")
                return await self._hold(message, entry)
            case Unreachable():
                SENDS.count("unreachable", channel)
                await self._tell_writer(message, entry, "unreachable")
                return await self._undelivered(message, entry, str(error))
            case _:
                SENDS.count("rejected", channel)
                await self.give_up(message, entry, "rejected", str(error))
                return False

    async def give_up(self, message: OutboundMessage, entry: OutboxEntry, kind: str, why: str) -> None:
        """Move a message to the dead letters and tell the colleague who wrote it, if any."""
        await self._tell_writer(message, entry, "refused")
        await self.put_away(entry, kind, why)

    async def put_away(self, entry: OutboxEntry, kind: str, why: str) -> None:
        """Move the whole entry to the dead letters and log an error, which raises an alert."""
        await self._outbox.dead_letter(entry.partition, kind, why, entry.raw, entry.id)
        log.error("message_put_away", kind=kind, why=why, partition=entry.partition, entry=entry.id)
        DEAD.labels(kind).inc()

    async def _hold(self, message: OutboundMessage, entry: OutboxEntry) -> bool:
        """Hold the message until the candidate writes. If it is not for a candidate, make it a dead letter."""
        if not await self._intake.hold(message, f"{entry.partition}:{entry.id}"):
            await self.put_away(entry, "not_now", "nothing can be sent there before its owner writes")
            return False
        self._acknowledger.note(entry)
        return True

    async def _undelivered(self, message: OutboundMessage, entry: OutboxEntry, why: str) -> bool:
        """Tell the interview that its candidate cannot be reached.

        An interview's message that was addressed to someone else becomes a dead letter.
        """
        told = await self._intake.undelivered(message, f"undelivered:{entry.partition}:{entry.id}", why)
        if message.interview and not told:
            await self.put_away(entry, "unreachable", why)
            return False
        self._acknowledger.note(entry)
        return True

    async def _tell_writer(
        self, message: OutboundMessage, entry: OutboxEntry, why: Literal["unreachable", "refused", "waits"]
    ) -> None:
        """Tell the colleague who wrote the message, if any, before its entry is settled. Repeating it is safe."""
        if message.writer:
            await self._intake.tell_writer(message, f"unwritten:{entry.partition}:{entry.id}", why)
