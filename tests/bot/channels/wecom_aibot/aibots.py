"""A 智能机器人 for tests: the real channel with the real SDK on the wire, a store in memory, and a fake server."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from pydantic import SecretStr

from bot.channels.base import SendError
from bot.channels.wecom_aibot.build import build
from bot.channels.wecom_aibot.channel import AibotChannel
from bot.channels.wecom_aibot.connection import Connection
from bot.channels.wecom_aibot.receive import Receiver
from bot.channels.wecom_aibot.settings import CHANNEL, WeComAibotSettings
from handlers.organisation.repository import claim_code
from storage import keys
from storage.memory.store import MemoryStore
from tests.bot.channels.telegram_staff.staff_bots import DeskArchive
from tests.fakes.hosts import host
from tests.fakes.kv import MemoryKv
from tests.fakes.waiting import until
from tests.fakes.wecom_aibot_gateway import BOT, SECRET, Gateway, Shown
from tests.handlers.console.desk import Desk

BOSS = "manager"


async def becomes(happened: Callable[[], object]) -> None:
    """Return once `happened` returns something true."""

    async def look() -> bool:
        return bool(happened())

    await until(look, "it happens")


@dataclass(slots=True)
class OnWeCom:
    gateway: Gateway
    desk: Desk
    store: MemoryStore
    kv: MemoryKv
    channel: AibotChannel
    connection: Connection
    troubles: list[Exception] = field(default_factory=list)

    async def says(self, text: str = "", user: str = BOSS, chat: str = "", **more: Any) -> list[Shown]:
        """Send a message to the bot, deliver, and return what appeared in the chat."""
        return await self.brings(self.gateway.body(text, user, chat, **more), chat or user)

    async def presses(self, shown: Shown, label: str, user: str = BOSS, chat: str = "") -> list[Shown]:
        return await self.brings(self.gateway.press(shown, label, user, chat), chat or user)

    async def brings(self, body: dict[str, Any], chat: str) -> list[Shown]:
        self.desk.now += 5_000
        await self.gateway.bring(body)
        await self.handled()
        before = len(self.gateway.chats[chat])
        await self.deliver()
        return self.gateway.chats[chat][before:]

    async def handled(self) -> None:
        """Wait until everything that the server has sent was handled."""
        pings = self.gateway.pings
        await self.connection._manager._send_heartbeat()
        await self.gateway.until(lambda: self.gateway.pings > pings, "all read")
        await becomes(lambda: not (self.connection._manager._missed_pong_count or self.connection._handling))

    async def deliver(self) -> None:
        """Send each message in the outbox once."""
        for partition in range(keys.PARTITIONS):
            await self.store.outbox.open(partition)
            for entry in await self.store.outbox.read([partition], 1000, 1):
                if entry.message and entry.message.to.channel == CHANNEL:
                    try:
                        await self.channel.send(entry.message, f"{partition}:{entry.id}")
                    except SendError as error:
                        self.troubles.append(error)
                await self.store.outbox.done(partition, [entry.id])
        await self.desk.watch.look()

    async def claims(self, user: str = BOSS) -> list[Shown]:
        code = await claim_code(self.store, lambda: self.desk.now, lambda: "code-0123456789-abcdefgh")
        return await self.says(f"/claim {code}", user)


@contextlib.asynccontextmanager
async def on_wecom(**options: float) -> AsyncIterator[OnWeCom]:
    """Open a bot and connect it. Nobody has claimed the console yet."""
    store = MemoryStore()
    desk = Desk(store, "zh")
    kv = MemoryKv(lambda: desk.now / 1000)
    async with Gateway().running() as gateway:
        there = host(
            SimpleNamespace(kv=kv, leases=store.leases),
            desk.intake,
            console=desk.console,
            archive=DeskArchive(desk),
        )
        settings = WeComAibotSettings(id=BOT, secret=SecretStr(SECRET), url=gateway.url)
        built = await build(settings, there)
        (channel,) = built.channels
        assert isinstance(channel, AibotChannel)
        receiver = Receiver(channel, desk.console, kv, again_s=0)
        quick = {"first_pause_s": 0.01, "renew_s": 0.05, **options}
        leases = store.leases("aibot", "this process", 60_000)
        connection = Connection(gateway.url, SecretStr(SECRET), receiver, channel, leases, **quick)
        stopping = asyncio.Event()
        running = asyncio.create_task(connection.run(stopping))
        try:
            await gateway.until(lambda: gateway.connections, "connected")
            await connection._logged_in.wait()
            yield OnWeCom(gateway, desk, store, kv, channel, connection)
        finally:
            stopping.set()
            await running
            await channel.close()
