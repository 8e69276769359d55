"""A fake Bot API server with several bots, each with its own token."""

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.fakes.bot_api import FakeBotApi, _error


class FakeBotApis:
    """The server. `add` registers a bot. Calls with an unknown token are refused, as by Telegram."""

    def __init__(self) -> None:
        self.url = ""
        self.unknown: list[str] = []
        self._bots: dict[str, FakeBotApi] = {}
        self._runner: web.AppRunner | None = None

    def add(self, token: str, username: str) -> FakeBotApi:
        bot = self._bots[token] = FakeBotApi(token, username)
        return bot

    def revoke(self, token: str) -> None:
        del self._bots[token]

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bot in self._bots.values():
            await bot.__aexit__(kind, error, trace)
        if self._runner:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        bot = self._bots.get(request.match_info["token"])
        if bot is None:
            self.unknown.append(request.match_info["method"])
            return _error(401, "Unauthorized")
        return await bot._answer(request)
