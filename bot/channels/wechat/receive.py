"""Handling callbacks: verified, committed, and answered with what the candidate is told."""

from collections.abc import Callable

from bot.channels.shared.failures import dead_letter_on_failure
from bot.channels.wechat.parse import CHANNEL, parse
from bot.channels.wechat.reply import PassiveReply, xml
from bot.channels.wechat_api.callback import Callback, Query, Seal
from conversation.inbound import CommandReceived, Inbound
from conversation.words import Vocabulary
from handlers.intake.receive import Intake
from storage.keys import digest
from storage.ports import Kv, Outbox

NOTHING = "success"
"""The response to a handled callback without a reply."""
SCAN_S = 10
"""How long another event with the same QR code belongs to the same scan, in seconds."""


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
        kv: Kv,
    ) -> None:
        self.account = account
        self._callback = callback
        self._intake = intake
        self._outbox = outbox
        self._vocabulary = vocabulary
        self._push = push
        self._now = now
        self._kv = kv

    def echo(self, query: Query) -> str:
        """Return the answer to the platform's check of the address. Raises Forged, Unreadable."""
        return self._callback.echo(query)

    async def take(self, query: Query, body: bytes) -> str:
        """Handle a callback and return the response, once everything is committed.

        What cannot be handled goes whole into the dead letters. Raises Forged, Unreadable, and StoreUnavailable if
        it was not committed and the platform must send it again.
        """
        opened = self._callback.open(query, body)
        reply = PassiveReply(self._vocabulary)
        inbound, fields = None, dict[str, object]()
        async with dead_letter_on_failure(
            self._outbox, CHANNEL, self.account, lambda: opened.xml, *opened.refusals
        ):
            fields = dict(opened.fields)
            may = self._push()
            inbound = parse(self.account, fields, self._now(), push=may is True, hears=may is not False)
            if inbound and await self._is_first(inbound):
                await self._intake.receive(inbound, reply)
        if not inbound or not inbound.sender or not reply.payload:
            return NOTHING
        source = str(fields.get("ToUserName", ""))
        return self._sealed(opened.seal, xml(inbound.sender.user, source, reply.payload.decode(), self._now()))

    async def _is_first(self, inbound: Inbound) -> bool:
        """Return whether this is the first event of a scan, which may come as `subscribe` and as `SCAN`.

        The platform's retries of the first event are first, too. Raises StoreUnavailable.
        """
        what = inbound.what
        if inbound.message or not (isinstance(what, CommandReceived) and what.name == "start" and what.argument):
            return True
        scan = f"{CHANNEL}:{self.account}:scan:{digest(f'{inbound.sender}|{what.argument}')}"
        return await self._kv.admit(scan, inbound.id, 1, SCAN_S)

    def _sealed(self, seal: Seal | None, text: str) -> str:
        return seal(text) if seal else text
