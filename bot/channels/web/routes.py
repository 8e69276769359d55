"""The page's addresses. The page itself is small files, built once at the start."""

from functools import cache
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
from conversation.script import LANGUAGES
from handlers.catalogues import staff_vocabulary

PAGE = Path(str(files("bot") / "channels" / "web" / "page"))


def routes(messenger: Messenger) -> list[BaseRoute]:
    """All addresses of the page, with security headers."""
    built, sockets = built_page(), Sockets(messenger)
    used = "\n".join(staff_vocabulary()[each].text("staff.pane.used") for each in LANGUAGES)

    async def page(request: Request) -> Response:
        if PARAMETER in request.query_params:
            return await messenger.owner.enter(request) or PlainTextResponse(used, 403)
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
        Route("/pane/{id}", StaffUpload(messenger), middleware=headers),
        Route("/files/{sha256}/{name}", StaffFiles(messenger), middleware=headers),
        Route("/mine/{sha256}/{name}", SentFiles(messenger), middleware=headers),
        Route("/own/{sha256}/{name}", OwnFiles(messenger), middleware=headers),
        Route("/calendar/{moment}.ics", Calendars(messenger), middleware=headers),
    ]


@cache
def built_page() -> assets.Assets:
    """Return the page, building it at the first call."""
    return assets.build(PAGE)
