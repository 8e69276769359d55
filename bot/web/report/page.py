"""Routes of the report pages.

- `/r/{token}`: an interview's report, as a page without scripts.
- `/r/{token}/report.{form}`: the same report as a file, `pdf`, `docx` or `json`.
- `/r/{token}/audio/{sha256}`: one of its recordings; range requests are supported.
- `/r/{token}/file/{sha256}`: a picture or document from an answer.
"""

from collections.abc import Sequence
from datetime import tzinfo
from urllib.parse import quote

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.logs import log
from bot.media import attachments, formats
from bot.media.archive import Archive, ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.media.attachments import UNKNOWN, media_type
from bot.media.formats import Undecodable, sniff
from bot.media.playback import as_wav, played_as_is
from bot.web.local_owner import LocalOwner
from bot.web.report import rendering
from bot.web.report.ranges import in_part
from conversation.words import Vocabulary
from handlers.report_files.forms import MEDIA_TYPES, file_name, written
from handlers.report_files.pdf import NoChineseFont
from handlers.report_pages.answers import PICTURES
from handlers.report_pages.model import Report
from handlers.report_pages.pages import Closed, Opened, ReportPages
from handlers.report_pages.view import report_of
from storage.errors import StoreUnavailable

_POLICY = (
    "default-src 'none'; style-src 'self'; media-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "microphone=(), camera=(), geolocation=()",
}
_ALONE = {**_HEADERS, "content-security-policy": "default-src 'none'; media-src 'self'; sandbox"}
"""Headers for a recording or file, which can also be opened on its own."""
_RETRY_S = 5
_KEPT_WAVS = 2
_LANGUAGES = ("zh", "en")
_STATUS: dict[Closed, int] = {"gone": 404, "withdrawn": 403}


