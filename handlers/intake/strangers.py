"""Answering people who are in no interview: one polite line, and a reply to each code they try."""

from conversation.inbound import Address, Inbound
from conversation.words import language_of
from handlers.intake.entrance import Entrance, is_meant
from handlers.intake.responses import Answerable, Receipt
from storage.ports import Store

TRIES_A_MINUTE = 6
"""How many wrong tokens and codes of one address are answered per minute. One more is answered with a request
to wait."""
_MINUTE_S = 60


class Lobby:
    """Answers people who are in no interview."""

    def __init__(self, store: Store, entrance: Entrance) -> None:
        self._store = store
        self._entrance = entrance

    async def stranger(self, inbound: Inbound, sender: Address, payload: str, response: Answerable | None) -> None:
        """Answer someone who is in no interview. `payload` is text that may have been meant as a code."""
        if inbound.halted:
            await self._greet(sender, inbound, "stranger.halted", response)
        elif payload and is_meant(inbound, payload):
            await self.refuse(sender, inbound, "stranger.unknown", response)
        else:
            await self._greet(sender, inbound, "stranger", response)

    async def refuse(self, sender: Address, inbound: Inbound, key: str, response: Answerable | None) -> None:
        """Say why a token or code does not admit them, for at most TRIES_A_MINUTE per minute.

        A channel that shows refusals by itself is only told the reason.
        """
        if isinstance(response, Receipt) and response.shows_refusals:
            response.refused = key
            return
        if self._responded(sender, inbound, key, response):
            return
        line, wait = (self._entrance.line(sender, inbound.language, each) for each in (key, "stranger.wait"))
        answered = await self._store.outbox.answer(sender, inbound.id, line, wait, TRIES_A_MINUTE, _MINUTE_S)
        _note(response, answered)

    async def _greet(self, sender: Address, inbound: Inbound, key: str, response: Answerable | None) -> None:
        """Send the line, at most once a minute unless it fits into the response."""
        if not self._responded(sender, inbound, key, response):
            line = self._entrance.line(sender, inbound.language, key)
            _note(response, await self._store.outbox.post(sender, key, line, window_s=_MINUTE_S))

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
