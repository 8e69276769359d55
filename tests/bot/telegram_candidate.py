"""A candidate who writes and speaks to the whole app by Telegram's webhook."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import msgspec

from handlers.maintenance.export import interviews
from tests.bot.channels.telegram.telegram_bots import HEADER, SECRET, WEBHOOK
from tests.bot.whole_app import WholeApp
from tests.fakes.bot_files import Kept

_PATIENCE_S = 60


class Candidate:
    """A candidate on Telegram, at the first question of the interview."""

    def __init__(self, running: WholeApp, user: int, language: str) -> None:
        self._running = running
        self.user = user
        self._language = language
        self._updates = user * 1000

    async def begin(self) -> None:
        await self.post(text="/start demo")
        await self.press("agree@-1")

    async def post(self, **message: Any) -> None:
        who = {"id": self.user, "first_name": "Li", "language_code": self._language}
        chat = {"id": self.user, "type": "private"}
        self._updates += 1
        known = {"message_id": self._updates, "date": 1_790_000_000, "chat": chat, "from": who}
        await self._update(message={**known, **message})

    async def press(self, data: str) -> None:
        who = {"id": self.user, "first_name": "Li", "language_code": self._language}
        chat = {"id": self.user, "type": "private"}
        self._updates += 1
        message = {"message_id": 1, "chat": chat, "date": 1}
        query = {"id": f"q{self._updates}", "from": who, "message": message, "chat_instance": "1", "data": data}
        await self._update(callback_query=query)

    async def _update(self, **what: Any) -> None:
        body = {"update_id": self._updates, **what}
        answer = await self._running.web.post(WEBHOOK, content=json.dumps(body), headers={HEADER: SECRET})
        assert answer.status_code == 200

    async def speaks(self, data: bytes, kind: str = "voice", **more: Any) -> None:
        file_id = f"file-of-{self.user}"
        self._running.api.files.keep(file_id, Kept(data, f"voice/of_{self.user}.oga"))
        known = {"file_id": file_id, "file_unique_id": "u", "duration": 3, "file_size": len(data)}
        await self.post(**{kind: {**known, **more}})

    @property
    def screen(self) -> list[str]:
        """The texts that the chat shows."""
        return [str(each["text"]) for each in self._running.api.screen[self.user].values()]

    async def sees(self, wanted: Callable[[str], bool]) -> str:
        async with asyncio.timeout(_PATIENCE_S):
            while not (found := [text for text in self.screen if wanted(text)]):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        return found[-1]

    async def part(self) -> dict[str, Any]:
        """Return the only part of the first answer, as it is exported."""
        campaign = await self._running.store.directory.campaign("demo")
        assert campaign is not None
        async for interview in interviews(self._running.store, campaign):
            if interview["candidate"]["channels"][0]["user"] == str(self.user):
                (part,) = interview["answers"][0]["parts"]
                return dict(msgspec.to_builtins(part))
        raise AssertionError("no such interview")
