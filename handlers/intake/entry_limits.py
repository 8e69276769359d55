"""How many new walk-in interviews may begin, and how many wrong tokens and codes may be tried.

The counts are shared by all processes and expire by themselves. They are kept under keyed hashes of networks and
addresses, so the store holds no visitor's network.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from typing import Protocol, TypeVar
from weakref import WeakValueDictionary

from conversation.inbound import Address
from storage.keys import digest
from storage.ports import Campaign, Kv

Found = TypeVar("Found")

MOST_OF_A_NETWORK = 300
"""The most new interviews from one network in NETWORK_WINDOW_S seconds. At a fair, a hall shares one address."""
NETWORK_WINDOW_S = 600
LEAST_PLACES = 10
"""The most places of a capped campaign that one network may take in PLACES_WINDOW_S seconds: a quarter of them,
or this number if that is more."""
PLACES_WINDOW_S = 24 * 3600
MOST_OF_A_KIOSK = 1_200
"""The most new interviews of one kiosk campaign in ACCOUNT_WINDOW_S seconds."""
MOST_OF_AN_ACCOUNT = 36_000
"""The most new interviews through one account in ACCOUNT_WINDOW_S seconds: 600 a minute on average. A whole hall
may begin at once, and a load test with thousands of candidates; only endless writing is stopped."""
ACCOUNT_WINDOW_S = 3600
MOST_TRIES = 10
"""The most different wrong tokens and codes that one network, or one sender on other channels, may try in
TRIES_WINDOW_S seconds."""
TRIES_WINDOW_S = 600


class TooManyTries(Exception):
    """Too many wrong tokens and codes were tried, so this one is not looked up."""


class Limits(Protocol):
    """What is asked before somebody enters. All methods may raise StoreUnavailable."""

    async def refusal(self, campaign: Campaign, interview: str, sender: Address, network: str, /) -> str: ...
    async def look_up(
        self, who: str, payload: str, look: Callable[[], Awaitable[Found | None]], /
    ) -> Found | None: ...


class Unlimited:
    """No limits at all."""

    async def refusal(self, _campaign: Campaign, _interview: str, _sender: Address, _network: str, /) -> str:
        return ""

    async def look_up(
        self, _who: str, _payload: str, look: Callable[[], Awaitable[Found | None]], /
    ) -> Found | None:
        return await look()


class EntryLimits:
    """The limits for people who are in no interview yet, and for guessing.

    `secret` returns the key of the hashes, the same in all processes.
    """

    def __init__(self, kv: Kv, secret: Callable[[], Awaitable[str]]) -> None:
        self._kv = kv
        self._secret = secret
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def refusal(self, campaign: Campaign, interview: str, sender: Address, network: str) -> str:
        """Count a new walk-in interview. Returns the key of the text that says why it may not begin, or an empty
        string.

        What one network is refused does not count for the account, so that it cannot use up everybody's share.
        """
        if campaign.kiosk:
            if not await self._counts(f"kiosk:{campaign.id}", MOST_OF_A_KIOSK):
                return "stranger.busy"
        elif network and not _is_loopback(network):
            if not await self._admits("entries", network, interview, MOST_OF_A_NETWORK, NETWORK_WINDOW_S):
                return "stranger.network"
            most = max(LEAST_PLACES, campaign.cap // 4)
            who = f"{campaign.id}|{network}"
            if campaign.cap and not await self._admits("places", who, interview, most, PLACES_WINDOW_S):
                return "stranger.places"
        fits = await self._counts(f"{sender.channel}:{sender.account}", MOST_OF_AN_ACCOUNT)
        return "" if fits else "stranger.busy"

    async def look_up(self, who: str, payload: str, look: Callable[[], Awaitable[Found | None]]) -> Found | None:
        """Return what `look` finds for a token or code. If that is nothing, it counts as a wrong try of `who`.

        Repeating the same one does not count again: an outdated link that many people open is no guessing. Raises
        TooManyTries. Look-ups of one network take turns, so that many at once do not slip past the limit.
        """
        name = await self._name("tries", who)
        async with self._turns.setdefault(name, asyncio.Lock()):
            if await self._kv.admitted(name) >= MOST_TRIES:
                raise TooManyTries
            found = await look()
            if found is None:
                await self._kv.admit(name, digest(payload), MOST_TRIES, TRIES_WINDOW_S)
            return found

    async def _counts(self, account: str, most: int) -> bool:
        return await self._kv.count(f"entries:{account}", ACCOUNT_WINDOW_S) <= most

    async def _admits(self, kind: str, who: str, interview: str, most: int, window_s: int) -> bool:
        return await self._kv.admit(await self._name(kind, who), digest(interview), most, window_s)

    async def _name(self, kind: str, who: str) -> str:
        key = (await self._secret()).encode()
        return f"{kind}:{hmac.new(key, f'{kind}|{who}'.encode(), 'sha256').hexdigest()[:32]}"


def _is_loopback(network: str) -> bool:
    """Return whether the network is this machine: its own users, or a proxy that names nobody."""
    try:
        return ip_address(network).is_loopback
    except ValueError:
        return False
