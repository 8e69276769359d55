"""How people get in: by an invitation's token, a walk-in campaign's code, or a resume code."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from conversation import events as e
from conversation.engine import invitation
from conversation.inbound import Address, CodeEntered, Inbound, Opened
from conversation.outbound import OutboundMessage
from conversation.stages.guide import language_of
from conversation.stages.returning import digest, read_code
from conversation.tally import created
from conversation.words import Vocabulary
from storage.ports import Campaign, Commit, Store


class Door(NamedTuple):
    """Where a token or code leads: what to apply to which interview, or why one cannot go in (a text's key)."""

    interview: str = ""
    what: Opened | CodeEntered = Opened()
    refused: str = ""


class Entrance:
    """A typed resume code has 39 bits and lives 30 minutes: at messengers' speed it is not found by guessing."""

    def __init__(self, store: Store, vocabulary: Vocabulary, now: Callable[[], int]) -> None:
        self._store = store
        self._vocabulary = vocabulary
        self._now = now

    async def find(self, payload: str, inbound: Inbound) -> Door | None:
        """Where the payload leads; None where it is no token or code at all."""
        directory = self._store.directory
        if code := read_code(payload):
            interview = await directory.resume_code(digest(code))
            if interview:
                return Door(interview, CodeEntered(code))
        if interview := await directory.invitation(payload):
            return Door(interview)
        if campaign := await directory.walk_in(payload.lower()):
            return await self._walk_in(campaign, inbound)
        return None

    async def _walk_in(self, campaign: Campaign, inbound: Inbound) -> Door | None:
        """The candidate's own interview of a walk-in campaign, made on first sight.

        Its id derives from the candidate's address, so that any number of processes make the same one.
        """
        if inbound.sender is None:
            return None
        interview = hashlib.sha256(f"{campaign.id}|{inbound.sender}".encode()).hexdigest()[:16]
        if await self._store.interviews.load(interview):
            return Door(interview)
        if campaign.closed_ms:
            return Door(refused="stranger.closed")
        if not await self._store.directory.take_place(campaign, interview):
            return Door(refused="stranger.full")
        event = e.Invited(interview, campaign.id, campaign.script, unit=campaign.unit, walk_in=True)
        cause = f"{inbound.id}:invited"
        record, _, stored = invitation(event, self._now(), cause, by="system")
        await self._store.interviews.commit(Commit(interview, cause, 0, record, stored, counts=created()))
        return Door(interview)

    def line(self, to: Address, language: str, key: str) -> OutboundMessage:
        """One of the lines for people who are not candidates."""
        styled = self._vocabulary[language_of(language)].say(key)
        return OutboundMessage(to, styled.text, (), styled.bold)
