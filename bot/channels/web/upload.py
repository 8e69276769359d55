"""Uploads from the candidate's page, sent as the body of a request.

- `POST /voice/{id}?ms=…&language=…`: a voice message.
- `POST /file/{id}?name=…&language=…`: a file.

A recording's format is detected later, from its first bytes. This is plain ASGI, so that the body is read only
once the sender is known and the upload is wanted.
"""

import re
from abc import ABC, abstractmethod
from typing import NamedTuple
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from bot.channels.web import frames
from bot.channels.web.arrival import LEAST_KEY
from bot.channels.web.bodies import UploadRefused
from bot.channels.web.messenger import Messenger
from bot.channels.web.place import OVER, Place, place_of
from bot.logs import log_wait
from bot.media.archive import ArchiveUnavailable
from bot.media.attachments import attachment, file_name, media_type
from bot.media.formats import sniff
from bot.web.http import ClientGone, network_of
from conversation.inbound import Address, Inbound, Media, OtherReceived, VoiceReceived, What
from conversation.record.audit import unseal
from conversation.script import Script
from conversation.state import State
from storage.errors import StoreUnavailable

KEY_HEADER = "x-xumian-key"
MOST_BYTES = 20 * 1024 * 1024
MOST_AN_HOUR = 60
"""The most uploads per hour from one address, including failed attempts."""
_MOST_QUERY = 2_000
_LENT_MS = 24 * 3600_000
"""How long an uploaded file is kept if no interview refers to it."""
_MOST_MS = 24 * 3600_000
_HOUR_S = 3600
_RETRY_S = 5
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_OVER = OVER


class Told(NamedTuple):
    """The parameters of an upload.

    `id`: the message's id.
    `ms`: the recording's duration in milliseconds, 0 if it is not given.
    `name`: the file's name.
    `language`: the browser's language.
    """

    id: str
    ms: int
    name: str
    language: str


class Posted(ABC):
    """A route to which files are posted."""

    def __init__(self, messenger: Messenger) -> None:
        self._messenger = messenger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = HTTPConnection(scope)
        try:
            await self.take(request, receive)
            await answer(send, 200, {"id": request.path_params["id"]})
        except UploadRefused as refusal:
            await answer(send, refusal.status, {"why": refusal.why}, refusal.retry_after_s)
        except ClientGone:
            return
        except (StoreUnavailable, ArchiveUnavailable) as error:
            log_wait("upload_not_taken", error)
            await answer(send, 503, {"why": "try_later"}, _RETRY_S)

    @abstractmethod
    async def take(self, request: HTTPConnection, receive: Receive) -> None:
        """Take one file. Raises UploadRefused, ClientGone, StoreUnavailable, ArchiveUnavailable."""


