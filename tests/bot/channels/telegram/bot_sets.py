"""Two candidates' bots of one process, a fake Bot API for each, and Redis."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from bot.channels.base import Registry
from bot.channels.telegram.bot_set import BotSet
from conversation.engine import Engine
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.redis.store import RedisStore
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_apis import FakeBotApis
from tests.fakes.scene import MORNING, ZONE, Fresh
from tests.fakes.waiting import until

FIRST, SECOND = "700001:AAE-fake-0123456789-abcdefghij-klm", "700002:AAF-fake-0123456789-abcdefghij-klm"


class Bots:
    """The bots. `now` is in epoch milliseconds, and moves only when a test moves it."""

    def __init__(self, store: RedisStore, api: FakeBotApis) -> None:
        self.api = [api.add(FIRST, "first_bot"), api.add(SECOND, "second_bot")]
        self.store, self.channels, self.now = store, Registry(), MORNING
        nonce = Fresh()
        intake = Intake(
            store, Engine(vocabulary(), ZONE), Notices(vocabulary(), ZONE, []), now=lambda: self.now, nonce=nonce
        )
        self.bots = BotSet(store, intake, api.url, "me")
        self._numbers = iter(range(100, 1000))

    def writes(self, api: FakeBotApi, text: str = "hello", user: int = 42, ago_s: int = 0) -> None:
        """Write to a bot as this user, so many seconds before now."""
        number, sender = next(self._numbers), {"id": user, "first_name": "Ann", "language_code": "en"}
        chat, date = {"id": user, "type": "private"}, self.now // 1000 - ago_s
        message = {"message_id": number, "date": date, "chat": chat, "from": sender, "text": text}
        api.bring({"update_id": number, "message": message})

    @contextlib.asynccontextmanager
    async def running(self, public_url: str | None = None) -> AsyncIterator[None]:
        for token in (FIRST, SECOND):
            self.channels.add(await self.bots.add(token, None, lambda: "secret"))
        stopping = asyncio.Event()
        task = asyncio.create_task(self.bots.receive(vocabulary(), public_url, stopping))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})
            await self.bots.close()


async def so(happened: Callable[[], Any], what: str) -> None:
    async def look() -> bool:
        return bool(happened())

    await until(look, what)
