"""The loops of the timers: everything that is done at its time, for candidates and for staff."""

from typing import TYPE_CHECKING

from bot.appointments.worker import place_worker
from bot.archiving.loop import LEASE_MS as ARCHIVING_LEASE_MS
from bot.archiving.loop import Archiving
from bot.channels.shared.http_client import http_client
from bot.clock import nonce, now_ms
from bot.media.named_files import named_files
from bot.runtime.anchors import LEASE_MS as ANCHORING_LEASE_MS
from bot.runtime.anchors import Anchoring, AnchorSender
from bot.runtime.broadcasts import LEASE_MS as BROADCASTING_LEASE_MS
from bot.runtime.broadcasts import Broadcasting
from bot.runtime.digests import Digests
from bot.runtime.erasures import LEASE_MS as ERASING_LEASE_MS
from bot.runtime.erasures import Erasing
from bot.runtime.expired_requests import ExpiredRequests
from bot.runtime.job_worker import JobWorker
from bot.runtime.loops import Loop, partitions
from bot.runtime.resumptions import LEASE_MS as RESUMING_LEASE_MS
from bot.runtime.resumptions import Resuming
from bot.runtime.secret_key import SigningKey
from bot.runtime.timers import Timers
from bot.runtime.upkeep.search_lines import LEASE_MS as SEARCH_LINES_LEASE_MS
from bot.runtime.upkeep.search_lines import SearchLines
from bot.settings import Settings
from handlers.actions.context import Tools
from handlers.appointments.requests import FileStore, Requests
from handlers.catalogues import staff_vocabulary
from handlers.maintenance.anchors import FOLDER, Anchors, Files
from handlers.maintenance.archiving import Archiver
from handlers.maintenance.broadcasts import Sender
from handlers.maintenance.erase import Eraser
from handlers.maintenance.retention import Retention
from handlers.maintenance.search_lines import SearchLineRepair

if TYPE_CHECKING:
    from bot.installation import Installation
    from bot.time_stamps.stamper import Stamper

_DAY_MS = 24 * 3600_000


def of_timers(app: "Installation", tools: Tools) -> list[Loop]:
    return [
        Timers(app.store, partitions(app, "timers"), app.intake, now_ms),
        _resuming(app),
        _erasing(app),
        _broadcasting(app),
        Digests(tools, [each for each in app.destinations if each.digest]),
        ExpiredRequests(tools),
        _anchoring(app),
        _archiving(app),
        _search_lines(app),
        _appointments(app),
    ]


def _appointments(app: "Installation") -> JobWorker:
    files = FileStore(
        app.archive.put, app.archive.drop, lambda address: app.channels.can(address, "files", unknown=False)
    )
    requests = Requests(app.store, app.intake, files, app.vocabulary, now_ms)
    kind = app.tracing.job_worker if app.tracing else JobWorker
    return place_worker(app.store, app.intake, requests, now_ms, app.owner, kind)


def _resuming(app: "Installation") -> Resuming:
    leases = app.store.leases("resuming", app.owner, RESUMING_LEASE_MS)
    return Resuming(app.store, leases, app.intake, lambda: app.watch.organisation, now_ms)


def _erasing(app: "Installation") -> Erasing:
    leases = app.store.leases("erasing", app.owner, ERASING_LEASE_MS)
    kept = [each.address for each in app.destinations if app.channels.can(each.address, "kept", unknown=False)]
    eraser = Eraser(app.store, app.intake, app.archive.drop, staff_vocabulary(), kept, now_ms)
    retention = Retention(
        app.store, lambda: app.watch.organisation, staff_vocabulary(), app.vocabulary, now_ms, app.settings.zone
    )
    return Erasing(app.store, leases, eraser, retention)


def _broadcasting(app: "Installation") -> Broadcasting:
    leases = app.store.leases("broadcasting", app.owner, BROADCASTING_LEASE_MS)
    sender = Sender(
        app.store,
        app.intake,
        app.archive.get,
        lambda address: app.watch.organisation.is_paused(address),
        staff_vocabulary(),
        now_ms,
        local=app.settings.local,
    )
    return Broadcasting(leases, sender, lambda: app.watch.organisation, now_ms, app.settings.zone)


def _anchoring(app: "Installation") -> Anchoring:
    settings, secret = app.settings, app.settings.installation_secret
    files = named_files(settings.archive_place, FOLDER)
    anchors = Anchors(app.store, files, lambda: SigningKey(secret.current()), now_ms, settings.zone)
    chats = app.destinations_at(settings.anchor_places)
    words = staff_vocabulary()
    sender = AnchorSender(app.store.outbox, words, settings.zone, chats, settings.anchor_addresses, http_client())
    leases = app.store.leases("anchoring", app.owner, ANCHORING_LEASE_MS)
    return Anchoring(leases, anchors, sender, _stamper(settings, files))


def _archiving(app: "Installation") -> Archiving:
    leases = app.store.leases("archiving", app.owner, ARCHIVING_LEASE_MS)
    after_ms = (app.settings.archive_after or 0) * _DAY_MS
    return Archiving(app.store, leases, Archiver(app.store, after_ms, nonce, now_ms), now_ms)


def _search_lines(app: "Installation") -> SearchLines:
    leases = app.store.leases("search-lines", app.owner, SEARCH_LINES_LEASE_MS)
    return SearchLines(leases, SearchLineRepair(app.store, now_ms))


def _stamper(settings: Settings, files: Files) -> "Stamper | None":
    if settings.anchor_tsa is None:
        return None
    from bot.time_stamps.stamper import Stamper  # here, because loading it takes a tenth of a second
    from bot.time_stamps.tokens import TokenReader, roots_in

    reader = TokenReader(roots_in(settings.anchor_tsa_ca) if settings.anchor_tsa_ca else ())
    return Stamper(settings.anchor_tsa, reader, files, http_client(), now_ms)
