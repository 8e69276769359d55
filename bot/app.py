"""The composition root: everything that runs is wired here, and nowhere else."""

import asyncio
import contextlib
import signal
import socket
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from bot.accounts.bots import Bots
from bot.accounts.platforms import Platforms
from bot.channels.base import Registry
from bot.channels.web.channel import MailboxChannel
from bot.channels.web.frames import ACCOUNT, CHANNEL, PANE
from bot.channels.web.socket import Messenger
from bot.channels.wechat_api.texts import joined, pieces
from bot.clock import fresh, now_ms
from bot.commands.authoring import find
from bot.logs import log
from bot.media.archive import archive_at
from bot.metrics import count_inbound
from bot.runtime.drills import Drills
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.loops import Loop, of_delivery, of_timers, of_voice
from bot.runtime.meters import Meter
from bot.runtime.notice_destinations import PANE_PLACE, destinations
from bot.runtime.organisation_cache import OrganisationCache
from bot.settings import Settings
from bot.speech.models import ModelMissing
from bot.speech.models import find as find_model
from bot.web.report.service import Reporting
from bot.web.routes import application
from bot.web.server import listen, serve
from conversation import remarks
from conversation.engine import Engine
from conversation.inbound import Address
from conversation.outbound import OutboundMessage
from conversation.outcome import Notice
from conversation.script import Script
from conversation.state import State
from handlers.actions.context import Account, Tools
from handlers.campaigns import Campaigns
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from handlers.console.tables import picture
from handlers.drill.order import Order
from handlers.intake.code_links import Drawing, Ways
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.errors import StoreUnavailable
from storage.redis.discard import discard
from storage.redis.store import RedisStore

if TYPE_CHECKING:
    from bot.channels.telegram_staff.bot import StaffBot

Part = Literal["web", "delivery", "timers", "voice"]
DEMO = "demo"


class LoggedNotices(Notices):
    """A line in the log for each notice, without what it says: where nobody looks at the mailbox, something else
    can see that there is one."""

    def write(self, notice: Notice, state: State, script: Script) -> tuple[OutboundMessage, ...]:
        log.info("recruiter_notice", kind=notice.kind, interview=state.interview)
        return super().write(notice, state, script)


