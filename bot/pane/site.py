"""The staff pages' routes: signing in and out, and for whoever is signed in, the pages.

Whoever is not signed in gets the same page at every address, which says how to sign in.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.logs import log
from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.pane import pages, rating, rendering
from bot.pane.access import Access, TooManyPages
from bot.pane.addresses import PREFIX
from bot.pane.said import offer_of
from bot.pane.visit import Visit
from bot.web.http import BodyTooLarge, BodyTooSlow, ClientGone
from conversation.errors import BotError
from handlers.actions.context import Refused, Tools
from handlers.console.console import Console
from storage.errors import StoreUnavailable
from storage.ports import Kv

_Shown = Callable[[Visit], Awaitable[Response]]
_Sent = Callable[[Visit, Mapping[str, str]], Awaitable[Response]]
_RETRY_S = 5


class StaffPages:
    """Serves the staff pages. `kv` is shared by all processes; `base_url` returns the public address."""

    def __init__(self, tools: Tools, console: Console, kv: Kv, base_url: Callable[[], str]) -> None:
        self._tools = tools
        self._console = console
        self._access = Access(tools, kv, base_url)
        self._base_url = base_url

    def routes(self) -> Sequence[Route]:
        get, post = self._get, self._post
        interview, number = "{interview}", "{number}"
        return (
            Route(f"{PREFIX}/staff.css", self._asset("staff.css")),
            Route(f"{PREFIX}/staff.js", self._asset("staff.js")),
            Route(f"{PREFIX}/sign-in/{{code}}", self.offer, methods=["GET"]),
            Route(f"{PREFIX}/sign-in/{{code}}", self.sign_in, methods=["POST"]),
            get("", pages.inbox),
            get("/candidates", pages.candidates),
            get(f"/candidate/{interview}", pages.candidate),
            post(f"/candidate/{interview}", pages.act),
            get(f"/help/{interview}", pages.help_),
            get(f"/report/{interview}", pages.report),
            get("/figures", pages.figures),
            get("/health", pages.health),
            get("/blind", rating.campaigns),
            get("/blind/{campaign}", rating.questions),
            get(f"/blind/{{campaign}}/{number}", rating.blind),
            post(f"/blind/{{campaign}}/{number}", rating.rate_blind),
            get(f"/rate/{interview}", rating.rate),
            get(f"/rate/{interview}/{number}", rating.rate),
            post(f"/rate/{interview}/{number}", rating.rate_named),
            get("/file/{token}", self._file),
            post("/do", self._do),
            post("/sign-out", self._sign_out),
        )

    def _asset(self, name: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(_request: Request) -> Response:
            return rendering.asset(name)

        return answer

    # signing in

    async def offer(self, request: Request) -> Response:
        """Ask to confirm. Merely opening a link, as previews of links do, does not use it up."""
        code = request.path_params["code"]
        try:
            person = await self._access.link_owner(request, code)
        except TooManyPages as error:
            return self._busy(error)
        if person is None:
            return self._notice("link", 404)
        return rendering.html("sign_in.html", self._tools.words[person.language], name=person.name, code=code)

    async def sign_in(self, request: Request) -> Response:
        """Use the link for the browser that confirms."""
        if not self._access.is_ours(request):
            return self._notice("foreign", 403)
        code = request.path_params["code"]
        answer = rendering.onwards(PREFIX)
        try:
            if await self._access.link_owner(request, code) is None:
                return self._notice("link", 404)
            if not await self._access.sign_in(request, code, answer):
                return self._notice("link", 404)
        except TooManyPages as error:
            return self._busy(error)
        return answer

    async def _sign_out(self, visit: Visit, _form: Mapping[str, str]) -> Response:
        """End the session of this browser."""
        answer = rendering.onwards(PREFIX)
        self._access.forget(visit.request, answer)
        await visit.command(f"/web end {visit.visitor.session}")
        return answer

    # pages

    def _get(self, path: str, show: _Shown) -> Route:
        async def answer(request: Request) -> Response:
            return await self._answered(request, show)

        return Route(PREFIX + path, answer, methods=["GET"])

    def _post(self, path: str, take: _Sent) -> Route:
        async def answer(request: Request) -> Response:
            if not self._access.is_ours(request):
                return self._notice("foreign", 403)
            try:
                form = await self._access.form(request)
            except (BodyTooLarge, BodyTooSlow):
                return self._notice("large", 413)
            except (ClientGone, ValueError):
                return self._notice("foreign", 400)

            async def taken(visit: Visit) -> Response:
                if not self._access.has_key(visit.visitor, form):
                    return self._notice("foreign", 403)
                return await take(visit, form)

            return await self._answered(request, taken)

        return Route(PREFIX + path, answer, methods=["POST"])

    async def _answered(self, request: Request, show: _Shown) -> Response:
        try:
            visitor = await self._access.visitor(request)
        except TooManyPages as error:
            return self._busy(error)
        if visitor is None:
            return self._notice("signed_out", 401)
        visit = Visit(request, self._access, self._console, visitor, self._base_url)
        try:
            return await show(visit)
        except Refused as refused:
            return visit.show(
                "said.html",
                visit.words.text("staff.web.title"),
                status=403,
                said=visit.refused(refused),
                again=False,
                back="",
            )
        except StoreUnavailable:
            raise
        except BotError as error:
            log.error("staff_page_failed", why=str(error))
            return self._notice("later", 503, _RETRY_S)

    async def _do(self, visit: Visit, form: Mapping[str, str]) -> Response:
        """Carry out a command line of a button."""
        offer = offer_of(form.get("line", ""), "")
        if offer is None:
            return self._notice("foreign", 400)
        return await pages.done(visit, offer.line, form)

    async def _file(self, visit: Visit) -> Response:
        """Serve a file that came with an answer of the console."""
        found = visit.file_at(visit.request.path_params["token"])
        if found is None:
            return self._notice("nothing", 404)
        sha256, name, media_type = found
        try:
            data = await self._tools.get_file(sha256)
        except (NotArchived, ArchiveDamaged):
            return self._notice("nothing", 404)
        except ArchiveUnavailable:
            return self._notice("later", 503, _RETRY_S)
        headers = dict(rendering.FILE_HEADERS)
        if media_type != "image/png":
            headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
            media_type = "application/octet-stream"
        return Response(data, media_type=media_type, headers=headers)

    def _busy(self, error: TooManyPages) -> Response:
        return self._notice("busy", 429, error.seconds)

    def _notice(self, why: str, status: int, retry_s: int = 0) -> Response:
        return rendering.notice(self._tools.words, why, status, retry_s)
