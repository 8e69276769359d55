"""The web server's addresses."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.channels.telegram.webhook import TelegramWebhook
from bot.channels.web import assets
from bot.channels.web.calendars import Calendars
from bot.channels.web.sent_files import OwnFiles, SentFiles
from bot.channels.web.socket import Messenger
from bot.channels.web.staff_files import StaffFiles, StaffUpload
from bot.channels.web.upload import FileUpload, VoiceUpload
from bot.channels.wechat_api.webhook import CallbackAccount, CallbackAddress
from bot.metrics import OLDEST
from bot.runtime.polling import Receiver
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS

Ready = Callable[[], Awaitable[dict[str, str]]]
"""What is wrong, by name; empty: nothing."""

PAGE = Path(str(files("bot") / "channels" / "web" / "page"))
_STORE_S = 3
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-cache"),
    (b"permissions-policy", b"microphone=(self), camera=(), geolocation=()"),
]


class PageHeaders:
    """Security headers for the pages."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = [(b"content-security-policy", policy.encode()), *_HEADERS]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        await self._app(scope, receive, with_headers)


def application(
    receivers: Mapping[str, Receiver],
    messenger: Messenger,
    ready: Ready,
    callbacks: Mapping[str, Mapping[str, CallbackAccount]] = MappingProxyType({}),
    reports: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The ASGI application. `callbacks` are WeChat's and WeCom's accounts, by channel and id; `reports` are
    further addresses, with headers of their own: report pages, DingTalk's callbacks."""

    built = assets.build(PAGE)

    async def page(request: Request) -> Response:
        return built.page.response(request)

    async def recruiter(request: Request) -> Response:
        return built.late.response(request)

    async def socket(websocket: WebSocket) -> None:
        await messenger.serve(websocket)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        problems = await ready()
        fatal = "redis" in problems
        return JSONResponse({"ready": not fatal, "problems": problems}, 503 if fatal else 200)

    async def metrics(_request: Request) -> Response:
        OLDEST.set(await _oldest_s(messenger))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    routes: list[BaseRoute] = [
        Route("/", page),
        WebSocketRoute("/ws", socket),
        Route(f"/page/late/{assets.LATE}", recruiter),
        Mount("/page", StaticFiles(directory=PAGE)),
        Route("/voice/{id}", VoiceUpload(messenger)),
        Route("/file/{id}", FileUpload(messenger)),
        Route("/staff/{id}", StaffUpload(messenger)),
        Route("/files/{sha256}/{name}", StaffFiles(messenger)),
        Route("/mine/{sha256}/{name}", SentFiles(messenger)),
        Route("/own/{sha256}/{name}", OwnFiles(messenger)),
        Route("/calendar/{moment}.ics", Calendars(messenger)),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
    ]
    pages = Starlette(routes=routes, middleware=[Middleware(PageHeaders, policy=built.policy)])
    pages.router.redirect_slashes = False  # an address is right or unknown
    webhooks = [
        Route("/webhooks/telegram/{bot_id}", TelegramWebhook(receivers)),
        *(
            Route(f"/webhooks/{channel}/{{account}}", CallbackAddress(channel, callbacks.get(channel, {})))
            for channel in ("wechat", "wecom")
        ),
    ]  # no middleware where every microsecond counts
    return Router([*webhooks, *reports, Mount("/", pages)], redirect_slashes=False)


async def _oldest_s(messenger: Messenger) -> float:
    """The age of the oldest letter that waits, over all partitions; not a number where the store does not tell."""
    outbox = messenger.store.outbox
    try:
        async with asyncio.timeout(_STORE_S):
            posted = await asyncio.gather(*(outbox.oldest_ms(partition) for partition in range(PARTITIONS)))
    except (StoreUnavailable, TimeoutError):
        return math.nan
    waiting = [each for each in posted if each]
    return max(0, messenger.now() - min(waiting)) / 1000 if waiting else 0
