"""A DingTalk robot for tests: the real account, a store in memory, and a fake DingTalk on real sockets."""

import base64
import contextlib
import hashlib
import hmac
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import httpx
from starlette.routing import Router

from bot.channels.base import MediaGone, NotNow, SendError
from bot.channels.dingtalk.build import receiver, webhook
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.receive import Receiver
from bot.channels.dingtalk.settings import DingTalkSettings
from conversation.state import State
from handlers.organisation.repository import claim_code, load
from storage import keys
from storage.memory.store import MemoryStore
from tests.bot.channels.telegram_staff.staff_bots import DeskArchive
from tests.dialogues.playing import script_named
from tests.fakes.dingtalk_api import CORP, KEY, ROBOT, SECRET, FakeDingTalk, Heard
from tests.fakes.hosts import host
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import Desk

MEMBER, MANAGER, OTHER = "0123456789", "manager1", "manager2"
GROUP = "cidGroup7VbGs0cLkP3nD9=="
PATH_SECRET = "unguessable-0123456789"
WEBHOOK = f"/webhooks/dingtalk/{ROBOT}"


def sign(stamp: str, secret: str = SECRET) -> str:
    """Return the signature that DingTalk would send."""
    digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class Account:
    """The robot as one process runs it, with its settings."""

    settings: DingTalkSettings
    receiver: Receiver

    @property
    def channel(self) -> DingTalkChannel:
        return self.receiver.channel


@dataclass(slots=True)
class OnDingTalk:
    api: FakeDingTalk
    desk: Desk
    store: MemoryStore
    kv: MemoryKv
    account: Account
    web: httpx.AsyncClient
    path: str
    troubles: list[SendError] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def message(self, text: str = "", user: str = MEMBER, chat: str = "", **more: Any) -> dict[str, Any]:
        """Return a message as DingTalk posts it. With `chat`, it mentions the robot in this group."""
        url, until = self.api.session(chat or user)
        number = next(self._numbers)
        where = {"conversationType": "2", "isInAtList": True} if chat else {"conversationType": "1"}
        told = {
            "conversationId": chat or f"cid-of-{user}",
            "chatbotCorpId": CORP,
            "msgId": f"msg{number:05d}",
            "senderNick": "王经理",
            "senderStaffId": user,
            "senderId": f"$:LWCP_v1:${user}",
            "sessionWebhook": url,
            "sessionWebhookExpiredTime": until,
            "createAt": self.desk.now,
            "robotCode": ROBOT,
            "msgtype": "text",
            "text": {"content": f" {text}" if chat else text},
        }
        return {**told, **where, **more}

    def headers(self) -> dict[str, str]:
        stamp = str(self.desk.now)
        return {"timestamp": stamp, "sign": sign(stamp)}

    async def post(
        self, body: object, headers: dict[str, str] | None = None, path: str | None = None
    ) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        told = self.headers() if headers is None else headers
        return await self.web.post(path or self.path, content=content, headers=told)

    async def says(self, text: str = "", user: str = MEMBER, chat: str = "", **more: Any) -> list[Heard]:
        """Send a message to the robot, deliver, and return the messages that appeared in the chat."""
        self.desk.now += 5_000
        body = self.message(text, user, chat, **more)
        if self.account.settings.mode == "stream":
            assert await self.account.receiver.take(json.dumps(body).encode())
        else:
            assert (await self.post(body)).status_code == 200
        before = len(self.api.chats[chat or user])
        await self.deliver()
        return self.api.chats[chat or user][before:]

    async def deliver(self) -> None:
        """Send each message in the outbox once. Those that cannot be sent before the person writes are held."""
        for partition in range(keys.PARTITIONS):
            await self.store.outbox.open(partition)
            for letter in await self.store.outbox.read([partition], 1000, 1):
                if letter.message and letter.message.to.channel == "dingtalk":
                    try:
                        await self.account.channel.send(letter.message, f"{partition}:{letter.id}")
                    except NotNow:
                        self.held.append(letter.message.text)
                        await self.desk.intake.hold(letter.message, f"{partition}:{letter.id}")
                    except (SendError, MediaGone) as error:
                        self.troubles.append(cast(SendError, error))
                await self.store.outbox.done(partition, [letter.id])
        await self.desk.watch.look()

    async def claims(self, user: str = MANAGER, chat: str = "") -> list[Heard]:
        code = await claim_code(self.store, lambda: self.desk.now, lambda: f"code-{next(self._numbers)}-abcdefgh")
        return await self.says(f"/claim {code}", user, chat)

    async def begins(self, user: str = MEMBER) -> list[Heard]:
        """Go to the first question of the walk-in campaign's interview."""
        await self.says("/start demo", user)
        return await self.says("同意并开始", user)

    async def version(self) -> int:
        """Return the version of the organisation's record, which grows with each recorded command."""
        return (await load(self.store)).version

    async def state(self, user: str = MEMBER) -> State:
        known = next(
            (known[0] for address, known in self.store.directory._who.items() if address.user == user), ""
        )
        record = await self.store.interviews.load(known)
        assert record is not None, "no interview"
        return record.state

    @property
    def buried(self) -> list[tuple[str, str, bytes]]:
        return self.store.outbox.buried


def account(api: FakeDingTalk, desk: Desk, kv: MemoryKv, **settings: Any) -> Account:
    """Return the robot of one process."""
    given = {
        "app_key": KEY,
        "app_secret": SECRET,
        "robot_code": ROBOT,
        "api_url": api.url,
        "path_secret": PATH_SECRET,
        **settings,
    }
    made = DingTalkSettings(**given)
    there = host(
        SimpleNamespace(kv=kv),
        desk.intake,
        archive=DeskArchive(desk),
        organisation=lambda: desk.watch.organisation,
        now=lambda: desk.now,
    )
    return Account(made, receiver(made, there, desk.console))


@contextlib.asynccontextmanager
async def on_dingtalk(**settings: Any) -> AsyncIterator[OnDingTalk]:
    """Open a robot, with a path secret unless the settings say otherwise.

    Nobody has claimed the console yet, and the walk-in campaign `demo` is open.
    """
    store = MemoryStore()
    desk = Desk(store, "zh")
    kv = MemoryKv(lambda: desk.now / 1000)
    await desk.campaigns.open(script_named("short"), code="demo", walk_in=True)
    async with FakeDingTalk(lambda: desk.now) as api, _opened(api, desk, store, kv, **settings) as robot:
        yield robot


@contextlib.asynccontextmanager
async def reopened(robot: OnDingTalk, **settings: Any) -> AsyncIterator[OnDingTalk]:
    """Start the same installation again with other settings."""
    async with _opened(robot.api, robot.desk, robot.store, robot.kv, **settings) as again:
        again._numbers = robot._numbers
        yield again


@contextlib.asynccontextmanager
async def _opened(
    api: FakeDingTalk, desk: Desk, store: MemoryStore, kv: MemoryKv, **settings: Any
) -> AsyncIterator[OnDingTalk]:
    robot = account(api, desk, kv, **settings)
    path = f"{WEBHOOK}/{PATH_SECRET}" if robot.settings.path_secret else WEBHOOK
    app = Router(webhook(robot.settings, robot.receiver, lambda: desk.now), redirect_slashes=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as web:
        try:
            yield OnDingTalk(api, desk, store, kv, robot, web, path)
        finally:
            await robot.channel.close()