class Upload(Posted):
    """The route for uploads of one kind to an interview."""

    @abstractmethod
    def refuse(self, place: Place) -> None:
        """Raise UploadRefused if uploads of this kind are not accepted at this place of the interview."""

    @abstractmethod
    async def keep(self, told: Told, data: bytes, now: int) -> tuple[What, bytes]:
        """Archive an upload. Returns the content of its inbound event, and the mailbox item that shows it."""

    async def take(self, request: HTTPConnection, receive: Receive) -> None:
        messenger = self._messenger
        if messenger.archive is None:
            raise UploadRefused(404, "no_voice")
        if request.scope["method"] != "POST":
            raise UploadRefused(405, "malformed")
        if not messenger.same_origin(request):
            raise UploadRefused(403, "foreign")
        told = _told(request)
        sender = await self._sender(request)
        inbound_id = f"web:{sender.user}:{told.id}"
        if await self._unwanted(sender, inbound_id):
            return
        if messenger.short_of_space():
            raise UploadRefused(409, "no_space")
        with messenger.bodies.place(sender.user, network_of(request.scope)) as body:
            if await messenger.store.kv.count(f"uploads:{sender.user}", _HOUR_S) > MOST_AN_HOUR:
                raise UploadRefused(429, "too_many", 60)
            data = await body.read(request, receive, MOST_BYTES)
            now = messenger.now()
            what, item = await self.keep(told, data, now)
            await messenger.store.mailboxes.append(sender, f"me:{told.id}", item)
            inbound = Inbound(inbound_id, what, sender, sent_ms=now, message=told.id, language=told.language)
            await messenger.receive(inbound)

    async def _sender(self, request: HTTPConnection) -> Address:
        key = request.headers.get(KEY_HEADER, "")
        if len(key) < LEAST_KEY:
            raise UploadRefused(403, "unknown")
        return frames.address_of(key)

    async def _unwanted(self, sender: Address, inbound_id: str) -> bool:
        """Return whether the upload was accepted before, so that nothing is left to do.

        Raises UploadRefused if it cannot be accepted: from strangers, before the consent, if the question does not
        accept it, and after the interview's end. Repeats of an accepted upload are not refused.
        """
        found = await self._messenger.interview_of(sender)
        if found is None:
            raise UploadRefused(403, "unknown")
        record, script = found
        try:
            self._allow(record.state, script)
        except UploadRefused:
            entries = await self._messenger.store.interviews.entries(record.state.interview)
            if not any(unseal(each)[1].cause == inbound_id for each in entries):
                raise
            return True
        return False

    def _allow(self, state: State, script: Script) -> None:
        if state.support:
            return  # it is sent to people, not as an answer
        if state.phase in _OVER:
            raise UploadRefused(409, "over")
        if not state.consent:
            raise UploadRefused(409, "no_consent")
        self.refuse(place_of(state, script))


class VoiceUpload(Upload):
    """Voice messages."""

    def refuse(self, place: Place) -> None:
        """Accept everything: if a question takes no voice messages, the bot says so in the conversation."""

    async def keep(self, told: Told, data: bytes, now: int) -> tuple[What, bytes]:
        assert self._messenger.archive is not None
        if sniff(data) == "text":  # not a recording
            raise UploadRefused(400, "malformed")
        sha256 = await self._messenger.archive.put(data)
        media = Media(reference=sha256, kind="voice", duration_ms=told.ms, size=len(data))
        return VoiceReceived(media), frames.voice_echo(told.id, told.ms, now, sha256)


class FileUpload(Upload):
    """Pictures and documents."""

    def refuse(self, place: Place) -> None:
        if not place.files:
            raise UploadRefused(415, "no_files")

    async def keep(self, told: Told, data: bytes, now: int) -> tuple[What, bytes]:
        assert self._messenger.archive is not None
        kind = "photo" if media_type(data).startswith("image/") else "document"
        sha256 = await self._messenger.archive.put(data)
        await self._messenger.store.erasures.lend(sha256, now + _LENT_MS)
        sent = attachment(data, sha256, kind, told.name)
        media = Media(reference=sha256, kind=kind, size=len(data))
        return OtherReceived(kind, media, sent.name), frames.file_echo(told.id, sent, "", now)


def _told(request: HTTPConnection) -> Told:
    message_id: str = request.path_params["id"]
    query = request.url.query
    told = dict(parse_qsl(query, keep_blank_values=True)) if len(query) <= _MOST_QUERY else {"ms": "?"}
    ms = told.get("ms", "0")
    if not _ID.fullmatch(message_id) or not re.fullmatch(r"[0-9]{1,9}", ms) or int(ms) > _MOST_MS:
        raise UploadRefused(400, "malformed")
    return Told(message_id, int(ms), file_name(told.get("name", "")), told.get("language", "")[:35])


async def answer(send: Send, status: int, said: dict[str, str], retry_after_s: int | None = None) -> None:
    """Send a response with a JSON object."""
    body = msgspec.json.encode(said)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    if retry_after_s is not None:
        headers.append((b"retry-after", str(retry_after_s).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
