"""The web server's addresses: what the platforms bring, and how the service itself is doing."""

import asyncio
import hmac
import math
from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from bot.loading import Once
from bot.logs import log_wait
from bot.metrics import OLDEST
from storage.errors import StoreUnavailable
from storage.keys import PARTITIONS
from storage.ports import Outbox

Ready = Callable[[], Awaitable[dict[str, str]]]
"""Returns current problems by the name of the affected part; empty if there are none."""

_CALLBACKS = "/webhooks/"
_STORE_S = 3
_TRY_LATER = 1013
_HEADERS = {"cache-control": "no-cache", "x-content-type-options": "nosniff"}


_LATER = {"retry-after": "2"}
_UNAVAILABLE = PlainTextResponse("try again\n", 503, headers={**_HEADERS, **_LATER})
_NOT_FOUND = PlainTextResponse(
    "Not Found", 404, headers={**_HEADERS, "content-security-policy": "default-src 'none'; sandbox"}
)


def application(
    routes: Sequence[BaseRoute],
    ready: Ready,
    outbox: Outbox,
    now: Callable[[], int],
    token: str = "",
    warnings: Callable[[], dict[str, str]] = dict,
) -> ASGIApp:
    """The ASGI application: the service's own addresses, then those without a parameter, then the others in their
    order. There is no middleware, because some addresses are called all the time.

    `now` gives epoch milliseconds. With a `token`, only who has it sees the metrics, and which accounts have
    problems. `warnings` returns what is not in order with accounts that work, by account.
    """

    async def metrics(request: Request) -> Response:
        if not _may_see(request, token):
            return PlainTextResponse("a token is needed\n", 401, {**_HEADERS, "www-authenticate": "Bearer"})
        OLDEST.set(await _oldest_s(outbox, now))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, headers=_HEADERS)

    own = [*_health(ready, warnings, token), Route("/metrics", metrics)]
    exact = [each for each in routes if isinstance(each, Route) and not each.param_convertors]
    others = [each for each in routes if each not in exact]
    return _waiting(_router([*own, *exact, *others]), _Callbacks(routes))


def standby(ready: Ready, token: str = "") -> ASGIApp:
    """The ASGI application of a process that cannot serve yet: it is alive, and whoever asks for anything is to
    come again. `ready` must name a problem of `redis`. `token` is as for `application`."""
    return Router(_health(ready, dict, token), redirect_slashes=False, default=_try_later)


def _health(ready: Ready, warnings: Callable[[], dict[str, str]], token: str) -> list[Route]:
    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n", headers=_HEADERS)

    async def readyz(request: Request) -> Response:
        problems = await ready()
        fatal = "redis" in problems
        shown = {"problems": problems, "warnings": warnings()} if _may_see(request, token) else {}
        later = _LATER if fatal else {}
        return JSONResponse({"ready": not fatal, **shown}, 503 if fatal else 200, headers={**_HEADERS, **later})

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


class LateRoutes(BaseRoute):
    """Routes that are made when they are first needed, for paths that begin with `prefix`.

    They come after all that match a request completely, and before the answer that nothing is there. `make` may
    raise StoreUnavailable.
    """

    def __init__(self, make: Callable[[], Awaitable[Sequence[BaseRoute]]], prefix: str = "/") -> None:
        self._make = make
        self._prefix = prefix
        self._made = Once(self._new)

    async def _new(self) -> Router:
        return _router(await self._make())

    async def prepare(self) -> None:
        """Make the routes, if that has not been done."""
        await self._made()

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return Match.PARTIAL if scope["path"].startswith(self._prefix) else Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._made())(scope, receive, send)


def _router(routes: Sequence[BaseRoute]) -> Router:
    return Router(routes, redirect_slashes=False, default=_not_found)


def _may_see(request: Request, token: str) -> bool:
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    return not token or hmac.compare_digest(given.encode(), token.encode())


class _Callbacks:
    """The applications behind the platforms' addresses. They are called all the time, so a router should not have
    to look for them."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._exact: dict[str, ASGIApp] = {}
        self._before: dict[str, tuple[str, ASGIApp]] = {}
        """For addresses that end in a parameter, by what is before that: its name, and the application."""
        for route in routes:
            if isinstance(route, Route) and route.path.startswith(_CALLBACKS):
                address, found, parameter = route.path.partition("{")
                if not found:
                    self._exact[address] = route.app
                elif parameter.endswith("}") and parameter[:-1].isidentifier():
                    self._before[address] = parameter[:-1], route.app

    def at(self, scope: Scope) -> ASGIApp | None:
        """Return the application for a request, with its parameter in the scope. None: a router may know one."""
        path: str = scope.get("path", "")
        if scope["type"] != "http" or not path.startswith(_CALLBACKS) or path.endswith("/"):
            return None
        parameters: dict[str, str] = {}
        app = self._exact.get(path)
        if app is None:
            before, _, last = path.rpartition("/")
            name, app = self._before.get(f"{before}/", ("", None))
            parameters = {name: last}
        scope["path_params"] = parameters
        return app


def _waiting(router: ASGIApp, callbacks: _Callbacks) -> ASGIApp:
    """Answer 503 wherever an address needs Redis and cannot have it now."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noted(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await (callbacks.at(scope) or router)(scope, receive, noted)
        except StoreUnavailable as error:
            log_wait("request_waits", error)
            if begun:  # what was sent is incomplete: the server ends the connection
                raise
            await _try_later(scope, receive, send)

    return answered


async def _try_later(scope: Scope, receive: Receive, send: Send) -> None:
    refused = WebSocketClose(_TRY_LATER) if scope["type"] == "websocket" else _UNAVAILABLE
    await refused(scope, receive, send)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    refused = WebSocketClose() if scope["type"] == "websocket" else _NOT_FOUND
    await refused(scope, receive, send)


async def _oldest_s(outbox: Outbox, now: Callable[[], int]) -> float:
    """Return the age in seconds of the oldest waiting outbox entry, or NaN if the store is unavailable."""
    try:
        async with asyncio.timeout(_STORE_S):
            posted = await asyncio.gather(*(outbox.oldest_ms(partition) for partition in range(PARTITIONS)))
    except (StoreUnavailable, TimeoutError):
        return math.nan
    waiting = [each for each in posted if each]
    return max(0, now() - min(waiting)) / 1000 if waiting else 0
