"""The composition root: everything that runs is wired here, and nowhere else."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Literal

import uvicorn
from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from bot.channels.base import Registry, Rejected, TryLater
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.receive import Receiver
from bot.channels.telegram.session import Session
from bot.channels.web.channel import MailboxChannel
from bot.channels.web.frames import ACCOUNT, CHANNEL, PANE
from bot.channels.web.socket import Messenger
from bot.clock import fresh, now_ms
from bot.delivery import Delivery
from bot.heartbeat import Heartbeat
from bot.http import MOST_BYTES
from bot.leasing import Holder
from bot.logs import log
from bot.metrics import count_inbound
from bot.settings import Settings
from bot.timers import Timers
from bot.web import application
from conversation.engine import Engine
from conversation.errors import BotError
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake import Intake
from handlers.notices import Notices
from storage.embedded import EmbeddedServer
from storage.errors import StorageError, StoreUnavailable
from storage.redis_store import RedisStore

Part = Literal["web", "delivery", "timers"]
DEMO = "demo"
_POLLING_LEASE_MS = 60_000
_TEND_AGAIN_S = 5.0


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[RedisStore]:
    """The store: the Redis of the settings, or the embedded one of the data folder, started if need be."""
    embedded: EmbeddedServer | None = None
    if settings.redis_url:
        url = settings.redis_url.get_secret_value()
    else:
        embedded = EmbeddedServer(settings.data_dir / "redis")
        url = await embedded.start()
    tending = asyncio.create_task(_tend(embedded)) if embedded else None
    store = RedisStore.at(url)
    try:
        for warning in await store.check():
            log.warning("durability", what=warning)
        yield store
    finally:
        await store.close()
        if tending:
            tending.cancel()
            await asyncio.wait({tending})
        if embedded:
            await embedded.stop()


async def _tend(embedded: EmbeddedServer) -> None:
    """Whatever ends the embedded server, it is started again, for as long as that takes."""
    while True:
        try:
            await embedded.tend()
        except StorageError as error:
            log.error("embedded_redis_down", why=str(error))
        await asyncio.sleep(_TEND_AGAIN_S)
        with contextlib.suppress(StorageError):  # said above, if it fails again
            await embedded.start()


class App:
    """The parts of one process, on one store."""

    def __init__(self, settings: Settings, store: RedisStore) -> None:
        self.settings = settings
        self.store = store
        self.channels = Registry()
        self.vocabulary = vocabulary()
        destinations = [PANE] if settings.local else []
        self.intake = Intake(
            store,
            Engine(self.vocabulary, settings.zone),
            Notices(self.vocabulary, settings.zone, destinations),
            now=now_ms,
            fresh=fresh,
            count=count_inbound,
        )
        self.campaigns = Campaigns(store, now=now_ms, fresh=fresh)
        self.receivers: dict[str, Receiver] = {}
        self.owner = fresh()
        self._session = Session(settings.telegram_api_url)
        self._telegram: list[TelegramChannel] = []
        self.stopping = asyncio.Event()
        self.port = settings.http_port

    @property
    def base_url(self) -> str:
        return self.settings.public_url or f"http://{self.settings.http_host}:{self.port}"

    async def add_channels(self) -> None:
        """The channels that the settings name, and those that need none."""
        mailboxes = self.store.mailboxes
        self.channels.add(MailboxChannel(CHANNEL, ACCOUNT, mailboxes, now_ms, self.base_url))
        self.channels.add(MailboxChannel(CHANNEL, PANE.account, mailboxes, now_ms))
        self.channels.add(MailboxChannel("terminal", ACCOUNT, mailboxes, now_ms))
        for token in self.settings.telegram_tokens:
            await self._add_telegram(token.get_secret_value())

    async def _add_telegram(self, token: str) -> None:
        bot_id = token.partition(":")[0]
        configured = self.settings.telegram_webhook_secret
        secret = (
            configured.get_secret_value()
            if configured
            else await self.store.notes.get_or_set(f"telegram-webhook:{bot_id}", fresh())
        )
        channel = TelegramChannel(token, self._session, secret)
        self.channels.add(channel)
        self._telegram.append(channel)
        self.receivers[bot_id] = Receiver(channel, self.intake, self.store.outbox)

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
        listener = self._listen() if "web" in chosen else None
        async with asyncio.TaskGroup() as group:
            watchers = [group.create_task(self._on_signal())]
            loops: list[Delivery | Timers | Heartbeat] = []
            if "delivery" in chosen:
                loops.append(
                    Delivery(self.store.outbox, self._holder("delivery"), self.channels, self.intake, now_ms)
                )
            if "timers" in chosen:
                loops.append(Timers(self.store, self._holder("timers"), self.intake, now_ms))
            if listener:
                heartbeat = Heartbeat(self.store, self.intake, now_ms)
                group.create_task(self._serve(listener, started))
                await heartbeat.first()  # deadlines are moved by an outage before the timers look at them
                loops.insert(0, heartbeat)
                watchers += [group.create_task(self._receive_telegram(channel)) for channel in self._telegram]
            running = [group.create_task(loop.run()) for loop in loops]
            await self.stopping.wait()
            for loop in loops:
                loop.stop()
            for watcher in watchers:
                watcher.cancel()
            if running:
                await asyncio.wait(running, timeout=20)

    async def close(self) -> None:
        for channel in self.channels.all():
            await channel.close()
        await self._session.close()

    async def learn_names(self) -> None:
        """Ask Telegram for the bots' names, for links; without an answer there is no link."""
        for channel in self._telegram:
            try:
                await channel.learn_name()
            except (TryLater, Rejected) as error:
                log.warning("no_link", bot=channel.account, why=str(error))

    def links(self, token: str) -> dict[str, str]:
        """Where a candidate goes in with this token, by channel (and account, where there are several)."""
        several = len(self._telegram) > 1
        found: dict[str, str] = {}
        for channel in self.channels.all():
            if link := channel.link(token):
                found[
                    f"{channel.name} {channel.account}" if several and channel.name != CHANNEL else channel.name
                ] = link
        return found

    def stop(self) -> None:
        self.stopping.set()

    def _holder(self, role: str) -> Holder:
        return Holder(self.store.leases(role, self.owner), role, now_ms)

    async def _on_signal(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        await self.stopping.wait()

    async def _receive_telegram(self, channel: TelegramChannel) -> None:
        """Set the bot up, tried until it works; without a public address, poll."""
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(TryLater), wait=wait_exponential_jitter(1, 60), reraise=True
            ):
                with attempt:
                    await channel.set_up(self.vocabulary, self.settings.public_url)
        except Rejected as error:
            log.error("telegram_refused", bot=channel.account, why=str(error))
            return
        log.info("telegram_ready", bot=channel.account, mode="webhook" if self.settings.public_url else "polling")
        if not self.settings.public_url:
            leases = self.store.leases(f"poll:{channel.account}", self.owner, _POLLING_LEASE_MS)
            try:
                await self.receivers[channel.account].poll(leases, self.stopping)
            finally:
                with contextlib.suppress(StoreUnavailable):
                    await leases.release(0)

    # the web server

    async def _serve(self, listener: socket.socket, started: Callable[[], None] | None) -> None:
        messenger = Messenger(
            self.store,
            self.intake,
            now_ms,
            local=self.settings.local,
            public_url=self.settings.public_url,
            open_campaign=DEMO if self.settings.local else "",
        )
        config = uvicorn.Config(
            application(self.receivers, messenger, self.ready),
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            ws="websockets-sansio",
            ws_max_size=64 * 1024,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=8,
            h11_max_incomplete_event_size=MOST_BYTES,
        )
        server = _Server(config)
        task = asyncio.create_task(server.serve([listener]))
        stopped = asyncio.create_task(self.stopping.wait())
        try:
            log.info("serving", address=self.base_url)
            if started:
                started()
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopped.cancel()
            messenger.stopping.set()
            server.should_exit = True
            await task
            self.stop()

    def _listen(self) -> socket.socket:
        """The address is taken before anything runs, so that a second start fails at once and clearly."""
        host, port = self.settings.http_host, self.settings.http_port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listener = socket.create_server((host, port), family=family, backlog=2048)
        except OSError as error:
            raise AddressTaken(
                f"cannot listen at {host} port {port} ({error.strerror}): another program has it, or this one "
                "runs already; choose another XUMIAN_HTTP_PORT"
            ) from None
        self.port = int(listener.getsockname()[1])
        return listener


class AddressTaken(BotError):
    """The web server's address cannot be listened at."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the app has one for all parts."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