class ReportAddress:
    """Serves report pages and their recordings and files.

    `words` is the console's vocabulary, `candidate_words` the one used with candidates. `owner` recognises the
    owner's browser on this machine.
    """

    def __init__(
        self,
        pages: ReportPages,
        archive: Archive,
        words: Vocabulary,
        candidate_words: Vocabulary,
        zone: tzinfo,
        owner: LocalOwner,
    ) -> None:
        self._pages = pages
        self._archive = archive
        self._words = words
        self._candidate_words = candidate_words
        self._zone = zone
        self._owner = owner
        self._wavs: LRUCache[str, bytes] = LRUCache(_KEPT_WAVS)

    def routes(self) -> Sequence[Route]:
        return (
            Route("/r/report.css", self.style),
            Route("/r/{token}", self.page),
            Route("/r/{token}/report.{form}", self.download),
            Route("/r/{token}/audio/{sha256}", self.recording),
            Route("/r/{token}/file/{sha256}", self.file),
        )

    async def style(self, _request: Request) -> Response:
        return FileResponse(
            rendering.STYLE, headers={"cache-control": "no-cache", "x-content-type-options": "nosniff"}
        )

    async def page(self, request: Request) -> Response:
        opened = await self._open(request)
        if isinstance(opened, Response):
            return opened
        report = self._report(opened, request)
        html = rendering.page(report, self._words[report.language], request.path_params["token"])
        return HTMLResponse(html, 410 if opened.source.erased else 200, _HEADERS)

    async def download(self, request: Request) -> Response:
        """Serve the report as a file."""
        form = next((each for each in MEDIA_TYPES if each == request.path_params["form"]), None)
        if form is None:
            return _nothing("form of a report")
        opened = await self._open(request)
        if isinstance(opened, Response):
            return opened
        report = self._report(opened, request)
        try:
            data = await written(report, form, self._words[report.language])
        except NoChineseFont as error:
            log.error("report_without_font", why=str(error))
            return PlainTextResponse("no PDF can be made on this server; take the Word file\n", 501, _ALONE)
        headers = {**_ALONE, "content-disposition": _attachment(file_name(report, form))}
        return Response(data, media_type=MEDIA_TYPES[form], headers=headers)

    async def _open(self, request: Request) -> Opened | Response:
        """Return what the link shows, or a page that says why there is nothing."""
        token = request.path_params["token"]
        try:
            opened = await self._pages.open(token, owner=await self._owner.is_here(request))
        except StoreUnavailable:
            return self._say("later", 503, {"retry-after": str(_RETRY_S)})
        return opened if isinstance(opened, Opened) else self._say(opened, _STATUS[opened])

    def _report(self, opened: Opened, request: Request) -> Report:
        wanted = request.query_params.get("lang", "")
        language = wanted if wanted in _LANGUAGES else opened.person.language
        return report_of(opened.source, self._words, self._candidate_words, language, self._zone)

    def _say(self, why: str, status: int, more: dict[str, str] | None = None) -> Response:
        """Return a page that only says why there is no report. It is bilingual, as the visitor is unknown."""
        said = [(each, self._words[each]) for each in _LANGUAGES]
        html = rendering.template("closed.html").render(
            why=why, languages=[(name, words.text) for name, words in said]
        )
        return HTMLResponse(html, status, {**_HEADERS, **(more or {})})

    async def recording(self, request: Request) -> Response:
        """Serve a recording: unchanged as a download for `?original`, otherwise in a format browsers can play."""
        token, sha256 = request.path_params["token"], request.path_params["sha256"]
        try:
            owner = await self._owner.is_here(request)
            if sha256 not in await self._pages.recordings(token, owner=owner):
                return _nothing()
            data = await self._archive.get(sha256)
            if "original" in request.query_params:
                return _download(data, sha256)
            return await self._played(request, data, sha256)
        except (StoreUnavailable, ArchiveUnavailable):
            return PlainTextResponse("try again\n", 503, {**_ALONE, "retry-after": str(_RETRY_S)})
        except NotArchived:
            return _nothing()
        except ArchiveDamaged as error:
            log.error("recording_damaged", why=str(error))
            return _nothing()
        except Undecodable:
            return PlainTextResponse("this recording cannot be played; it is kept as it came\n", 415, _ALONE)

    async def file(self, request: Request) -> Response:
        """Serve a file of an answer.

        Pictures, recognised by their first bytes, are shown in the browser. Everything else, and any file for
        `?original`, is served as a download only.
        """
        token, sha256 = request.path_params["token"], request.path_params["sha256"]
        try:
            files = await self._pages.files(token, owner=await self._owner.is_here(request))
            if sha256 not in files:
                return _nothing("file")
            data = await self._archive.get(sha256)
        except (StoreUnavailable, ArchiveUnavailable):
            return PlainTextResponse("try again\n", 503, {**_ALONE, "retry-after": str(_RETRY_S)})
        except NotArchived:
            return _nothing("file")
        except ArchiveDamaged as error:
            log.error("file_damaged", why=str(error))
            return _nothing("file")
        kind = media_type(data)
        if kind in PICTURES and "original" not in request.query_params:
            return Response(data, media_type=kind, headers=_ALONE)
        name = attachments.file_name(files[sha256].name) or sha256[:12]
        headers = {**_ALONE, "content-disposition": _attachment(name)}
        return Response(data, media_type=UNKNOWN, headers=headers)

    async def _played(self, request: Request, data: bytes, sha256: str) -> Response:
        media_type = played_as_is(data)
        if not media_type:
            media_type = "audio/wav"
            if sha256 not in self._wavs:
                self._wavs[sha256] = await as_wav(data)
            data = self._wavs[sha256]
        return in_part(data, request.headers, media_type, f'"{sha256}-{media_type}"', _ALONE)


def _download(data: bytes, sha256: str) -> Response:
    suffix = formats.MEDIA_TYPES.get(sniff(data), ("bin", ""))[0]
    headers = {**_ALONE, "content-disposition": f'attachment; filename="{sha256[:12]}.{suffix}"'}
    return Response(data, headers=headers, media_type="application/octet-stream")


def _attachment(name: str) -> str:
    """Return the header for a download of this name (RFC 6266)."""
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"


def _nothing(what: str = "recording") -> Response:
    return PlainTextResponse(f"there is no such {what}\n", 404, _ALONE)
