"""The staff's Telegram bot for tests: the real channel, receiver and console, and PTB's real client.

The store is in memory and the Bot API is a fake.
"""

import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.routing import Route, Router

from bot.channels.base import SendError
from bot.channels.telegram_api.webhook import TelegramWebhook
from bot.channels.telegram_staff.bot import StaffBot
from bot.channels.telegram_staff.channel import StaffChannel
from bot.media.archive import NotArchived
from handlers.organisation.repository import claim_code, load
from storage.memory.store import MemoryStore
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.posts import LeaseBook, Leases
from tests.handlers.console.desk import STAFF_BOT, Desk

STAFF_TOKEN = f"{STAFF_BOT}:AAF-staff-0123456789-abcdefghij-klm"
USERNAME = "office_helper_bot"
SECRET = "a-secret_of-the-staff-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
WEBHOOK = f"/webhooks/telegram/{STAFF_BOT}"
BOSS, STRANGER, GROUP = 4_200, 6_660, -100_700


class DeskArchive:
    """The files that the desk's commands have stored."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def get(self, sha256: str) -> bytes:
        if sha256 not in self._desk.archive:
            raise NotArchived(sha256)
        return self._desk.archive[sha256]


@dataclass(slots=True)
class OnTelegram:
    api: FakeBotApi
    desk: Desk
    store: MemoryStore
    staff: StaffBot
    channel: StaffChannel
    web: httpx.AsyncClient
    leases: LeaseBook
    _numbers: list[int] = field(default_factory=lambda: [100])

    def message(self, text: str | None, user: int = BOSS, chat: int = 0, **more: Any) -> dict[str, Any]:
        """Return a message as Telegram sends it. `chat` is a group's id; 0 means a private chat."""
        number = self._number()
        said = {"text": text} if text is not None else {}
        basics = {"message_id": number, "date": 1_790_000_000, "from": _who(user), "chat": _where(user, chat)}
        return {"update_id": number, "message": {**basics, **said, **more}}

    def press(self, data: str, user: int = BOSS, chat: int = 0) -> dict[str, Any]:
        number = self._number()
        message = {"message_id": 1, "date": 1_790_000_000, "chat": _where(user, chat), "text": "…"}
        query = {"id": f"q{number}", "from": _who(user), "chat_instance": "1", "data": data, "message": message}
        return {"update_id": number, "callback_query": query}

    def _number(self) -> int:
        self._numbers[0] += 1
        return self._numbers[0]

    async def post(self, update: object, secret: str = SECRET) -> int:
        content = update if isinstance(update, bytes) else json.dumps(update).encode()
        return (await self.web.post(WEBHOOK, content=content, headers={HEADER: secret})).status_code

    async def says(self, text: str | None, user: int = BOSS, chat: int = 0, **more: Any) -> list[str]:
        """Send a message through the webhook, deliver, and return the texts that arrive on Telegram."""
        assert await self.post(self.message(text, user, chat, **more)) == 200
        return await self.deliver()

    async def deliver(self) -> list[str]:
        """Send each message in the outbox once. Returns the texts that arrive on Telegram."""
        before = len(self.api.of("sendMessage"))
        for number, message in enumerate(await self.desk.sent()):
            with contextlib.suppress(SendError):
                await self.channel.send(message, f"{before}:{number}")
        return [sent["text"] for sent in self.api.of("sendMessage")[before:]]

    async def claims(self, user: int = BOSS) -> list[str]:
        code = await claim_code(self.store, lambda: self.desk.now, lambda: f"code-{self._number()}-abc")
        return await self.says(f"/claim {code}", user)

    async def version(self) -> int:
        """Return the version of the organisation's record, which grows with each recorded command."""
        return (await load(self.store)).version

    def lease(self, owner: str = "me") -> Leases:
        return Leases(self.leases, owner, "poll", life_ms=60_000)


def _who(user: int) -> dict[str, Any]:
    return {"id": user, "is_bot": False, "first_name": "老板", "last_name": "王", "language_code": "en"}


def _where(user: int, chat: int) -> dict[str, Any]:
    if chat:
        return {"id": chat, "type": "supergroup", "title": "招聘组"}
    return {"id": user, "type": "private", "first_name": "老板"}


def words(texts: list[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(texts))


@contextlib.asynccontextmanager
async def on_telegram(*, public: bool = True) -> AsyncIterator[OnTelegram]:
    """Open the staff's bot, with a webhook if `public`. Nobody has claimed the console yet."""
    store = MemoryStore()
    desk = Desk(store, "en")
    book = LeaseBook()
    async with FakeBotApi(STAFF_TOKEN, USERNAME) as api:
        channel = StaffChannel(STAFF_TOKEN, api.url, DeskArchive(desk), SECRET)
        leases = Leases(book, "me", "poll", life_ms=60_000)
        staff = StaffBot(channel, desk.console, leases, "https://office.example.com" if public else None)
        app = Router(
            [Route("/webhooks/telegram/{bot_id}", TelegramWebhook({STAFF_BOT: staff.receiver}))],
            redirect_slashes=False,
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as web:
            try:
                yield OnTelegram(api, desk, store, staff, channel, web, book)
            finally:
                await channel.close()
