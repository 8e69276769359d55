"""An official account in front of one or more of our processes, and phones that write to it.

The fake follows the platform's documentation. Each callback is delivered to all processes, three times, all at
once, and the answers must agree.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx
from msgspec.structs import replace
from starlette.routing import Route, Router

from bot.channels.base import NotNow, Unreachable
from bot.channels.shared.http_client import http_client
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.receive import NOTHING, Receiver
from bot.channels.wechat_api.callback import Callback
from bot.channels.wechat_api.elements import elements
from bot.channels.wechat_api.texts import pieces
from bot.channels.wechat_api.webhook import CallbackAddress
from conversation.engine import Engine
from conversation.inbound import Address
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.fakes.kv import MemoryKv
from tests.fakes.scene import RECRUITERS, ZONE, Scene
from tests.fakes.scripts import SCRIPT
from tests.fakes.wechat_api import APP_ID, SECRET, FakeWeChat
from tests.fakes.wechat_crypto import Box, signed

TOKEN = "a-token-of-the-console"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
EARLIER_KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
BOX = Box(TOKEN, KEY, APP_ID)
GH = "gh_e136c6e50636"
WEBHOOK = f"/webhooks/wechat/{APP_ID}"
NONCE = "1320562132"
TRIES = 3


def cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


_EXPLAINED = "很长的说明。\n" * 150
LONG = replace(
    SCRIPT,
    version="long-1",
    stages=(
        replace(
            SCRIPT.stages[0],
            questions=tuple(
                replace(each, ask=replace(each.ask, zh=f"{each.id} 开始\n{_EXPLAINED}{each.id} 结束"))
                for each in SCRIPT.stages[0].questions
            ),
        ),
        SCRIPT.stages[1],
    ),
)
"""A script whose first two questions are each too long for one message."""


class WeChatScene(Scene):
    """A scene in which messages are split to fit the platform."""

    def process(self, store: Store | None = None) -> Intake:
        return Intake(
            store or self.store,
            Engine(vocabulary(), ZONE),
            Notices(vocabulary(), ZONE, [RECRUITERS]),
            now=self.clock,
            nonce=self.nonce,
            count=lambda what, channel: self.counted.append((what, channel)),
            pieces=pieces,
        )

    def now_s(self) -> float:
        return self.clock.now / 1000


@dataclass(slots=True)
class Desk:
    """An official account.

    - `api`, `channel`: the fake platform and our channel.
    - `webs`: a web client for each of our processes.
    - `sealed`: messages are encrypted (safe mode).
    - `tries`: how many times each callback is delivered.
    """

    scene: WeChatScene
    api: FakeWeChat
    channel: WeChatChannel
    webs: list[httpx.AsyncClient]
    sealed: bool
    tries: int = TRIES
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def phone(self, user: str = "oMgHVjngRipVsoxg6TuX3vz6glDg") -> "Phone":
        return Phone(self, user)

    def genuine(self, xml: bytes) -> tuple[dict[str, str], bytes]:
        """Return the parameters and body of a callback with these bytes, encrypted in safe mode."""
        stamp = str(int(self.scene.now_s()))
        query = {"signature": signed(TOKEN, stamp, NONCE), "timestamp": stamp, "nonce": NONCE, "openid": "o"}
        if not self.sealed:
            return query, xml
        encrypted = BOX.seal(xml)
        query |= {"encrypt_type": "aes", "msg_signature": signed(TOKEN, stamp, NONCE, encrypted)}
        body = f"<xml><ToUserName>{cdata(GH)}</ToUserName><Encrypt>{cdata(encrypted)}</Encrypt></xml>"
        return query, body.encode()

    async def post_genuine(self, xml: bytes) -> httpx.Response:
        query, body = self.genuine(xml)
        return await self.webs[0].post(WEBHOOK, params=query, content=body)

    def request(self, xml: str | bytes, **change: str) -> tuple[dict[str, str], bytes]:
        """Return a callback's parameters and body. `change` replaces parameters, or removes them if empty."""
        stamp = change.pop("timestamp", str(int(self.scene.now_s())))
        query = {"signature": signed(TOKEN, stamp, NONCE), "timestamp": stamp, "nonce": NONCE, "openid": "o"}
        body = xml if isinstance(xml, bytes) else xml.encode()
        if self.sealed and not isinstance(xml, bytes):
            encrypted = BOX.seal(xml)
            query |= {"encrypt_type": "aes", "msg_signature": signed(TOKEN, stamp, NONCE, encrypted)}
            body = f"<xml><ToUserName>{cdata(GH)}</ToUserName><Encrypt>{cdata(encrypted)}</Encrypt></xml>".encode()
        return {name: value for name, value in (query | change).items() if value}, body

    async def post(self, xml: str | bytes, **change: str) -> httpx.Response:
        """Post a callback to the first process. `change` is as for `request`."""
        return await self.post_to(self.webs[0], xml, **change)

    async def post_to(self, web: httpx.AsyncClient, xml: str | bytes, **change: str) -> httpx.Response:
        query, body = self.request(xml, **change)
        return await web.post(WEBHOOK, params=query, content=body)

    def said(self, answer: httpx.Response, to: str) -> str:
        """Return the text of a passive reply, after checking its form. Returns "" if there is none."""
        assert answer.status_code == 200
        if answer.text == NOTHING:
            return ""
        fields = {name: str(value) for name, value in elements(answer.content).items()}
        if self.sealed:
            wanted = signed(TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            assert fields["MsgSignature"] == wanted
            plain, receiver = BOX.open(fields["Encrypt"])
            assert receiver == APP_ID
            fields = {name: str(value) for name, value in elements(plain.encode()).items()}
        assert (fields["ToUserName"], fields["FromUserName"], fields["MsgType"]) == (to, GH, "text")
        assert len(fields["Content"].encode()) <= 2048
        return fields["Content"]

    async def deliver(self) -> None:
        """Send the outbox's messages to candidates as the delivery would."""
        for number, message in enumerate(await self.scene.sent()):
            if message.to.channel != "wechat":
                continue
            key = f"{self.scene.clock.now}:{number}"
            try:
                if 0 < message.until_ms <= self.scene.clock.now:
                    raise NotNow("it was to be sent earlier")
                await self.channel.send(message, key)
            except NotNow:
                await self.scene.intake.hold(message, key)
            except Unreachable as error:
                await self.scene.intake.undelivered(message, key, str(error))


class Phone:
    """Someone who follows the account or will follow it. `seen` lists our messages on the screen, in order."""

    def __init__(self, desk: Desk, user: str) -> None:
        self.desk, self.user = desk, user
        self.seen: list[str] = []
        self._heard = 0

    @property
    def address(self) -> Address:
        return Address("wechat", APP_ID, self.user)

    def message(self, kind: str, **elements_: str) -> str:
        more = "".join(f"<{name}>{cdata(value)}</{name}>" for name, value in elements_.items())
        return (
            f"<xml><ToUserName>{cdata(GH)}</ToUserName><FromUserName>{cdata(self.user)}</FromUserName>"
            f"<CreateTime>{int(self.desk.scene.now_s())}</CreateTime><MsgType>{cdata(kind)}</MsgType>{more}</xml>"
        )

    async def sends(self, kind: str, **elements_: str) -> str:
        """Send an ordinary message. Returns the passive reply."""
        self.desk.api.wrote(self.user)
        return await self._delivered(
            self.message(kind, **elements_, MsgId=str(24837126789000000 + next(self.desk.numbers)))
        )

    async def says(self, text: str) -> str:
        return await self.sends("text", Content=text)

    async def speaks(self, media: str, wide: str = "") -> str:
        more = {"MediaId16K": wide} if wide else {}
        return await self.sends("voice", MediaId=media, Format="amr", **more)

    async def taps(self, key: str) -> str:
        """Tap a button of the account's menu. Returns the passive reply."""
        self.desk.api.clicked(self.user)
        return await self._event("CLICK", key)

    async def follows(self, token: str = "") -> str:
        self.desk.api.came(self.user)
        return await self._event("subscribe", f"qrscene_{token}" if token else "")

    async def scans(self, token: str) -> str:
        """Scan a QR code while following the account. Returns the passive reply."""
        self.desk.api.clicked(self.user)
        return await self._event("SCAN", token)

    async def leaves(self) -> str:
        self.desk.api.went(self.user)
        return await self._event("unsubscribe", "")

    async def looks(self) -> Sequence[str]:
        """Deliver, and add what arrived through the API to the screen. Returns these messages."""
        await self.desk.deliver()
        heard = self.desk.api.followers[self.user].heard
        fresh, self._heard = heard[self._heard :], len(heard)
        self.seen += fresh
        return fresh

    async def _event(self, event: str, key: str) -> str:
        self.desk.scene.clock.forward(1000)  # events are told apart by their time in seconds
        return await self._delivered(self.message("event", Event=event, EventKey=key))

    async def _delivered(self, xml: str) -> str:
        """Deliver a callback to every process, three times, all at once. Returns the passive reply.

        Fails unless all replies agree.
        """
        desk = self.desk
        answers = await asyncio.gather(*(desk.post_to(web, xml) for web in desk.webs for _ in range(desk.tries)))
        (said,) = {desk.said(each, self.user) for each in answers}
        if said:
            self.seen.append(said)
        await self.looks()
        return said


@contextlib.asynccontextmanager
async def account(
    store: Store, *, push: bool = True, keys: Sequence[str] = (KEY, EARLIER_KEY), processes: int = 1
) -> AsyncIterator[Desk]:
    """Open an account that may send by itself if `push`, and is in plain mode if there are no `keys`."""
    scene = WeChatScene(store)
    words = vocabulary()
    async with FakeWeChat(scene.now_s, verified=push) as api, contextlib.AsyncExitStack() as stack:
        kv = MemoryKv(scene.now_s)
        channel = WeChatChannel(APP_ID, SECRET, api.url, http_client(), kv, "process", scene.now_s)
        stack.push_async_callback(channel.close)
        webs = []
        for _ in range(processes):
            callback = Callback(TOKEN, APP_ID, keys, scene.now_s)
            receiver = Receiver(
                APP_ID, callback, scene.process(), store.outbox, words, lambda: push, scene.now_s, kv
            )
            address = CallbackAddress("wechat", {APP_ID: receiver})
            app = Router([Route("/webhooks/wechat/{account}", address)], redirect_slashes=False)
            transport = httpx.ASGITransport(app, raise_app_exceptions=True)
            webs.append(
                await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))
            )
        yield Desk(scene, api, channel, webs, bool(keys))


@contextlib.asynccontextmanager
async def in_either_mode(mode: str) -> AsyncIterator[Desk]:
    async with account(MemoryStore(), keys=(KEY, EARLIER_KEY) if mode == "safe" else ()) as desk:
        yield desk


async def begin(desk: Desk) -> Phone:
    """Open the account's walk-in campaign and go to the first question."""
    await desk.scene.walk_in(code="poster")
    phone = desk.phone()
    await phone.follows("poster")
    await phone.says("同意")
    return phone


async def version(desk: Desk, phone: Phone) -> int:
    """Return how many entries the interview's record has."""
    interview = await desk.scene.store.directory.who(phone.address)
    return (await desk.scene.record(interview or "")).version
