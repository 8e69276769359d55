"""An account's access token: fetched by one process at a time, and known to all."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from bot.channels.base import TryLater

EARLY_S = 240
"""A token is renewed so long before it ends: in the last five minutes the platform gives a new one when it is
asked, and the old one works on (developers.weixin.qq.com, "获取稳定版接口调用凭据", read 2026-11)."""
FETCH_S = 20
"""Whoever fetches a token has so long; then another may."""
_LOOK_S = 0.1
_REFUSED_S = 30
"""Asked for another one sooner, the platform gives the same."""


class Notes(Protocol):
    """What all processes of the installation share."""

    async def get(self, name: str) -> str | None: ...
    async def set(self, name: str, value: str, life_s: int | None = None) -> None: ...
    async def take(self, name: str, owner: str, life_s: int) -> bool: ...
    async def give_back(self, name: str, owner: str) -> None: ...


class Token(NamedTuple):
    """`until` is epoch seconds: when another one is fetched."""

    text: str
    until: float


Fetch = Callable[[bool], Awaitable[tuple[str, int]]]
"""Asks the platform for (a token, the seconds it is valid); true: not the one that it would give now, which may be
asked only seldom. Raises SendError."""


class AccessToken:
    """`name` is the account's among the notes, `owner` this process, `now` gives epoch seconds."""

    def __init__(self, notes: Notes, name: str, owner: str, fetch: Fetch, now: Callable[[], float]) -> None:
        self._notes = notes
        self._name = f"{name}:token"
        self._lock = f"{name}:token-lock"
        self._owner = owner
        self._fetch = fetch
        self._now = now
        self._known = Token("", 0)
        self._asking = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """A valid token; another one than that which the platform has just `refused`. Raises SendError,
        StoreUnavailable."""
        if self._valid(self._known, refused):
            return self._known.text
        async with self._asking:
            try:
                async with asyncio.timeout(FETCH_S + 5):
                    return await self._found(refused)
            except TimeoutError:
                raise TryLater("no access token can be had") from None

    async def _found(self, refused: str) -> str:
        while not await self._look(refused):
            if not await self._notes.take(self._lock, self._owner, FETCH_S):
                await asyncio.sleep(_LOOK_S)
                continue
            try:
                if not await self._look(refused):
                    await self._renew(refused)
                return self._known.text
            finally:
                await self._notes.give_back(self._lock, self._owner)
        return self._known.text

    async def _look(self, refused: str) -> bool:
        """Whether this process or another has a valid one."""
        if not self._valid(self._known, refused) and (found := await self._notes.get(self._name)):
            text, until = json.loads(found)
            self._known = Token(text, until)
        return self._valid(self._known, refused)

    async def _renew(self, refused: str) -> None:
        text, life_s = await self._fetch(False)
        if text == refused:
            text, life_s = await self._fetch(True)
        if text == refused:
            raise TryLater("the platform gives the access token that it refuses", _REFUSED_S)
        self._known = Token(text, self._now() + max(life_s - EARLY_S, life_s // 2))
        await self._notes.set(self._name, json.dumps(self._known), life_s)

    def _valid(self, token: Token, refused: str) -> bool:
        return bool(token.text) and token.text != refused and self._now() < token.until
