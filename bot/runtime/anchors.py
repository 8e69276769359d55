"""The loop of anchors: one is made each day, sent to the places outside, and stamped by an authority.

Normally, one process does it, chosen by a lease. As whoever holds the store could keep the lease for ever, the
others do not wait for it without end: the archive accepts only one anchor a day anyway.
"""

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from msgspec.structs import replace

from bot.logs import log
from bot.media.archive import ArchiveUnavailable
from bot.runtime.partition_leases import Leases
from bot.runtime.periodic import Periodic
from bot.runtime.secret_key import NoSecret
from conversation.outbound import OutboundMessage
from conversation.record.anchors import AnchorWrong
from conversation.words import Styled, Vocabulary
from handlers.maintenance.anchors import Anchors, Kept
from handlers.notices.notices import Destination
from storage.errors import StoreUnavailable
from storage.ports import Outbox

if TYPE_CHECKING:  # its libraries are loaded only if they are needed
    from bot.time_stamps.stamper import Stamper

EVERY_S = 60.0
LEASE_MS = 300_000
MOST_REFUSALS = 30
"""How many looks in a row this process waits for another one that has the lease."""
_ONCE_S = 2 * 24 * 3600
"""For how long the same anchor is not sent to a chat again, in seconds."""


class AnchorSender:
    """Sends anchors to chats, by the outbox, and to web addresses, by POST. The addresses may be secrets."""

    def __init__(
        self,
        outbox: Outbox,
        words: Vocabulary,
        zone: tzinfo,
        chats: Sequence[Destination],
        addresses: Sequence[str],
        http: httpx.AsyncClient,
    ) -> None:
        self._outbox = outbox
        self._words = words
        self._zone = zone
        self._chats = tuple(chats)
        self._addresses = tuple(addresses)
        self._http = http

    async def to_chats(self, kept: Kept, now_ms: int) -> None:
        """Send the anchor to all chats. A further call sends nothing. Raises StoreUnavailable."""
        for chat in self._chats:
            said = self._words[chat.language or "zh"].say("staff.anchor", day=kept.day, n=kept.anchor.size)
            text = Styled.join([said, kept.note.rstrip()], "\n\n")
            message = OutboundMessage(chat.address, text.text, (), text.bold, prompted=False)
            message = replace(message, silent=chat.quiet.covers(now_ms, self._zone))
            await self._outbox.post(chat.address, f"anchor:{kept.day}", message, _ONCE_S)

    async def post(self, kept: Kept, done: set[str]) -> None:
        """Post the anchor to all addresses that are not in `done`, and add those that have taken it."""
        for address in self._addresses:
            if address not in done and await self._posted(address, kept):
                done.add(address)

    async def _posted(self, address: str, kept: Kept) -> bool:
        host = urlsplit(address).hostname
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            answer = await self._http.post(address, content=kept.note.encode(), headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("anchor_not_posted", host=host, day=kept.day, why=type(error).__name__)
            return False
        if not answer.is_success:
            log.warning("anchor_not_posted", host=host, day=kept.day, why=f"status {answer.status_code}")
            return False
        log.info("anchor_posted", host=host, day=kept.day)
        return True

    def is_posted(self, done: set[str]) -> bool:
        return done.issuperset(self._addresses)

    async def close(self) -> None:
        await self._http.aclose()


class Anchoring(Periodic):
    """Makes the anchor that is due, sends it, and has it stamped if there is a `stamper`.

    `leases` are used for this work only.
    """

    every_s = EVERY_S
    waits = "anchoring_waits"
    temporary = (StoreUnavailable, ArchiveUnavailable, AnchorWrong, NoSecret)

    def __init__(
        self, leases: Leases, anchors: Anchors, sender: AnchorSender, stamper: "Stamper | None" = None
    ) -> None:
        super().__init__()
        self._leases = leases
        self._anchors = anchors
        self._sender = sender
        self._stamper = stamper
        self._day = ""
        self._done: set[str] = set()
        self._refusals = 0

    async def run(self) -> None:
        await super().run()
        await self._sender.close()
        if self._stamper:
            await self._stamper.close()

    async def look(self) -> None:
        """Make the anchor if it is due, send it wherever it has not been sent yet, and have it stamped.

        An address that does not take the anchor is tried again at the next look, until the next anchor is due.
        """
        if self._day == self._anchors.due_day() and self._sender.is_posted(self._done) and not self._to_be_stamped:
            return
        if not await self._may_work():
            return
        try:
            kept = await self._anchors.of_today()
        except self.temporary:
            raise
        except Exception:  # what somebody wrote into the store must not end the process
            log.exception("not_anchored")
            return
        if kept is None:
            return
        if kept.new:
            log.info("anchored", day=kept.day, number=kept.anchor.number, records=kept.anchor.size)
        if kept.day != self._day:
            self._done.clear()
        await self._sender.to_chats(kept, self._anchors.now())
        self._day = kept.day
        await self._sender.post(kept, self._done)
        await self._stamp(kept)

    @property
    def _to_be_stamped(self) -> bool:
        return self._stamper is not None and self._stamper.wants(self._day)

    async def _stamp(self, kept: Kept) -> None:
        try:
            if self._stamper:
                await self._stamper.stamp(kept)
        except self.temporary:
            raise
        except Exception:  # what an authority sends must not end the process
            log.exception("anchor_not_stamped", day=kept.day)

    async def _may_work(self) -> bool:
        if await self._leases.renew(0) or await self._leases.take(0):
            self._refusals = 0
            return True
        self._refusals += 1
        return self._refusals > MOST_REFUSALS
