"""One visit of a colleague: asking queries, giving command lines as in the chat, and showing what comes of it."""

from collections.abc import Callable
from typing import Any, TypeVar

from itsdangerous import BadData, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import nonce
from bot.pane import rendering
from bot.pane.access import Access, Visitor
from bot.pane.addresses import PREFIX
from bot.pane.said import Said, said_of
from conversation.words import Words
from handlers.actions.context import Refused
from handlers.console.console import Console
from handlers.console.context import CommandContext, Page, StaffInbound
from handlers.console.refusals import refuse
from handlers.organisation.audit import digest
from handlers.organisation.rights import FIGURES, HELPS, HIRES, LEADS, READS
from handlers.queries.base import Answer, Query, ask

A = TypeVar("A", bound=Answer)
_ONCE = 64
_LINE_DIGITS = 12


def status_of(page: Page) -> int:
    """Return the HTTP status that says what became of a command line."""
    return 200 if page.outcome in ("done", "asked") else 403


class Visit:
    """A request of somebody who is signed in."""

    def __init__(
        self, request: Request, access: Access, console: Console, visitor: Visitor, base_url: Callable[[], str]
    ) -> None:
        self.request = request
        self.visitor = visitor
        self._access = access
        self._console = console
        self._base_url = base_url

    @property
    def words(self) -> Words:
        return self._access.tools.words[self.visitor.person.language]

    def _inbound(self, once: str, line: str) -> StaffInbound:
        """Return a message in the colleague's private chat, where they would have given the same command."""
        cause = f"web:{self.visitor.session}:{once[:_ONCE]}:{digest(line)[:_LINE_DIGITS]}"
        address = self.visitor.address
        return StaffInbound(cause, address, address, line, language=self.visitor.person.language)

    def context(self) -> CommandContext:
        """Return the context in which the colleague asks queries."""
        inbound = self._inbound("", "")
        return CommandContext(self._access.tools, self.visitor.organisation, self.visitor.person, inbound)

    async def ask(self, query: Query, of: type[A]) -> A:
        """Answer a query. Raises Refused."""
        answer = await ask(self.context(), query)
        assert isinstance(answer, of)
        return answer

    async def command(self, line: str, once: str = "") -> tuple[Page, bool]:
        """Give a command line, once for each `once` (empty: a new one). Returns the answer, and whether it was
        given before."""
        page = Page()
        result = await self._console.receive(self._inbound(once or nonce(), line), page)
        return page, result == "duplicate"

    def said(self, page: Page) -> list[Said]:
        return said_of(page.messages, f"{self._base_url()}/r/", self._file_path)

    def refused(self, refused: Refused) -> list[Said]:
        """Return why something cannot be done, in the words of the chat."""
        context, page = self.context(), Page()
        refuse(context, refused)
        page.take(context)
        return self.said(page)

    def show(self, template: str, title: str, here: str = "", status: int = 200, **values: Any) -> Response:
        """Return a page with the title and what is on every page. `here`: the main page that it belongs to."""
        return rendering.html(
            template,
            self.words,
            status,
            title=title,
            here=here,
            name=self.visitor.person.name,
            key=self.visitor.form_key,
            once=nonce(),
            mains=self._mains(),
            **values,
        )

    def show_answer(self, page: Page, title: str, here: str = "", back: str = "") -> Response:
        """Return a page with what the console answered. `title` and `here` are as for `show`; `back` leads to the
        candidate's card."""
        said = self.said(page)
        return self.show("said.html", title, here, status_of(page), said=said, again=False, back=back)

    def _mains(self) -> list[tuple[str, str]]:
        """Return the main pages that the colleague may see: name and path."""
        scope = self.context().scope
        pages = (
            ("inbox", HELPS, PREFIX),
            ("candidates", READS, f"{PREFIX}/candidates"),
            ("blind", HIRES, f"{PREFIX}/blind"),
            ("figures", FIGURES, f"{PREFIX}/figures"),
            ("health", LEADS, f"{PREFIX}/health"),
        )
        return [(name, path) for name, roles, path in pages if scope(roles)]

    # files of answers, which only this session can fetch

    def _files(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._access.tools.secret, salt=f"staff-file|{self.visitor.session}")

    def _file_path(self, sha256: str, name: str, media_type: str) -> str:
        return f"{PREFIX}/file/{self._files().dumps([sha256, name, media_type])}"

    def file_at(self, token: str) -> tuple[str, str, str] | None:
        """Return the SHA-256, name and media type of a file that this session was shown."""
        try:
            sha256, name, media_type = self._files().loads(token)
        except BadData:
            return None
        return sha256, name, media_type
