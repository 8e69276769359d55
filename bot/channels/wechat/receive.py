"""Handling callbacks: verified, committed, and answered with what the candidate is told."""

from collections.abc import Callable

from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.wechat.parse import CHANNEL, parse
from bot.channels.wechat.reply import PassiveReply, xml
from bot.channels.wechat_api.callback import Callback, Query, Seal
from conversation.words import Vocabulary
from handlers.intake.receive import Intake
from storage.ports import Outbox

NOTHING = "success"
"""The response to a handled callback without a reply."""


class Receiver:
    """Handles one account's callbacks.

    `push` returns whether the account may send unprompted and fetch recordings, or None if not known yet. `now`
    returns epoch seconds.
    """

    def __init__(
        self,
        account: str,
        callback: Callback,
        intake: Intake,
        outbox: Outbox,
        vocabulary: Vocabulary,
        push: Callable[[], bool | None],
        now: Callable[[], float],
    ) -> None:
        self.account = account
        self._callback = callback
        self._intake = intake
        self._outbox = outbox
        self._vocabulary = vocabulary
        self._push = push
        self._now = now

    def echo(self, query: Query) -> str:
        """Return the answer to the platform's check of the address. Raises Forged, Unreadable."""
        return self._callback.echo(query)

    async def take(self, query: Query, body: bytes) -> str:
        """Handle a callback and return the response, once everything is committed.

        What cannot be handled goes whole into the dead letters. Raises Forged, Unreadable, and StoreUnavailable if
        it was not committed and the platform must send it again.
        """
        fields, seal = self._callback.open(query, body)
        reply = PassiveReply(self._vocabulary)
        inbound = None
        async with dead_letter_on_failure(self._outbox, CHANNEL, self.account, lambda: self._callback.plain(body)):
            may = self._push()
            inbound = parse(self.account, fields, self._now(), push=may is True, hears=may is not False)
            if inbound:
                await self._intake.receive(inbound, reply)
        if not inbound or not inbound.sender or not reply.payload:
            return NOTHING
        source = str(fields.get("ToUserName", ""))
        return self._sealed(seal, xml(inbound.sender.user, source, reply.payload.decode(), self._now()))

    def _sealed(self, seal: Seal | None, text: str) -> str:
        return seal(text) if seal else text
