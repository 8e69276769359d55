"""Links in QR codes, whose scanners follow the account and enter with their invitation.

Source: developers.weixin.qq.com, "生成带参数的二维码" (read 2026-11): a temporary code is valid for at most 30
days. Only verified service accounts may create codes, 100,000 a day.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

from cachetools import TTLCache

from bot.channels.base import SendError
from bot.logs import log
from storage.errors import StoreUnavailable

SCENE_LIFE_S = 30 * 24 * 3600
MOST_AT_A_TIME = 200
"""How many links one command creates at most. With more invitations, no pictures are sent either."""
_TOGETHER = 8
_PATIENCE_S = 20
_REMEMBERED = 20_000
_NOT_ALLOWED_S = 3600
_FRESH_S = 24 * 3600
"""How long a known link is reused, in seconds, so that always about 30 days remain."""


class QrLinks:
    """The links in one account's QR codes, by token.

    `make` asks the platform for one, and returns None if the account may not have any.
    """

    def __init__(self, make: Callable[[str], Awaitable[str | None]]) -> None:
        self._ask = make
        self._known: TTLCache[str, str] = TTLCache(_REMEMBERED, min(_FRESH_S, SCENE_LIFE_S))
        self._refused: TTLCache[str, bool] = TTLCache(1, _NOT_ALLOWED_S)

    def known(self, token: str) -> str | None:
        return self._known.get(token)

    async def prepare(self, tokens: Sequence[str]) -> None:
        """Create the links not known yet, at most `MOST_AT_A_TIME`. Those that fail are left out."""
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
        """Create links from the iterator until one fails, since the others would fail too.

        Returns the error, or "".
        """
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
