"""The composition root: the parts that every command works with are wired here, and nowhere else."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.channels.base import Registry, SendError
from bot.channels.notify import NoticePlace
from bot.channels.platform import Built, Host, keys_of
from bot.clock import nonce, now_ms
from bot.commands.script_files import find_by_name
from bot.logs import log, log_wait
from bot.media.archive import archive_in
from bot.media.spreadsheets import read_cells, read_roster
from bot.metrics import INBOUND
from bot.runtime import meters
from bot.runtime.drills import Drills
from bot.runtime.meters import Meter
from bot.runtime.organisation_cache import OrganisationCache
from bot.runtime.space import space_of
from bot.settings import Settings
from bot.speech.models import ModelMissing
from bot.speech.models import find as find_model
from bot.store import trouble_of
from bot.web.local_owner import LocalOwner
from bot.web.report.service import Reporting
from conversation.engine import Engine
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.outcome import Notice
from conversation.script import Script
from conversation.state import State
from handlers.actions.bot_registry import Figures
from handlers.actions.context import Tools
from handlers.campaigns import Campaigns
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from handlers.console.tables import picture
from handlers.drill.request import DrillRequest
from handlers.intake.code_links import Drawing, Ways
from handlers.intake.entry_limits import EntryLimits
from handlers.intake.receive import Intake
from handlers.notices.notices import Destination, Notices
from storage.errors import StoreUnavailable
from storage.redis.discard import discard
from storage.redis.store import RedisStore

DEMO = "demo"


class LoggedNotices(Notices):
    """Notices that also write a log line each, without their text.

    Log monitoring can thus see that there is a notice even if nobody reads the mailbox.
    """

    def write(self, notice: Notice, state: State, script: Script) -> tuple[OutboundMessage, ...]:
        log.info("recruiter_notice", kind=notice.kind, interview=state.interview)
        return super().write(notice, state, script)


class Installation:
    """What every command works with: the store, the intake, the channels, and the console, wired together."""

    def __init__(self, settings: Settings, store: RedisStore) -> None:
        self.settings = settings
        self.store = store
        self.channels = Registry()
        self.built: list[Built] = []
        self.vocabulary = vocabulary()
        self._secret = ""
        self.watch = OrganisationCache(store, settings.zone)
        self.archive = archive_in(settings.archive_place)
        self.space = space_of(settings, self.archive, store)
        self.destinations = self._destinations()
        self.intake = self._intake()
        self.campaigns = Campaigns(store, now=now_ms, nonce=nonce, zone=settings.zone)
        self.owner = nonce()
        self.meter = Meter(now_ms)
        self.local_owner = LocalOwner(store.kv, local=settings.local)
        self.console: Console | None = None
        self.reporting: Reporting | None = None
        self.drills = Drills(store.kv, self._discard)
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

    def _intake(self) -> Intake:
        can = self.channels.can
        engine = Engine(
            self.vocabulary,
            self.settings.zone,
            self._can_nudge,
            lambda address: can(address, "reaches", unknown=True),
        )
        notices = LoggedNotices(
            self.vocabulary,
            self.settings.zone,
            self.destinations,
            self.watch.destinations,
            staff_vocabulary(),
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
        return Intake(
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
        )

    @property
    def base_url(self) -> str:
        return self.settings.public_url or f"http://{self.settings.http_host}:{self.port}"

    def _can_nudge(self, address: Address) -> bool:
        channel = self.channels.at(address)
        return channel is not None and channel.nudges

    async def _walk_in_secret(self) -> str:
        """Return the secret for walk-in codes, the same in all processes."""
        if not self._secret:
            self._secret = await self.store.kv.get_or_set("walk-in-secret", nonce())
        return self._secret

    # the console

    async def one_console(self) -> Console:
        """Return the process's only console, creating it at the first call."""
        return self.console or await self.add_console()

    async def add_console(self) -> Console:
        """Create the console."""
        tools = await self.tools()
        self.drills.use(tools)
        self.console = Console(tools, COMMANDS, FORMS)
        return self.console

    async def tools(self) -> Tools:
        """Create the tools of staff actions, and the report pages. Their secret is the same in all processes."""
        secret = await self.store.kv.get_or_set("console-secret", nonce())
        self.reporting = Reporting(
            self.settings,
            self.store,
            self.archive,
            self.vocabulary,
            secret.encode(),
            self.local_owner,
            now_ms,
            lambda: self.base_url,
        )
        return Tools(
            store=self.store,
            campaigns=self.campaigns,
            intake=self.intake,
            words=staff_vocabulary(),
            candidate_words=self.vocabulary,
            now=now_ms,
            secret=secret.encode(),
            script=lambda name: asyncio.to_thread(find_by_name, name, self.settings.scripts_dir),
            links=self.links,
            prepare=self.prepare_links,
            accounts=self.channels.accounts,
            health=self.ready,
            put_file=self.archive.put,
            get_file=self.archive.get,
            read_roster=read_roster,
            read_cells=read_cells,
            zone=self.settings.zone,
            local=self.settings.local,
            warnings=self.store.check,
            speech=self._speech,
            report_link=self.reporting.link,
            drill=self.drills.start,
            hand_over=self._hand_over,
            staff_link=self._staff_link,
            private_link=self.channels.staff_link,
            bots=next((each.bots for each in self.built if each.bots), None),
            figures=self._figures,
        )

    async def _figures(self, accounts: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Figures]:
        channels = [each for name in accounts if (each := self.channels.get(*name))]
        return await meters.all_figures(self.store.kv, now_ms(), channels)

    def _speech(self) -> str:
        """Return the name of the speech model if this machine has it, otherwise ""."""
        try:
            find_model(self.settings.whisper_model, self.settings.data_dir)
        except ModelMissing:
            return ""
        return self.settings.whisper_model

    def _staff_link(self, code: str) -> str | None:
        return next((link for each in self.channels.all() if (link := each.staff_link(code))), None)

    async def _hand_over(self, address: Address) -> bool:
        """Hand the conversation over to the platform's own desk.

        Returns False if the platform has none or did not take it. Raises SendError.
        """
        channel = self.channels.at(address)
        return channel is not None and await channel.hand_over(address.user)

    async def _discard(self, order: DrillRequest) -> None:
        addresses = (order.candidate, order.recruiters)
        await discard(self.store.client, order.interview, order.hidden, order.token, addresses)

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
            console=self.one_console,
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
