"""Files that colleagues send to candidates: `GET /mine/{sha256}/{name}`, for the page of that candidate alone. It
says who it is by its key, which is no part of the address: nobody can pass that on."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.attachments import UNKNOWN
from bot.channels.web import frames
from bot.channels.web.frames import MOST_NAME
from bot.channels.web.socket import LEAST_KEY, Messenger
from bot.channels.web.upload import KEY_HEADER
from bot.logs import log
from bot.voice.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from conversation import events as e
from conversation.audit import unseal
from conversation.inbound import Address, Attachment
from storage.errors import StoreUnavailable

_RETRY_S = 5
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
"""What the page shows itself; all else is only ever a download."""


class SentFiles:
    """Of one process."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        messenger, key = self._messenger, request.headers.get(KEY_HEADER, "")
        if messenger.archive is None or len(key) < LEAST_KEY or not messenger.same_origin(request):
            return _nothing()
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("GET only\n", 405)
        try:
            file = await self._sent_to(frames.address_of(key), request.path_params["sha256"])
            if file is None:
                return _nothing()
            data = await messenger.archive.get(file.sha256)
        except NotArchived:
            return _nothing()
        except ArchiveDamaged as error:
            log.error("file_damaged", why=str(error))
            return _nothing()
        except (ArchiveUnavailable, StoreUnavailable):
            return PlainTextResponse("try again\n", 503, {"retry-after": str(_RETRY_S)})
        name = quote(request.path_params["name"][:MOST_NAME], safe="")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
        shown = file.media_type.startswith(_SHOWN)
        return Response(data, media_type=file.media_type if shown else UNKNOWN, headers=headers)

    async def _sent_to(self, candidate: Address, sha256: str) -> Attachment | None:
        """The file, if a colleague has sent it to this candidate."""
        store = self._messenger.store
        interview = await store.directory.who(candidate)
        record = await store.interviews.load(interview) if interview else None
        if interview is None or record is None or candidate not in record.state.known:
            return None
        for stored in await store.interviews.entries(interview):
            for event in unseal(stored)[1].events:
                if isinstance(event, e.SupportReplied) and event.file and event.file.sha256 == sha256:
                    return event.file
        return None


def _nothing() -> Response:
    return PlainTextResponse("there is no such file\n", 404)
