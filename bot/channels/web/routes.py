"""The page's addresses. The page itself is small files, built once at the start."""

from importlib.resources import files
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.channels.web import assets
from bot.channels.web.calendars import Calendars
from bot.channels.web.messenger import Messenger
from bot.channels.web.sent_files import OwnFiles, SentFiles
from bot.channels.web.sockets import Sockets
from bot.channels.web.staff_files import StaffFiles, StaffUpload
from bot.channels.web.upload import FileUpload, VoiceUpload
from bot.web.http import PageHeaders
from bot.web.local_owner import PARAMETER

PAGE = Path(str(files("bot") / "channels" / "web" / "page"))


_USED = (
    "这个地址已经用过，或者已经过期。请在运行续面的机器上执行 xumian pane，打开它给出的新地址。\n"
    "This address has been used or has expired. Run `xumian pane` on the machine that runs Xumian, and open the "
    "new address that it prints.\n"
)


def routes(messenger: Messenger) -> list[BaseRoute]:
    """All addresses of the page, with security headers."""
    built, sockets = assets.build(PAGE), Sockets(messenger)

    async def page(request: Request) -> Response:
        if PARAMETER in request.query_params:
            return await messenger.owner.enter(request) or PlainTextResponse(_USED, 403)
        return built.page.response(request)

    async def recruiter(request: Request) -> Response:
        return built.late.response(request)

    async def socket(websocket: WebSocket) -> None:
        await sockets.serve(websocket)

    headers = [Middleware(PageHeaders, policy=built.policy)]
    return [
        Route("/", page, middleware=headers),
        WebSocketRoute("/ws", socket),
        Route(f"/page/late/{assets.LATE}", recruiter, middleware=headers),
        Mount("/page", Starlette(routes=[Mount("/", StaticFiles(directory=PAGE))], middleware=headers)),
        Route("/voice/{id}", VoiceUpload(messenger), middleware=headers),
        Route("/file/{id}", FileUpload(messenger), middleware=headers),
        Route("/staff/{id}", StaffUpload(messenger), middleware=headers),
        Route("/files/{sha256}/{name}", StaffFiles(messenger), middleware=headers),
        Route("/mine/{sha256}/{name}", SentFiles(messenger), middleware=headers),
        Route("/own/{sha256}/{name}", OwnFiles(messenger), middleware=headers),
        Route("/calendar/{moment}.ics", Calendars(messenger), middleware=headers),
    ]
