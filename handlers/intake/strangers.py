"""Answering people who are in no interview: one polite line, and a reply to each code they try.

A platform may deliver messages long after they were sent: those of the last days when an account is first
connected, and those of an outage when it ends.
"""

from collections.abc import Callable

from conversation.inbound import Address, Inbound
from conversation.words import language_of
from handlers.intake.codes_in_text import Codes
from handlers.intake.entrance import Entrance, is_meant
from handlers.intake.responses import Answerable, Receipt
from handlers.organisation.state import account_of
from storage.keys import digest
from storage.ports import Store

TRIES_A_MINUTE = 6
"""How many wrong tokens and codes of one address are answered per minute. One more is answered with a request
to wait."""
BACKLOG_MS = 10 * 60_000
"""From which age on messages belong to a backlog, in milliseconds. A person's backlog is answered once."""
FRESH_MS = 30_000
"""Until which age a message is one whose sender waits for an answer, in milliseconds."""
SKEW_MS = 5 * 60_000
"""How much the platform's clock may differ from ours, in milliseconds."""
_MINUTE_S = 60


class Lobby:
    """Answers people who are in no interview. `now` returns epoch milliseconds."""

    def __init__(self, store: Store, entrance: Entrance, now: Callable[[], int]) -> None:
        self._store = store
        self._entrance = entrance
        self._now = now

    async def stranger(self, inbound: Inbound, sender: Address, codes: Codes, response: Answerable | None) -> None:
        """Answer someone who is in no interview. `codes` are words that may have been meant as a code."""
        if inbound.halted:
            await self._say(sender, inbound, "stranger.halted", response)
        elif is_meant(inbound, codes):
            await self.refuse(sender, inbound, "stranger.unknown", response)
        else:
            await self._greet(sender, inbound, codes, response)

    async def refuse(self, sender: Address, inbound: Inbound, key: str, response: Answerable | None) -> None:
        """Say why a token or code does not admit them, for at most TRIES_A_MINUTE per minute.

        A channel that shows refusals by itself is only told the reason.
        """
        if isinstance(response, Receipt) and response.shows_refusals:
            response.refused = key
        elif self._is_backlog(inbound):
            await self._say(sender, inbound, key, response)
        elif not await self._is_done(sender, inbound, key, response):
            _note(response, await self._answer(sender, inbound, key, inbound.id))

    async def _answer(self, sender: Address, inbound: Inbound, key: str, cause: str) -> bool:
        line, wait = (self._entrance.line(sender, inbound.language, each) for each in (key, "stranger.wait"))
        return await self._store.outbox.answer(sender, cause, line, wait, TRIES_A_MINUTE, _MINUTE_S)

    async def _greet(self, sender: Address, inbound: Inbound, codes: Codes, response: Answerable | None) -> None:
        """Say how one gets in, if nothing was answered in the last minute.

        A single word may be a wrong code: each new one is answered, within the limit of `refuse`.
        """
        key = "stranger"
        if inbound.sent_ms and self._now() - inbound.sent_ms >= FRESH_MS:
            await self._say(sender, inbound, key, response)
        elif await self._is_done(sender, inbound, key, response):
            return
        elif codes.found:
            _note(response, await self._answer(sender, inbound, key, digest(codes.found[0].lower())))
        else:
            line = self._entrance.line(sender, inbound.language, key)
            _note(response, await self._store.outbox.answer(sender, inbound.id, line, line, 0, _MINUTE_S))

    async def _say(self, sender: Address, inbound: Inbound, key: str, response: Answerable | None) -> None:
        """Send the line, at most once a minute and once for a backlog, unless it fits into the response."""
        if await self._is_done(sender, inbound, key, response):
            return
        line = self._entrance.line(sender, inbound.language, key)
        topic, window_s = ("stranger", BACKLOG_MS // 1000) if self._is_backlog(inbound) else (key, _MINUTE_S)
        _note(response, await self._store.outbox.post(sender, topic, line, window_s))

    async def _is_done(self, sender: Address, inbound: Inbound, key: str, response: Answerable | None) -> bool:
        """Put the line into the response, if there is one to fill. Returns whether nothing is left to send, also
        because it was not meant for us or the platform no longer lets us answer."""
        if await self._is_before_us(sender, inbound) or self._responded(sender, inbound, key, response):
            return True
        return inbound.window is not None and inbound.window.until_ms <= self._now()

    def _is_backlog(self, inbound: Inbound) -> bool:
        return 0 < inbound.sent_ms < self._now() - BACKLOG_MS

    async def _is_before_us(self, sender: Address, inbound: Inbound) -> bool:
        """Return whether it was sent before this installation was connected to the account, so to somebody else.

        Platforms do not date everything. What is not dated may be that old shortly after the connection.
        """
        connected_ms = await self._store.directory.connected_ms(account_of(sender.channel, sender.account))
        if not inbound.sent_ms:
            return self._now() < connected_ms + SKEW_MS
        return inbound.sent_ms < connected_ms - SKEW_MS

    def _responded(self, sender: Address, inbound: Inbound, key: str, response: Answerable | None) -> bool:
        """Put the line into the response, if there is one to fill. Returns whether there is."""
        if response is None or isinstance(response, Receipt):
            return False
        line = self._entrance.line(sender, inbound.language, key)
        response.payload, _ = response.fill([line], 0, language_of(inbound.language))
        return True


def _note(response: Answerable | None, answered: bool) -> None:
    if isinstance(response, Receipt):
        response.answered = answered
