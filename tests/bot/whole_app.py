"""The whole app in this process: web server, delivery, timers and voice, with a real Redis and a fake Bot API."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

import bot
from bot.app import App, Part
from bot.commands.service import DEMO_SCRIPT
from bot.installation import DEMO
from bot.settings import load
from bot.store import OutageLog
from bot.tracing.tracing import Tracing
from bot.web.standby import standing_by
from storage.redis.store import RedisStore
from tests.bot.channels.telegram.telegram_bots import SECRET
from tests.dialogues.playing import script_named
from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.fakes.owners import owners_cookie
from tests.speech.recordings import MODEL

KEY = "a-key-of-a-page-0123456789"
_ROOT = Path(bot.__file__).parents[1]
_PATIENCE_S = 15


@dataclass(slots=True)
class WholeApp:
    app: App
    store: RedisStore
    api: FakeBotApi
    web: httpx.AsyncClient
    cookie: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.app.port}"

    def page(self, **options: Any) -> connect:
        """Open a WebSocket as the page in the owner's browser does."""
        headers = {"Cookie": self.cookie, **options.pop("additional_headers", {})}
        return connect(f"ws://127.0.0.1:{self.app.port}/ws", additional_headers=headers, **options)

    @contextlib.asynccontextmanager
    async def visitor(self, key: str = KEY, **hello: Any) -> AsyncIterator["Visitor"]:
        """Open a page's WebSocket and say hello."""
        async with self.page() as socket:
            page = Visitor(socket)
            await page.say(hello={"key": key, "language": "en", **hello})
            yield page


@dataclass(slots=True)
class Visitor:
    socket: ClientConnection

    async def say(self, **frame: Any) -> None:
        await self.socket.send(json.dumps(frame))

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(_PATIENCE_S):
            return dict(json.loads(await self.socket.recv()))

    async def until(self, name: str) -> Any:
        """Return the first frame of this name, skipping others."""
        while True:
            frame = await self.hear()
            if name in frame:
                return frame[name]

    async def until_offered(self, choice: str = "") -> dict[str, Any]:
        """Return the bot's next message that offers this choice. If `choice` is empty, return its next message."""
        while True:
            item: dict[str, Any] = await self.until("item")
            tokens = [token.partition("@")[0] for token, _ in item.get("choices", ())]
            if item["from"] == "bot" and (not choice or choice in tokens):
                return item

    async def begin(self) -> None:
        """Agree, and go to the first question."""
        await self.until_offered("agree")
        await self.say(id="agree", choice="agree@-1", label="Agree")
        await self.until_offered("submit")


async def run(app: App, parts: Iterable[Part], started: asyncio.Event) -> None:
    """Run an app's parts at the address in its settings, until it is stopped."""
    async with standing_by(app.settings, listens=True) as standby:
        await app.run(parts, started.set, standby)


def _plain_client(address: str) -> httpx.AsyncClient:
    """Return a client for HTTP without TLS, which need not load all certificates of this machine."""
    return httpx.AsyncClient(base_url=address, timeout=_PATIENCE_S, trust_env=False, verify=False)


@contextlib.asynccontextmanager
async def whole_app(
    redis_url: str,
    *,
    public: bool = False,
    data_dir: Path | None = None,
    more: Mapping[str, object] = MappingProxyType({}),
    tracing: Tracing | None = None,
) -> AsyncIterator[WholeApp]:
    """Run the whole app. `more` are further settings; with `tracing`, it records traces.

    With a `data_dir`, the app also runs voice, with the tests' speech model.
    """
    parts: tuple[Part, ...] = ("web", "delivery", "timers", *(("voice",) if data_dir else ()))
    async with FakeBotApi() as api:
        settings = load(
            {
                "redis_url": redis_url,
                "http_port": 0,
                "telegram_tokens": TOKEN,
                "telegram_webhook_secret": SECRET,
                "telegram_api_url": api.url,
                "scripts_dir": _ROOT / "interviews",
                "public_url": "https://interview.example.com" if public else None,
                **({"data_dir": data_dir, "whisper_model": str(MODEL), "whisper_threads": 1} if data_dir else {}),
                **more,
            }
        )
        store = RedisStore.at(redis_url)
        store.outages.listener = OutageLog()
        await store.check()
        app = App(settings, store, tracing)
        await app.add_channels()
        if await store.directory.campaign(DEMO) is None:
            await app.campaigns.open(script_named(DEMO_SCRIPT), code=DEMO, walk_in=True)
        started = asyncio.Event()
        task = asyncio.create_task(run(app, parts, started))
        begun = asyncio.create_task(started.wait())
        await asyncio.wait({task, begun}, return_when=asyncio.FIRST_COMPLETED)
        try:
            async with _plain_client(f"http://127.0.0.1:{app.port}") as web:
                cookie = "" if public else await owners_cookie(app.local_owner, app.port)
                yield WholeApp(app, store, api, web, cookie)
        finally:
            begun.cancel()
            app.stop()
            await task
            await app.close()
            await store.close()
