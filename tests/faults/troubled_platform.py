"""The platform in trouble: it takes no message, and answers as platforms do that are."""

import asyncio
import random
from typing import Literal

from aiohttp import web

from tests.faults.platform import Telegram

Trouble = Literal["", "down", "429", "5xx", "hang", "nonsense"]
_NONSENSE = ('{"ok": tru', "<html>502 Bad Gateway</html>", "[]", '{"okay": 1}', "null", "")
"""`{"ok": true}` is not among them: it says that the message was delivered."""


class TroubledTelegram(Telegram):
    """A platform whose `trouble` can be set. What it answers then it has not delivered."""

    trouble: Trouble = ""

    async def _end_of_hanging(self) -> None:
        while self.trouble == "hang":  # noqa: ASYNC110 - nothing tells of its end
            await asyncio.sleep(0.1)

    async def _call(self, request: web.Request) -> web.StreamResponse:
        chance: random.Random = self._chance
        match self.trouble:
            case "":
                return await super()._call(request)
            case "down":
                if request.transport:
                    request.transport.abort()
                return web.Response()
            case "429":
                wait = {"retry_after": chance.choice((1, 2, 3))}
                said = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": wait}
                return web.json_response(said, status=429)
            case "5xx":
                return web.Response(status=chance.choice((500, 502, 503, 504)), text="Bad Gateway")
            case "hang":
                await self._end_of_hanging()
                return web.Response(status=504)
            case "nonsense":
                return web.Response(text=chance.choice(_NONSENSE), content_type="application/json")
