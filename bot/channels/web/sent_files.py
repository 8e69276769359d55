"""Files that only one candidate's page may fetch.

- `GET /mine/{sha256}/{name}`: a file sent to the candidate.
- `GET /own/{sha256}/{name}`: a file that the candidate sent.

The page identifies itself by its key in a header. The key is not part of the URL, so passing on a URL gives nobody
access.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from bot.channels.web import frames
from bot.channels.web.arrival import LEAST_KEY
from bot.channels.web.frames import MOST_NAME, Item
from bot.channels.web.messenger import Messenger
from bot.channels.web.upload import KEY_HEADER
from bot.logs import log
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.media.attachments import UNKNOWN, media_type
from conversation import events as e
from conversation.inbound import Address, Attachment
from conversation.record.audit import unseal
from storage.errors import StoreUnavailable

_RETRY_S = 5
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")
"""Media types, or their prefixes, that the page displays. All others are served only as downloads."""


_PAGE = 200


class CandidateFiles(ABC):
    """A route for files that only one candidate's page may fetch."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    @abstractmethod
    async def find(self, candidate: Address, sha256: str) -> Attachment | None:
        """Return the file if this candidate may fetch it, else None.

        If it has no media type, that is detected from its content.
        """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        messenger, key = self._messenger, request.headers.get(KEY_HEADER, "")
        if messenger.archive is None or len(key) < LEAST_KEY or not messenger.same_origin(request):
            return _nothing()
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("GET only\n", 405)
        candidate, sha256 = frames.address_of(key), request.path_params["sha256"]
        try:
            file = await self.find(candidate, sha256)
            if file is None:
                return _nothing()
            data = await messenger.archive.get(sha256)
        except NotArchived:
            return _nothing()
        except ArchiveDamaged as error:
            log.error("file_damaged", why=str(error))
            return _nothing()
        except (ArchiveUnavailable, StoreUnavailable):
            return PlainTextResponse("try again\n", 503, {"retry-after": str(_RETRY_S)})
        name = quote(request.path_params["name"][:MOST_NAME], safe="")
        headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
        kind = file.media_type or media_type(data)
        return Response(data, media_type=kind if kind.startswith(_SHOWN) else UNKNOWN, headers=headers)


class SentFiles(CandidateFiles):
    """Files that colleagues or the bot have sent to the candidate."""

    async def find(self, candidate: Address, sha256: str) -> Attachment | None:
        store = self._messenger.store
        interview = await store.directory.who(candidate)
        record = await store.interviews.load(interview) if interview else None
        if interview is None or record is None or candidate not in record.state.known:
            return None
        for stored in await store.interviews.entries(interview):
            for event in unseal(stored)[1].events:
                if isinstance(event, e.SupportReplied) and event.file and event.file.sha256 == sha256:
                    return event.file
        return await self._shown(candidate, sha256)

    async def _shown(self, candidate: Address, sha256: str) -> Attachment | None:
        """Return a file that the bot sent to this page, such as the picture of a resume code."""
        async for item in _items(self._messenger, candidate):
            if item.sender == "bot" and item.file and item.file.address.startswith(f"/mine/{sha256}/"):
                return Attachment(item.file.name, sha256, item.file.type)
        return None


class OwnFiles(CandidateFiles):
    """Files and recordings that this page has sent, found in its mailbox."""

    async def find(self, candidate: Address, sha256: str) -> Attachment | None:
        async for item in _items(self._messenger, candidate):
            if item.recording == sha256:
                return Attachment("", sha256, "")
            if item.sender == "me" and item.file and item.file.address.startswith(f"/own/{sha256}/"):
                return Attachment(item.file.name, sha256, item.file.type)
        return None


async def _items(messenger: Messenger, candidate: Address) -> AsyncIterator[Item]:
    """Yield the items of the candidate's mailbox."""
    after = 0
    while items := await messenger.store.mailboxes.read(candidate, after, _PAGE):
        after = items[-1].seq
        for each in items:
            yield frames.decode_item(each.payload)


def _nothing() -> Response:
    return PlainTextResponse("there is no such file\n", 404)
