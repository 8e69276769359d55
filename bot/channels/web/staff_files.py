"""Files of the recruiter's pane, which only this machine may access.

- `POST /pane/{id}?name=…&text=…`: the pane sends a file, as the body.
- `GET /files/{sha256}/{name}`: the pane fetches a file that was sent to it.
"""

import re
from urllib.parse import parse_qsl, quote

from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.channels.web import local_console
from bot.channels.web.bodies import UploadRefused
from bot.channels.web.frames import MOST_NAME, PANE, Frame
from bot.channels.web.messenger import Messenger
from bot.channels.web.upload import Posted
from bot.logs import log
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.media.attachments import media_type
from bot.web.http import network_of
from handlers.console.context import StaffFile

MOST_BYTES = 2 * 1024 * 1024
MOST_CAPTION = 1_024
"""The longest command sent with a file, in characters."""
_MOST_QUERY = 16 * 1024
_RETRY_S = 5
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
"""Media types of pictures by their first bytes."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f/\\]")


class StaffUpload(Posted):
    """The route for files that the pane sends."""

    async def take(self, request: HTTPConnection, receive: Receive) -> None:
        if self._messenger.console is None or not await self._messenger.owner.is_here(request):
            raise UploadRefused(404, "not_here")
        if request.scope["method"] != "POST":
            raise UploadRefused(405, "malformed")
        if not self._messenger.same_origin(request):
            raise UploadRefused(403, "foreign")
        frame, name = _told(request)
        with self._messenger.bodies.place(PANE.user, network_of(request.scope)) as body:
            data = await body.read(request, receive, MOST_BYTES)
            file = StaffFile(name, data, media_type(data))
            if await local_console.receive(self._messenger, frame, file) == "failed":
                raise UploadRefused(422, "failed")


def _told(request: HTTPConnection) -> tuple[Frame, str]:
    """Return the message and the file's name. Raises UploadRefused."""
    query = request.url.query
    told = dict(parse_qsl(query, keep_blank_values=True)) if len(query) <= _MOST_QUERY else {}
    name, text = told.get("name", "").strip(), told.get("text", "")
    message_id: str = request.path_params["id"]
    if not _ID.fullmatch(message_id) or not name or len(name) > MOST_NAME or _CONTROLS.search(name):
        raise UploadRefused(400, "malformed")
    if len(text) > MOST_CAPTION:
        raise UploadRefused(413, "too_long")
    return Frame(id=message_id, text=text, language=told.get("language", "")), name


class StaffFiles:
    """The route for files sent to the pane.

    Always served as downloads, so that the browser opens nothing from here. The page itself shows pictures.
    """

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        archive = self._messenger.archive
        if archive is None or not await self._messenger.owner.is_here(request):
            return _nothing()
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("GET only\n", 405)
        try:
            data = await archive.get(request.path_params["sha256"])
        except NotArchived:
            return _nothing()
        except ArchiveDamaged as error:
            log.error("file_damaged", why=str(error))
            return _nothing()
        except ArchiveUnavailable:
            return PlainTextResponse("try again\n", 503, {"retry-after": str(_RETRY_S)})
        name = quote(request.path_params["name"][:MOST_NAME], safe="")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
        kind = next(
            (kind for sign, kind in _PICTURES.items() if data.startswith(sign)), "application/octet-stream"
        )
        return Response(data, media_type=kind, headers=headers)


def _nothing() -> Response:
    return PlainTextResponse("there is no such file\n", 404)
