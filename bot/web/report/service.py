"""Report pages as used by the composition root: creating links to them, and their routes."""

from collections.abc import Callable, Sequence

from starlette.routing import Route

from bot.media.archive import Archive
from bot.settings import Settings
from bot.web.local_owner import LocalOwner
from bot.web.report.page import ReportAddress
from conversation.words import Vocabulary
from handlers.catalogues import staff_vocabulary
from handlers.report_pages.links import ReportLinks
from handlers.report_pages.pages import ReportPages
from storage.ports import Store


class Reporting:
    """Creates links to report pages and the routes that serve them.

    `secret` must be the same in all processes. `base_url` returns the public address of the web server.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        archive: Archive,
        vocabulary: Vocabulary,
        secret: bytes,
        owner: LocalOwner,
        now: Callable[[], int],
        base_url: Callable[[], str],
    ) -> None:
        self._settings = settings
        self._store = store
        self._archive = archive
        self._vocabulary = vocabulary
        self._owner = owner
        self._now = now
        self._base_url = base_url
        self._links = ReportLinks(secret, now)

    def link(self, interview: str, reader: str) -> str:
        """Return a link to the interview's report for a reader, as in `reader_of`."""
        return f"{self._base_url()}/r/{self._links.make(interview, reader)}"

    def routes(self) -> Sequence[Route]:
        pages = ReportPages(self._store, self._links, self._now, local=self._settings.local)
        address = ReportAddress(
            pages, self._archive, staff_vocabulary(), self._vocabulary, self._settings.zone, self._owner
        )
        return address.routes()
