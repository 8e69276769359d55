"""A Feishu bot for tests: the real channel and receiver, a store in memory, and a fake Feishu on real sockets."""

import base64
import contextlib
import hashlib
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import SecretStr
from starlette.routing import Router

from bot.channels.base import MediaGone, SendError
from bot.channels.feishu.build import receiver
from bot.channels.feishu.channel import FeishuChannel
from bot.channels.feishu.receive import Receiver
from bot.channels.feishu.settings import FeishuSettings
from bot.channels.feishu.webhook import FeishuWebhook
from conversation.state import State
from handlers.organisation.repository import claim_code
from storage import keys
from storage.memory.store import MemoryStore
from tests.bot.channels.telegram_staff.staff_bots import DeskArchive
from tests.dialogues.playing import script_named
from tests.fakes.feishu_api import APP, BOT, GROUP, MANAGER, MEMBER, SECRET, FakeFeishu, Shown
from tests.fakes.hosts import host
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import Desk

KEY = "encrypt-key-0123456789"
TOKEN = "verification-token"
WEBHOOK = f"/webhooks/feishu/{APP}"


def seal(plain: bytes, key: str = KEY, vector: bytes = bytes(range(16))) -> bytes:
    """Encrypt a body as Feishu does."""
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(vector)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return json.dumps({"encrypt": base64.b64encode(vector + sealed).decode()}).encode()


def headers(body: bytes, stamp: int, key: str = KEY) -> dict[str, str]:
    digest = hashlib.sha256(f"{stamp}nonce{key}".encode() + body).hexdigest()
    return {
        "X-Lark-Request-Timestamp": str(stamp),
        "X-Lark-Request-Nonce": "nonce",
        "X-Lark-Signature": digest,
    }


@dataclass(slots=True)
class OnFeishu:
    api: FakeFeishu
    desk: Desk
    store: MemoryStore
    receiver: Receiver
    web: httpx.AsyncClient
    troubles: list[Exception] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def channel(self) -> FeishuChannel:
        return self.receiver.channel

    def message(self, text: str = "", user: str = MEMBER, chat: str = "", **more: Any) -> dict[str, Any]:
        """Return a message event as Feishu sends it. With `chat`, it mentions the bot in this group."""
        number = next(self._numbers)
        said = {"text": f"@_user_1 {text}" if chat else text}
        message = {
            "message_id": f"om_in_{number}",
            "chat_id": chat or f"oc_of_{user}",
            "chat_type": "group" if chat else "p2p",
            "message_type": "text",
            "content": json.dumps(said, ensure_ascii=False),
            "create_time": str(self.desk.now),
            "mentions": [{"key": "@_user_1", "id": {"open_id": BOT}, "name": "面试助手"}] if chat else [],
            **more,
        }
        sender = {"sender_id": {"open_id": user}, "sender_type": "user"}
        return self.event("im.message.receive_v1", {"sender": sender, "message": message})

    def press(self, value: object, user: str = MEMBER, chat: str = "") -> dict[str, Any]:
        event = {
            "operator": {"open_id": user},
            "action": {"value": value, "tag": "button"},
            "context": {"open_message_id": "om_0", "open_chat_id": chat or f"oc_of_{user}"},
        }
        return self.event("card.action.trigger", event)

    def event(self, kind: str, event: dict[str, Any]) -> dict[str, Any]:
        number = next(self._numbers)
        header = {"event_id": f"event-{number}", "event_type": kind, "token": TOKEN, "app_id": APP}
        return {"schema": "2.0", "header": header, "event": event}

    async def post(self, event: object) -> httpx.Response:
        body = seal(json.dumps(event, ensure_ascii=False).encode())
        return await self.web.post(WEBHOOK, content=body, headers=headers(body, self.desk.now // 1000))

    async def brings(self, event: dict[str, Any], chat: str) -> list[Shown]:
        """Post an event, deliver, and return the messages that appeared in the chat."""
        self.desk.now += 5_000
        answer = await self.post(event)
        assert (answer.status_code, answer.json()) == (200, {})
        before = len(self.api.chats[chat])
        await self.deliver()
        return self.api.chats[chat][before:]

    async def says(self, text: str = "", user: str = MEMBER, chat: str = "", **more: Any) -> list[Shown]:
        return await self.brings(self.message(text, user, chat, **more), chat or user)

    async def presses(self, shown: Shown, label: str, user: str = MEMBER, chat: str = "") -> list[Shown]:
        value = next(value for said, value in shown.buttons if said == label)
        return await self.brings(self.press(value, user, chat), chat or user)

    async def deliver(self) -> None:
        """Send each message in the outbox once."""
        for partition in range(keys.PARTITIONS):
            await self.store.outbox.open(partition)
            for entry in await self.store.outbox.read([partition], 1000, 1):
                if entry.message and entry.message.to.channel == "feishu":
                    try:
                        await self.channel.send(entry.message, f"{partition}:{entry.id}")
                    except (SendError, MediaGone) as error:
                        self.troubles.append(error)
                await self.store.outbox.done(partition, [entry.id])
        await self.desk.watch.look()

    async def claims(self, user: str = MANAGER, chat: str = "") -> list[Shown]:
        code = await claim_code(self.store, lambda: self.desk.now, lambda: f"code-{next(self._numbers)}-abcdefgh")
        return await self.says(f"/claim {code}", user, chat)

    async def state(self, user: str = MEMBER) -> State:
        known = next(known[0] for address, known in self.store.directory._who.items() if address.user == user)
        record = await self.store.interviews.load(known)
        assert record is not None
        return record.state


@contextlib.asynccontextmanager
async def on_feishu(**settings: Any) -> AsyncIterator[OnFeishu]:
    """Open a bot. Nobody has claimed the console yet, and the walk-in campaign `demo` is open."""
    store = MemoryStore()
    desk = Desk(store, "zh")
    kv = MemoryKv(lambda: desk.now / 1000)
    await desk.campaigns.open(script_named("short"), code="demo", walk_in=True)
    async with FakeFeishu(lambda: desk.now) as api:
        given = {"app_id": APP, "app_secret": SECRET, "mode": "http", "encrypt_key": KEY, "api_url": api.url}
        made = FeishuSettings(**{**given, "verification_token": TOKEN, **settings})
        there = host(SimpleNamespace(kv=kv), desk.intake, archive=DeskArchive(desk), now=lambda: desk.now)
        taking = receiver(made, APP, SecretStr(SECRET), there, desk.console)
        webhook = FeishuWebhook(taking, SecretStr(KEY), lambda: desk.now)
        app = Router(webhook.routes(), redirect_slashes=False)
        transport = httpx.ASGITransport(cast(Any, app), raise_app_exceptions=True)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as web:
            try:
                yield OnFeishu(api, desk, store, taking, web)
            finally:
                await taking.channel.close()


__all__ = ["GROUP", "MANAGER", "MEMBER", "OnFeishu", "on_feishu"]
