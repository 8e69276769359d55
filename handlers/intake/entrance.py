"""How candidates enter an interview: by an invitation's token, a walk-in campaign's code, or a resume code."""

import hmac
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from cachetools import TTLCache

from conversation import events as e
from conversation.decide.channel_switch import digest, read_code
from conversation.inbound import (
    Address,
    CodeEntered,
    CommandReceived,
    Inbound,
    Opened,
    OtherReceived,
    TextReceived,
)
from conversation.outbound import OutboundMessage
from conversation.words import Vocabulary, language_of
from handlers.campaigns import version_for
from handlers.intake.codes_in_text import TOKEN_LENGTH as TOKEN_LENGTH
from handlers.intake.codes_in_text import Codes, codes_in, is_secret
from handlers.intake.entry_limits import Limits, TooManyTries, Unlimited
from storage.ports import Campaign, Store

_BELIEVED_S = 2.0


class Door(NamedTuple):
    """Where a token or code leads: the interview and the event to apply to it.

    - `refused`: if entry is refused, the key of the text that says why.
    - `seed`: the event that creates the interview, if it may not exist yet.
    """

    interview: str = ""
    what: Opened | CodeEntered = Opened()
    refused: str = ""
    seed: e.Invited | None = None


TOO_MANY_TRIES = Door(refused="stranger.too_many")
"""The result for whoever tried too many wrong tokens and codes."""


async def no_secret() -> str:
    return ""


class Entrance:
    """Resolves tokens and codes.

    A resume code has 39 bits and is valid for 30 minutes; how many may be tried is limited.
    """

    def __init__(
        self,
        store: Store,
        vocabulary: Vocabulary,
        secret: Callable[[], Awaitable[str]] = no_secret,
        limits: Limits | None = None,
    ) -> None:
        """`secret` returns a secret that keeps a walk-in interview's id from revealing whose it is."""
        self._store = store
        self._limits: Limits = limits or Unlimited()
        self._secret = secret
        self._vocabulary = vocabulary
        self._campaigns: TTLCache[str, Campaign] = TTLCache(100, ttl=_BELIEVED_S)

    async def find(self, payload: str, inbound: Inbound, network: str = "") -> Door | None:
        """Return where the payload leads, or None if it is no token or code.

        `network` is the visitor's, if the channel knows it: wrong tries are then counted for it, and not for the
        sender. After too many of them, nothing is looked up and the result is TOO_MANY_TRIES.
        """

        async def look() -> Door | None:
            return await self._find(payload, inbound, network)

        try:
            return await self._limits.look_up(network or str(inbound.sender), payload, look)
        except TooManyTries:
            return TOO_MANY_TRIES

    async def _find(self, payload: str, inbound: Inbound, network: str) -> Door | None:
        directory = self._store.directory
        if code := read_code(payload):
            interview = await directory.resume_code(digest(code))
            if interview:
                return Door(interview, CodeEntered(code))
        if campaign := await self._campaign(payload.lower()):
            return await self._walk_in(campaign, inbound, network)
        if interview := await directory.invitation(payload):
            return Door(refused="stranger.closed") if await self._shut(interview) else Door(interview)
        return None

    async def _shut(self, interview: str) -> bool:
        """Return whether the invitation is unopened and its campaign closed."""
        record = await self._store.interviews.load(interview)
        if record is None or record.state.address:
            return False
        campaign = await self._store.directory.campaign(record.state.campaign)
        return campaign is not None and bool(campaign.closed_ms)

    async def _campaign(self, code: str) -> Campaign | None:
        """Return the walk-in campaign with this code, cached for _BELIEVED_S seconds."""
        known = self._campaigns.get(code)
        if known is None and (known := await self._store.directory.walk_in(code)):
            self._campaigns[code] = known
        return known

    async def _walk_in(self, campaign: Campaign, inbound: Inbound, network: str) -> Door | None:
        """Return the door to the candidate's interview in a walk-in campaign, taking a place for a new one.

        A place is taken only if the limits allow a new interview.

        The interview's id derives from the candidate's address, so all processes arrive at the same one.
        """
        if inbound.sender is None:
            return None
        secret = (await self._secret()).encode()
        interview = hmac.new(secret, f"{campaign.id}|{inbound.sender}".encode(), "sha256").hexdigest()[:16]
        seed = e.Invited(
            interview,
            campaign.id,
            version_for(campaign, interview),
            unit=campaign.unit,
            walk_in=True,
            notices_to=campaign.notices_to,
        )
        if await self._store.interviews.load(interview):
            return Door(interview)
        if campaign.closed_ms:
            return Door(refused="stranger.closed")
        if await self._store.directory.is_full(campaign):
            return Door(refused="stranger.full")
        if refused := await self._limits.refusal(campaign, interview, inbound.sender, network):
            return Door(refused=refused)
        if not await self._store.directory.take_place(campaign, interview):
            return Door(refused="stranger.full")
        return Door(interview, seed=seed)

    def line(self, to: Address, language: str, key: str) -> OutboundMessage:
        """Build one of the messages for people who are not candidates."""
        styled = self._vocabulary[language_of(language)].say(key)
        return OutboundMessage(to, styled.text, (), styled.bold)


def codes_of(inbound: Inbound) -> Codes:
    """Return what may be tokens or codes in a message: in `/start`'s argument, or in what was typed."""
    match inbound.what:
        case CommandReceived(name="start", argument=argument):
            return _argument(argument.strip())
        case TextReceived(text=text):
            return codes_in(text)
        case OtherReceived(kind=kind, text=text) if kind != "sticker":
            return codes_in(text)
        case _:
            return Codes()


def _argument(argument: str) -> Codes:
    """Return the codes in `/start`'s argument. If there are none, it is tried as it is: it was meant as one."""
    codes = codes_in(argument)
    found = codes.found or ((argument,) if argument else ())
    return Codes(found, named=True, apart=True)


def is_meant(inbound: Inbound, codes: Codes) -> bool:
    """Return whether a stranger probably meant something in the message as a token or code."""
    if not codes.found:
        return False
    if codes.named or isinstance(inbound.what, CommandReceived):
        return True
    return any(is_secret(each) or any(map(str.isdigit, each)) for each in codes.found)


def is_for_another(codes: Codes) -> bool:
    """Return whether somebody who is in an interview wants to enter one, rather than to say something there.

    A word that happens to be a campaign's code, and a link beside other words, may be part of an answer.
    """
    secret = any(is_secret(each) for each in codes.found)
    return (codes.apart and (secret or codes.named)) or (codes.named and secret)
