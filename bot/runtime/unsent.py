"""What becomes of a message that was not sent: it waits, its interview hears of it, or it is put away."""

from typing import Literal

from bot.channels.base import NotNow, Rejected, Unreachable
from bot.logs import log
from bot.metrics import DEAD, sends
from bot.runtime.outbox_acks import Acknowledger
from conversation.outbound import OutboundMessage
from handlers.intake.receive import Intake
from storage.ports import Outbox, OutboxEntry


class Unsent:
    """`acknowledger` is told of letters that are dealt with without having been sent."""

    def __init__(self, outbox: Outbox, intake: Intake, acknowledger: Acknowledger) -> None:
        self._outbox = outbox
        self._intake = intake
        self._acknowledger = acknowledger

    async def after(
        self, error: NotNow | Unreachable | Rejected, message: OutboundMessage, letter: OutboxEntry
    ) -> bool:
        """What the platform (or our own account's state) said decides. Whether the letter is dealt with; False: it
        was put away."""
        channel = message.to.channel
        match error:
            case NotNow():
                sends("held", channel).inc()
                await self._tell_writer(message, letter, "waits")
                return await self._hold(message, letter)
            case Unreachable():
                sends("unreachable", channel).inc()
                await self._tell_writer(message, letter, "unreachable")
                return await self._undelivered(message, letter, str(error))
            case _:
                sends("rejected", channel).inc()
                await self.give_up(message, letter, "rejected", str(error))
                return False

    async def give_up(self, message: OutboundMessage, letter: OutboxEntry, kind: str, why: str) -> None:
        """It is put away, and the colleague who wrote it is told."""
        await self._tell_writer(message, letter, "refused")
        await self.put_away(letter, kind, why)

    async def put_away(self, letter: OutboxEntry, kind: str, why: str) -> None:
        """Whole, into the dead letters, with an alert line."""
        await self._outbox.dead_letter(letter.partition, kind, why, letter.raw, letter.id)
        log.error("message_put_away", kind=kind, why=why, partition=letter.partition, letter=letter.id)
        DEAD.labels(kind).inc()

    async def _hold(self, message: OutboundMessage, letter: OutboxEntry) -> bool:
        """It waits for the candidate's next word, if it is for one."""
        if not await self._intake.hold(message, f"{letter.partition}:{letter.id}"):
            await self.put_away(letter, "not_now", "nothing can be sent there before its owner writes")
            return False
        self._acknowledger.note(letter)
        return True

    async def _undelivered(self, message: OutboundMessage, letter: OutboxEntry, why: str) -> bool:
        """The candidate is out of reach: the interview is told. What was for somebody else is put away."""
        told = await self._intake.undelivered(message, f"undelivered:{letter.partition}:{letter.id}", why)
        if message.interview and not told:
            await self.put_away(letter, "unreachable", why)
            return False
        self._acknowledger.note(letter)
        return True

    async def _tell_writer(
        self, message: OutboundMessage, letter: OutboxEntry, why: Literal["unreachable", "refused", "waits"]
    ) -> None:
        """The colleague who wrote it, before it is dealt with: told again, nothing changes."""
        if message.writer:
            await self._intake.tell_writer(message, f"unwritten:{letter.partition}:{letter.id}", why)
