"""QR codes by which people come in: whoever scans one follows the account and brings the invitation with them.

Source: developers.weixin.qq.com, "生成带参数的二维码" (read 2026-11): a temporary one lives for 30 days at most;
only verified service accounts may have any; 100,000 may be made a day.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from cachetools import TTLCache

from bot.channels.base import SendError
from bot.logs import log
from storage.errors import StoreUnavailable

SCENE_LIFE_S = 30 * 24 * 3600
MOST_AT_A_TIME = 200
"""How many QR links one command makes at most; beyond that no pictures are sent either."""
_TOGETHER = 8
_PATIENCE_S = 20
_REMEMBERED = 20_000
_NOT_ALLOWED_S = 3600
_FRESH_S = 24 * 3600
"""A known one is given again for so long, so that it never has much less than its 30 days."""


class QrLinks:
    """What the QR codes of one account say, by token. `make` asks the platform for one; None: the account may not
    have any."""

    def __init__(self, make: Callable[[str], Awaitable[str | None]]) -> None:
        self._ask = make
        self._known: TTLCache[str, str] = TTLCache(_REMEMBERED, min(_FRESH_S, SCENE_LIFE_S))
        self._refused: TTLCache[str, bool] = TTLCache(1, _NOT_ALLOWED_S)

    def known(self, token: str) -> str | None:
        return self._known.get(token)

    async def prepare(self, tokens: Sequence[str]) -> None:
        """Make those that are not known yet; what cannot be had now is left out, and so is what is too many."""
        wanted = [each for each in dict.fromkeys(tokens) if each not in self._known][:MOST_AT_A_TIME]
        if not wanted or self._refused:
            return
        left = iter(wanted)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                troubles = await asyncio.gather(*(self._make(left) for _ in range(_TOGETHER)))
        except TimeoutError:
            troubles = ["the platform takes too long"]
        if trouble := next(filter(None, troubles), ""):
            log.warning("wechat_scenes_missing", why=trouble)

    async def _make(self, left: Iterator[str]) -> str:
        """Those that are left, until there is trouble, which the rest would have, too."""
        for token in left:
            try:
                link = await self._ask(token)
            except (SendError, StoreUnavailable) as error:
                return str(error)
            if link is None:
                self._refused["refused"] = True
                return ""
            self._known[token] = link
        return ""
