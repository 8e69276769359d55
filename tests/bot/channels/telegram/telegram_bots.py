"""A Telegram bot for tests: the real channel, receiver and intake, a store in memory, and a fake Bot API."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any

import httpx
from starlette.routing import Route, Router

from bot.channels.base import Registry
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.receive import Receiver
from bot.channels.telegram.session import Session
from bot.channels.telegram_api.webhook import TelegramWebhook
from conversation.engine import Engine
from conversation.state import State
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.fakes.bot_api import TOKEN, FakeBotApi

BOT = TOKEN.partition(":")[0]
SECRET = "a-secret_of-the-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
WEBHOOK = f"/webhooks/telegram/{BOT}"
NOW_MS = 1_790_000_000_000


@dataclass(slots=True)
class TelegramBot:
    api: FakeBotApi
    store: MemoryStore
    intake: Intake
    session: Session
    channel: TelegramChannel
    receiver: Receiver
    web: httpx.AsyncClient
    paused: set[str]
    """The accounts that count as paused by staff."""
    _numbers: list[int] = field(default_factory=lambda: [100])

    def update(self, text: str, user: int = 42, **more: Any) -> dict[str, Any]:
        """Return a candidate's text message as Telegram sends it."""
        self._numbers[0] += 1
        who = {"id": user, "first_name": "李雷", "language_code": "zh"}
        chat = {"id": user, "type": "private", "first_name": "李雷"}
        message = {"message_id": self._numbers[0], "date": NOW_MS // 1000, "chat": chat, "from": who, "text": text}
        return {"update_id": self._numbers[0], "message": {**message, **more}}

    def press(self, data: str, user: int = 42) -> dict[str, Any]:
        self._numbers[0] += 1
        who = {"id": user, "first_name": "李雷", "language_code": "zh"}
        chat = {"id": user, "type": "private"}
        query = {"id": f"q{self._numbers[0]}", "from": who, "message": {"message_id": 1, "chat": chat, "date": 1}}
        return {"update_id": self._numbers[0], "callback_query": {**query, "chat_instance": "1", "data": data}}

    async def post(self, body: object, secret: str | bytes | None = SECRET, to: str = WEBHOOK) -> httpx.Response:
        """Call the webhook. A body that is not bytes is sent as JSON."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = (
            [] if secret is None else [(HEADER.encode(), secret if isinstance(secret, bytes) else secret.encode())]
        )
        return await self.web.post(to, content=content, headers=headers)

    @property
    def buried(self) -> list[tuple[str, str, bytes]]:
        return self.store.outbox.buried

    async def state(self, user: int = 42) -> State:
        """Return the state of the candidate's interview."""
        interview = next(
            (known[0] for address, known in self.store.directory._who.items() if address.user == str(user)), ""
        )
        record = await self.store.interviews.load(interview)
        assert record is not None, "no interview"
        return record.state


@contextlib.asynccontextmanager
async def telegram_bot(script: str = "short") -> AsyncIterator[TelegramBot]:
    """Open a bot with the walk-in campaign `demo`. `script` is one of the scripts of the dialogue tests."""
    zone = timezone(timedelta(hours=8))
    store = MemoryStore()
    numbers = iter(range(100_000))

    def nonce() -> str:
        return f"fresh-{next(numbers)}"

    paused: set[str] = set()
    intake = Intake(
        store,
        Engine(vocabulary(), zone),
        Notices(vocabulary(), zone, []),
        now=lambda: NOW_MS,
        nonce=nonce,
        halted=lambda address: address.account in paused,
    )
    await Campaigns(store, now=lambda: NOW_MS, nonce=nonce, zone=zone).open(
        script_named(script), code="demo", walk_in=True
    )
    async with FakeBotApi() as api:
        session = Session(api.url, timeout_s=2)
        channel = TelegramChannel(TOKEN, session, SECRET)
        registry = Registry()
        registry.add(channel)
        receiver = Receiver(channel, intake, store.outbox)
        app = Router(
            [Route("/webhooks/telegram/{bot_id}", TelegramWebhook({BOT: receiver}))], redirect_slashes=False
        )
        transport = httpx.ASGITransport(app, raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as web:
            try:
                yield TelegramBot(api, store, intake, session, channel, receiver, web, paused)
            finally:
                await channel.close()
                await session.close()
