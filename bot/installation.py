"""The composition root: the parts that every command works with are wired here, and nowhere else."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.assessor.admission import Admission, endpoint_of
from bot.channels.base import Registry, SendError
from bot.channels.notify import NoticePlace
from bot.channels.platform import Built, Host, keys_of
from bot.clock import nonce, now_ms
from bot.loading import Once, in_thread, load
from bot.logs import log, log_wait
from bot.media.archive import archive_in
from bot.metrics import INBOUND
from bot.prepared_intake import PreparedIntake
from bot.runtime.meters import Meter
from bot.runtime.organisation_cache import OrganisationCache
from bot.runtime.space import space_of
from bot.settings import Settings
from bot.store import trouble_of
from bot.web.local_owner import LocalOwner
from conversation.engine import Engine
from conversation.inbound import (
    Address,
)
from conversation.outbound import OutboundMessage
from conversation.outcome import Notice
from conversation.script import Script
from conversation.state import State
from handlers.campaigns import Campaigns
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.intake.code_links import Drawing, Ways
from handlers.intake.entry_limits import EntryLimits
from handlers.notices.notices import Destination, Notices
from handlers.notices.webhooks import Webhooks
from handlers.qr_codes import picture
from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore

if TYPE_CHECKING:  # loaded when it is first needed
    from bot.staff_side import StaffSide
    from bot.tracing.tracing import Tracing
    from handlers.actions.context import Tools
    from handlers.console.console import Console

DEMO = "demo"


class LoggedNotices(Notices):
    """Notices that also write a log line each, without their text.

    Log monitoring can thus see that there is a notice even if nobody reads the mailbox.
    """

    def write(self, notice: Notice, state: State, script: Script) -> tuple[OutboundMessage, ...]:
        log.info("recruiter_notice", kind=notice.kind, interview=state.interview)
        return super().write(notice, state, script)


class Installation:
    """What every command works with: the store, the intake, the channels, and the staff side, wired together."""

    def __init__(self, settings: Settings, store: RedisStore, tracing: "Tracing | None" = None) -> None:
        """`tracing`: what records traces; None: nothing does."""
        self.settings = settings
        self.store = store
        self.tracing = tracing
        if tracing:
            tracing.store(store)
        self.channels = Registry()
        self.built: list[Built] = []
        self.vocabulary = vocabulary()
        self._secrets: dict[str, str] = {}
        self.watch = OrganisationCache(store, settings.zone)
        self.archive = archive_in(settings.archive_place)
        self.space = space_of(settings, self.archive, store)
        self.destinations = self._destinations()
        self.admission = Admission(store.kv, endpoint_of(settings))
        self.webhooks = Webhooks(lambda: self.watch.organisation)
        self.intake = self._intake()
        self.campaigns = Campaigns(
            store, now=now_ms, nonce=nonce, zone=settings.zone, webhooks=self.webhooks.messages
        )
        self.owner = nonce()
        self.meter = Meter(now_ms)
        self.local_owner = LocalOwner(store.kv, local=settings.local)
        self.staff_side: Once[StaffSide] = Once(self._new_staff_side)
        self.stopping = asyncio.Event()
        self.port = settings.http_port

    def _destinations(self) -> list[Destination]:
        """Return the destinations for the notices of all units, from the settings."""
        local = [to for each in self.settings.channels for to in each.local_destinations]
        return [*(local if self.settings.local else ()), *self.destinations_at(self.settings.places)]

    def destinations_at(self, places: Sequence[NoticePlace]) -> list[Destination]:
        """Return the destinations that are named in the settings by these places."""
        return [
            destination
            for each in self.settings.channels
            for destination in each.destinations([place for place in places if place.scheme == each.scheme])
        ]

    def _intake(self) -> PreparedIntake:
        can = self.channels.can
        engine = Engine(
            self.vocabulary,
            self.settings.zone,
            self._can_nudge,
            lambda address: can(address, "reaches", unknown=True),
            lambda: self.admission.admitted,
        )
        notices = LoggedNotices(
            self.vocabulary,
            self.settings.zone,
            self.destinations,
            self.watch.destinations,
            staff_vocabulary,
            on_duty=self.watch.on_duty,
            can_be_silent=lambda address: can(address, "silent", unknown=True),
            whereabouts=lambda address: self.watch.organisation.whereabouts(address),
            readers=self.watch,
        )
        pictures = Drawing(
            lambda address: can(address, "pictures", unknown=False),
            picture,
            self.archive.put,
            self.store.erasures.lend,
        )
        kind = self.tracing.intake if self.tracing else PreparedIntake
        return kind(
            self.store,
            engine,
            notices,
            now=now_ms,
            nonce=nonce,
            count=INBOUND.count,
            pieces=self.channels.pieces,
            joined=self.channels.joined,
            staffing=self.watch.staffing,
            secret=self._walk_in_secret,
            halted=lambda address: self.watch.organisation.is_paused(address),
            ways=Ways(self._links_anywhere, pictures),
            limits=EntryLimits(self.store.kv, self._walk_in_secret),
            webhooks=self.webhooks.messages,
            faq=self.watch.faq,
        )

    @property
    def base_url(self) -> str:
        return self.settings.public_url or f"http://{self.settings.http_host}:{self.port}"

    def _can_nudge(self, address: Address) -> bool:
        channel = self.channels.at(address)
        return channel is not None and channel.nudges

    async def _walk_in_secret(self) -> str:
        """Return the secret for walk-in codes, the same in all processes."""
        return await self._kept_secret("walk-in-secret")

    async def _kept_secret(self, name: str) -> str:
        if name not in self._secrets:
            self._secrets[name] = await self.store.kv.get_or_set(name, nonce())
        return self._secrets[name]

    # the staff side

    async def _new_staff_side(self) -> "StaffSide":
        """Load and return what staff work with in this process. Raises StoreUnavailable."""
        await load("bot.staff_side")
        await in_thread(staff_vocabulary)
        from bot.staff_side import StaffSide

        return StaffSide(
            self.settings,
            self.store,
            self.intake,
            self.campaigns,
            self.channels,
            self.archive,
            self.vocabulary,
            self.local_owner,
            next((each.bots for each in self.built if each.bots), None),
            next((each.webhooks for each in self.built if each.webhooks), None),
            secret=(await self._kept_secret("console-secret")).encode(),
            base_url=lambda: self.base_url,
            links=self.links,
            prepare_links=self.prepare_links,
            ready=self.ready,
        )

    async def console(self) -> "Console":
        """Return the process's only console. Raises StoreUnavailable."""
        return (await self.staff_side()).console

    async def tools(self) -> "Tools":
        """Return the tools of staff actions. Raises StoreUnavailable."""
        return (await self.staff_side()).tools

    # the channels

    async def add_channels(self) -> None:
        """Build all platforms and add their channels, as far as the settings name accounts there."""
        host = Host(
            store=self.store,
            intake=self.intake,
            channels=self.channels,
            archive=self.archive,
            short_of_space=self.space.short,
            vocabulary=self.vocabulary,
            console=self.console,
            organisation=lambda: self.watch.organisation,
            owner=self.owner,
            local_owner=self.local_owner,
            public_url=self.settings.public_url,
            base_url=lambda: self.base_url,
            data_dir=self.settings.data_dir,
            secret_keys=keys_of(self.settings.secret_key),
            notify=self.settings.all_places,
            open_campaign=DEMO if self.settings.local else "",
            stopping=self.stopping,
            now=now_ms,
        )
        for each in self.settings.channels:
            built = await each.build(host)
            self.built.append(built)
            for channel in built.channels:
                self.channels.add(channel)
        await self._kept_secret("console-secret")  # so that nothing is missing when the staff side is loaded
        await self._know_the_organisation()

    async def learn_links(self) -> None:
        """Ask the platforms for what candidates' links need. A channel whose platform fails has no link."""
        for channel in self.channels.all():
            if channel.capabilities.staff:
                continue
            try:
                await channel.learn_link()
            except (SendError, StoreUnavailable) as error:
                log_wait("no_link", error, channel=channel.name, account=channel.account)

    async def prepare_links(self, tokens: Sequence[str]) -> None:
        """Ask the platforms for the links of these tokens that only they can make."""
        for channel in self.channels.all():
            await channel.prepare_links(tokens)

    def links(self, token: str, *, anywhere: bool = False) -> dict[str, str]:
        """Return the links by which a candidate enters with this token, by channel.

        The account is part of the key if the channel has several. With `anywhere`, return only links that open on
        any device.
        """
        links = [
            (channel, link)
            for channel in self.channels.all()
            if not (anywhere and channel.capabilities.local and self.settings.local)
            and (link := channel.link(token))
        ]
        accounts = Counter(channel.name for channel, _ in links)
        return {
            channel.name if accounts[channel.name] == 1 else f"{channel.name} {channel.account}": link
            for channel, link in links
        }

    def _links_anywhere(self, token: str) -> dict[str, str]:
        return self.links(token, anywhere=True)

    async def ready(self) -> dict[str, str]:
        """Return what is wrong with this process, by name. Empty if nothing is."""
        problems = self.channels.problems()
        if self.space.problem:
            problems["space"] = self.space.problem
        if trouble := await trouble_of(self.store):
            problems["redis"] = trouble
        return problems

    async def _know_the_organisation(self) -> None:
        with contextlib.suppress(StoreUnavailable):  # the cache tries again later by itself
            await self.watch.look()
            await self.admission.look()
            for built in self.built:
                for loop in built.loops:
                    await loop.look()

    async def close(self) -> None:
        for channel in self.channels.all():
            await channel.close()
        for built in self.built:
            if built.close:
                await built.close()
        await self.archive.close()