class App:
    """The parts of one process, on one store."""

    def __init__(self, settings: Settings, store: RedisStore) -> None:
        self.settings = settings
        self.store = store
        self.channels = Registry()
        self.vocabulary = vocabulary()
        self._secret = ""
        self.fixed = destinations(settings.notify, _secret(settings.telegram_staff_token) or "")
        self.watch = OrganisationCache(store, settings.zone)
        self.intake = Intake(
            store,
            Engine(
                self.vocabulary,
                settings.zone,
                lambda address: self.platforms.can_nudge(address),
                lambda address: self.platforms.reaches(address),
            ),
            LoggedNotices(
                self.vocabulary,
                settings.zone,
                [PANE_PLACE, *self.fixed],
                self.watch.destinations,
                staff_vocabulary(),
                on_duty=self.watch.on_duty,
                can_be_silent=self._can_be_silent,
            ),
            now=now_ms,
            fresh=fresh,
            count=count_inbound,
            pieces=pieces,
            joined=joined,
            staffing=self.watch.staffing,
            secret=self._walk_in_secret,
            halted=lambda address: self.watch.organisation.is_paused(address),
            ways=Ways(
                self._links_anywhere, Drawing(self._takes_pictures, picture, self._keep, store.erasures.lend)
            ),
        )
        self.campaigns = Campaigns(store, now=now_ms, fresh=fresh)
        self.archive = archive_at(
            settings.voice_archive,
            settings.data_dir,
            _secret(settings.voice_archive_key),
            _secret(settings.voice_archive_secret),
        )
        self.owner = fresh()
        self.meter = Meter(now_ms)
        self.platforms = Platforms(settings, store, self.channels, self.archive, self.vocabulary, self.owner)
        self.bots = Bots(
            settings, store, self.intake, self.channels, self.owner, lambda: self.watch.organisation, self.archive
        )
        self.console: Console | None = None
        self.reporting: Reporting | None = None
        self.drills = Drills(store.kv, self._discard)
        self.staff: StaffBot | None = None
        self.stopping = asyncio.Event()
        self.port = settings.http_port

    @property
    def base_url(self) -> str:
        return self.settings.public_url or f"http://{self.settings.http_host}:{self.port}"

    async def add_console(self) -> Console:
        """What staff type goes through it. Its secret is the same in all processes."""
        secret = await self.store.kv.get_or_set("console-secret", fresh())
        self.reporting = Reporting(
            self.settings,
            self.store,
            self.archive,
            self.vocabulary,
            secret.encode(),
            now_ms,
            lambda: self.base_url,
        )
        tools = Tools(
            store=self.store,
            campaigns=self.campaigns,
            intake=self.intake,
            words=staff_vocabulary(),
            candidate_words=self.vocabulary,
            now=now_ms,
            secret=secret.encode(),
            script=lambda name: find(name, self.settings.scripts_dir),
            links=self.links,
            prepare=self.platforms.prepare_links,
            accounts=self._accounts,
            health=self.ready,
            put_file=self.archive.put,
            get_file=self.archive.get,
            zone=self.settings.zone,
            local=self.settings.local,
            warnings=self.store.check,
            speech=self._speech,
            report_link=self.reporting.link,
            drill=self.drills.start,
            hand_over=self._hand_over,
            way_in=lambda code: self.staff.channel.way_in(code) if self.staff else None,
            bots=self.bots,
        )
        self.drills.use(tools)
        self.console = Console(tools, COMMANDS, FORMS)
        return self.console

    def _takes_pictures(self, address: Address) -> bool:
        """Whether pictures of ours are seen there."""
        channel = self.channels.get(address.channel, address.account)
        return channel is not None and channel.capabilities.files and channel.name != "terminal"

    async def _keep(self, data: bytes) -> str:
        """In the archive; its SHA-256 (hex)."""
        return await self.archive.put(data)

    async def _walk_in_secret(self) -> str:
        """The same in all processes."""
        if not self._secret:
            self._secret = await self.store.kv.get_or_set("walk-in-secret", fresh())
        return self._secret

    async def _one_console(self) -> Console:
        """The process's own; made when it is first needed."""
        return self.console or await self.add_console()

    async def _discard(self, order: Order) -> None:
        addresses = (order.candidate, order.recruiters)
        await discard(self.store.client, order.interview, order.hidden, order.token, addresses)

    async def _hand_over(self, address: Address) -> bool:
        """To whoever is free at the platform's desk. Raises SendError."""
        channel = self.channels.get(address.channel, address.account)
        hand_over: Callable[[str], Awaitable[None]] | None = getattr(channel, "hand_over", None)
        if hand_over is None:
            return False
        await hand_over(address.user)
        return True

    def _accounts(self) -> list[Account]:
        return [
            Account(
                each.name,
                each.account,
                each.problem(),
                self._mode(each.name),
                files=each.capabilities.files,
                username=getattr(each, "username", ""),
                can=getattr(each, "can", ""),
                typed=each.capabilities.typed,
                staff=each.name.endswith(("-staff", "-robot"))
                or (each.name, each.account) == (CHANNEL, PANE.account),
            )
            for each in self.channels.all()
            if not each.capabilities.internal
        ]

    def _mode(self, channel: str) -> Literal["", "webhook", "polling", "stream"]:
        """How messages come in, where there is a choice."""
        if channel.startswith("telegram"):
            return "webhook" if self.settings.public_url else "polling"
        if channel == "dingtalk":
            return "stream" if self.settings.dingtalk_mode == "stream" else "webhook"
        return ""

    def _can_be_silent(self, address: Address) -> bool:
        channel = self.channels.get(address.channel, address.account)
        return channel is None or channel.capabilities.silent

    def _speech(self) -> str:
        """The speech model that this machine has; empty: none."""
        try:
            find_model(self.settings.whisper_model, self.settings.data_dir)
        except ModelMissing:
            return ""
        return self.settings.whisper_model

    async def add_channels(self) -> None:
        """The channels that the settings name, and those that need none."""
        mailboxes = self.store.mailboxes
        self.channels.add(MailboxChannel(CHANNEL, ACCOUNT, mailboxes, now_ms, self.base_url, self.archive))
        self.channels.add(MailboxChannel(CHANNEL, PANE.account, mailboxes, now_ms))
        self.channels.add(MailboxChannel("terminal", ACCOUNT, mailboxes, now_ms))
        self.channels.add(self.drills.channel(mailboxes, self.archive))
        await self.bots.add_configured()
        await self._know_the_organisation()
        await self.platforms.add(self.intake, self._one_console)
        if token := _secret(self.settings.telegram_staff_token):
            await self._add_staff_bot(token)

    async def _add_staff_bot(self, token: str) -> None:
        from bot.channels.telegram_staff.bot import StaffBot  # as above

        self.staff = await StaffBot.create(
            token,
            _secret(self.settings.telegram_webhook_secret),
            console=await self._one_console(),
            archive=self.archive,
            store=self.store,
            owner=self.owner,
            api_url=self.settings.telegram_api_url,
            public_url=self.settings.public_url,
            fresh=fresh,
        )
        self.channels.add(self.staff.channel)

    async def ready(self) -> dict[str, str]:
        """What is wrong, by name."""
        problems = {
            f"{channel.name}:{channel.account}": problem
            for channel in self.channels.all()
            if (problem := channel.problem())
        }
        try:
            async with asyncio.timeout(3):
                await self.store.ping()
        except (StoreUnavailable, TimeoutError):
            problems["redis"] = "cannot be written"
        return problems

    async def run(self, parts: Iterable[Part], started: Callable[[], None] | None) -> None:
        """Until a signal or `stop`: run these parts, then finish what is in hand. `started` is called when the web
        server listens."""
        chosen = set(parts)
        listener = listen(self.settings.http_host, self.settings.http_port) if "web" in chosen else None
        async with asyncio.TaskGroup() as group:
            watchers = [group.create_task(self._on_signal())]
            loops: list[Loop] = [self.watch, self.bots]
            await self._know_the_organisation()
            if "delivery" in chosen:
                loops += of_delivery(self)
            if "timers" in chosen:
                loops += of_timers(self, await self._one_console())
            if "voice" in chosen:
                loops += of_voice(self)
            if listener:
                # At the first message the compilation would keep all others waiting, and what was sent unrecorded.
                await asyncio.to_thread(remarks.prepare)
                await self._one_console()
                heartbeat = Heartbeat(self.store, self.intake, now_ms)
                group.create_task(self._serve(listener, started))
                await heartbeat.first()  # deadlines are moved by an outage before the timers look at them
                loops.insert(0, heartbeat)
                loops.append(self.drills)
                watchers.append(group.create_task(self.bots.receive(self.vocabulary, self.stopping)))
                watchers += [group.create_task(each.run(self.stopping)) for each in self.platforms.working()]
                if self.staff:
                    watchers.append(group.create_task(self.staff.run(self.stopping)))
            running = [group.create_task(loop.run()) for loop in loops]
            await self.stopping.wait()
            for loop in loops:
                loop.stop()
            for watcher in watchers:
                watcher.cancel()
            if running:
                await asyncio.wait(running, timeout=20)

    async def _know_the_organisation(self) -> None:
        with contextlib.suppress(StoreUnavailable):  # looked at again by itself
            await self.watch.look()
            await self.bots.look()

    async def close(self) -> None:
        for channel in self.channels.all():
            await channel.close()
        await self.bots.close()
        await self.archive.close()

    async def learn_names(self) -> None:
        """What links need and only the platforms know."""
        await self.bots.learn_names()
        await self.platforms.learn_links()

    def links(self, token: str) -> dict[str, str]:
        """Where a candidate goes in with this token, by channel (and account, where there are several)."""
        links = [
            (channel, link) for channel in self.channels.all() if (link := self.platforms.link(channel, token))
        ]
        accounts = Counter(channel.name for channel, _ in links)
        return {
            channel.name if accounts[channel.name] == 1 else f"{channel.name} {channel.account}": link
            for channel, link in links
        }

    def _links_anywhere(self, token: str) -> dict[str, str]:
        """Those that open on any device: without a public address our own page is at this machine only."""
        links = self.links(token)
        return links if self.settings.public_url else {name: links[name] for name in links if name != CHANNEL}

    def stop(self) -> None:
        self.stopping.set()

    async def _on_signal(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await self.stopping.wait()

    async def _serve(self, listener: socket.socket, started: Callable[[], None] | None) -> None:
        messenger = Messenger(
            self.store,
            self.intake,
            now_ms,
            archive=self.archive,
            console=self.console,
            local=self.settings.local,
            public_url=self.settings.public_url,
            open_campaign=DEMO if self.settings.local else "",
        )
        receivers = self.bots.receivers  # they come and go
        if self.staff:
            receivers[self.staff.channel.account] = self.staff.receiver
        reports = list(self.reporting.routes(messenger.at_this_machine)) if self.reporting else []
        self.port = int(listener.getsockname()[1])  # 0 in the settings: a free one
        log.info("serving", address=self.base_url)
        if started:
            started()
        await serve(
            application(
                receivers,
                messenger,
                self.ready,
                self.platforms.callbacks(),
                [*self.platforms.routes(), *reports],
            ),
            listener,
            self.stopping,
            messenger.stopping.set,
        )


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value else None
