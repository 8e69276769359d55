"""An account's access token, fetched by one process at a time and shared by all."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from bot.channels.base import TryLater
from storage.ports import Kv

EARLY_S = 240
"""How long before its expiry a token is renewed.

In the last five minutes the platform issues a new token on request, and the old one stays valid
(developers.weixin.qq.com, "获取稳定版接口调用凭据", read 2026-11).
"""
FETCH_S = 20
"""How long a process may take to fetch a token before another may try."""
_LOOK_S = 0.1
_REFUSED_S = 30
"""If asked for another token sooner than this, the platform returns the same one."""


class Token(NamedTuple):
    """An access token. `until` is when it is to be renewed, in epoch seconds."""

    text: str
    until: float


Fetch = Callable[[bool], Awaitable[tuple[str, int]]]
"""Fetches (token, seconds it is valid) from the platform. Raises SendError.

With True, the platform is made to issue a new token instead of its current one, which it allows only rarely.
"""


class AccessToken:
    """Keeps one account's access token.

    `name` identifies the account in the kv, `owner` this process. `now` returns epoch seconds.
    """

    def __init__(self, kv: Kv, name: str, owner: str, fetch: Fetch, now: Callable[[], float]) -> None:
        self._kv = kv
        self._name = f"{name}:token"
        self._lock = f"{name}:token-lock"
        self._owner = owner
        self._fetch = fetch
        self._now = now
        self._known = Token("", 0)
        self._asking = asyncio.Lock()

    async def get(self, refused: str = "") -> str:
        """Return a valid token, other than one that the platform has just `refused`.

        Raises SendError, StoreUnavailable.
        """
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
            if not await self._kv.take(self._lock, self._owner, FETCH_S):
                await asyncio.sleep(_LOOK_S)
                continue
            try:
                if not await self._look(refused):
                    await self._renew(refused)
                return self._known.text
            finally:
                await self._kv.give_back(self._lock, self._owner)
        return self._known.text

    async def _look(self, refused: str) -> bool:
        """Look for a token fetched by another process. Returns whether a valid token is known now."""
        if not self._valid(self._known, refused) and (found := await self._kv.get(self._name)):
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
        await self._kv.set(self._name, json.dumps(self._known), life_s)

    def _valid(self, token: Token, refused: str) -> bool:
        return bool(token.text) and token.text != refused and self._now() < token.until
