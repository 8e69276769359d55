"""One simulated process of the bot: intake, delivery, timers, jobs and erasures, all as in the product."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import UTC, timedelta, timezone
from typing import TYPE_CHECKING, ClassVar, cast

from bot.channels.base import Capabilities, Channel, Registry, TryLater
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.receive import Receiver
from bot.media.archive import Archive, NotArchived
from bot.runtime.delivery import Delivery
from bot.runtime.erasures import Erasing
from bot.runtime.job_worker import JobWorker
from bot.runtime.loops import Loop
from bot.runtime.partition_leases import Holder, Leases
from bot.runtime.timers import Timers
from bot.speech.fetch_jobs import Fetcher
from bot.speech.transcription_jobs import Transcriber
from conversation.engine import Engine
from conversation.inbound import Media
from conversation.outbound import OutboundMessage
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.intake.receive import Intake
from handlers.maintenance.erase import Eraser
from handlers.maintenance.retention import Retention
from handlers.notices.notices import Notices
from handlers.organisation.state import Organisation
from storage.errors import StoreUnavailable
from storage.ports import Store
from storage.redis.store import LEASE_MS
from tests.bot.speech.offices import FakeHearer, recording
from tests.fakes.send_rates import LocalRates
from tests.interleavings.network import Fault, Link, Remote, RemoteOutbox
from tests.interleavings.server import Server
from tests.interleavings.timeline import process_loop

if TYPE_CHECKING:
    from tests.interleavings.world import World

ZONE = timezone(timedelta(hours=8))
ACCOUNT = "700001"
_START_S = 0.3
_ERASING_LEASE_MS = 5_000
_POLLING_LEASE_MS = 8_000
_POLL_S = 2.0
_ENGINE = Engine(vocabulary(), ZONE)
_NOTICES = Notices(vocabulary(), ZONE, [])


class SimulatedStore:
    """The store as one process reaches it."""

    def __init__(self, link: Link, server: Server) -> None:
        self.interviews: Remote = Remote(link, "interviews", server.interviews)
        self.directory = Remote(link, "directory", server.directory)
        self.outbox = RemoteOutbox(link, "outbox", server.outbox)
        self.jobs = Remote(link, "jobs", server.jobs)
        self.mailboxes = Remote(link, "mailboxes", server.mailboxes)
        self.erasures = Remote(link, "erasures", server.erasures)
        self.imports = Remote(link, "imports", server.imports)
        self.search_lines = Remote(link, "search_lines", server.search_lines)
        self.archived = server.archived  # nothing is archived in these schedules


class SimulatedArchive:
    """An archive in memory, as one server for all processes."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    async def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        self.held[sha256] = data
        return sha256

    async def get(self, sha256: str) -> bytes:
        if sha256 not in self.held:
            raise NotArchived(sha256)
        return self.held[sha256]

    async def drop(self, sha256: str) -> None:
        self.held.pop(sha256, None)


class SimulatedChannel(Channel):
    """One process's connection to the platform."""

    name = "telegram"
    account = ACCOUNT
    secret = "simulated"
    capabilities = Capabilities(edits=True)

    def __init__(self, process: "Process") -> None:
        self._process = process

    async def edit(self, message: OutboundMessage, shown: str, key: str) -> None:
        if not key.endswith(":formerly"):
            await self.send(message, key)

    async def send(self, message: OutboundMessage, key: str) -> str:
        process = self._process
        process.world.check_lease(process, key)
        begun = process.world.timeline.now

        async def take() -> str:
            return process.world.platform.take(process, message, key, begun)

        shown: str = await process.link.to_platform(f"send {key}", take)
        return shown

    async def fetch(self, media: Media) -> bytes:
        async def give() -> bytes:
            if media.reference in self._process.world.platform.unfetchable:
                raise TryLater("the simulated platform does not give it now", retry_after_s=5.0)
            return recording(media.reference)

        found: bytes = await self._process.link.to_platform(f"fetch {media.reference}", give)
        return found

    async def updates(self, offset: int, _timeout_s: int) -> list[tuple[int, bytes]]:
        async def give() -> list[tuple[int, bytes]]:
            return self._process.world.platform.updates(offset)

        found: list[tuple[int, bytes]] = await self._process.link.to_platform(f"updates {offset}", give)
        if not found:
            await asyncio.sleep(_POLL_S / 4)
        return found

    def answer_press(self, _query: str) -> None:
        """The platform's own confirmation of a press, which nothing depends on."""


class Process:
    """A process with all that `xumian run` runs, its event loop and its link. Faults are planted by subclasses."""

    holder_class: ClassVar[type[Holder]] = Holder
    receiver_class: ClassVar[type[Receiver]] = Receiver

    def __init__(self, world: "World", name: str) -> None:
        self.world = world
        self.name = name
        self.faults: list[tuple[float, float]] = []
        """From when to when the process was dead, stood still or had no store."""
        self.ready = False
        self.link = Link(world.weather, world.server, self)
        self.loop = process_loop(world.timeline, world.fail)
        self._loops: list[Loop] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Start all loops of the process."""
        self.loop.spawn(self._run())

    def reach(self, link: Link, server: Server) -> SimulatedStore:
        """Return the store as this process reaches it."""
        return SimulatedStore(link, server)

    async def _run(self) -> None:
        world = self.world
        store = cast(Store, self.reach(self.link, world.server))
        store.outbox.__dict__["together"] = world.together
        numbers = iter(range(100_000))
        channel = SimulatedChannel(self)
        channels = Registry()
        channels.add(channel)
        intake = Intake(
            store, _ENGINE, _NOTICES, now=world.now_ms, nonce=lambda: f"nonce-{self.name}-{next(numbers)}"
        )
        self.receiver = self.receiver_class(cast(TelegramChannel, channel), intake, store.outbox)
        delivery, timers = (
            self.holder_class(self._leases(role), role, world.now_ms) for role in ("delivery", "timers")
        )
        self._loops = [
            Delivery(store.outbox, delivery, channels, intake, world.now_ms, LocalRates()),
            Timers(store, timers, intake, world.now_ms),
        ]
        if world.speaks:
            self._loops.append(self._voice(store, channels, intake))
        if world.erases:
            eraser = Eraser(store, intake, world.archive.drop, staff_vocabulary(), (), world.now_ms)
            retention = Retention(store, Organisation, staff_vocabulary(), vocabulary(), world.now_ms, UTC)
            self._loops.append(Erasing(store, self._leases("erasing", _ERASING_LEASE_MS), eraser, retention))
        async with asyncio.TaskGroup() as group:
            for each in self._loops:
                group.create_task(each.run())
            if world.polls:
                group.create_task(self.receiver.poll(self._leases("poll", _POLLING_LEASE_MS), self._stopping))
            self.ready = True

    def _leases(self, role: str, life_ms: int = LEASE_MS) -> Leases:
        leases = cast(Leases, Remote(self.link, "leases", self.world.server.leases(role, self.name, life_ms)))
        leases.__dict__["life_ms"] = life_ms
        return leases

    def _voice(self, store: Store, channels: Registry, intake: Intake) -> JobWorker:
        world = self.world
        archive, jobs = cast(Archive, Remote(self.link, "archive", world.archive)), store.jobs
        fetcher = Fetcher(jobs, store.erasures, channels, archive, intake, world.now_ms, lambda: False)
        fetcher.at_once = 1
        transcriber = Transcriber(jobs, archive, FakeHearer(0.0), intake, world.now_ms)
        return JobWorker(store, intake, [fetcher, transcriber], _nothing_beside, world.now_ms, self.name)

    def receive(self, body: bytes, answered: Callable[[bool], None]) -> None:
        """Handle a webhook request. `answered` is called with whether it was acknowledged."""
        self.loop.deliver(lambda: self.loop.create_task(self._webhook(body, answered)))

    async def _webhook(self, body: bytes, answered: Callable[[bool], None]) -> None:
        try:
            taken = await self.receiver.take(body)
        except StoreUnavailable:
            taken = False
        world = self.world
        self.link.leave(
            f"answers {taken}", lambda: world.timeline.after(world.weather.delay(), lambda: answered(taken))
        )

    def stop(self) -> None:
        """Stop as by SIGTERM."""
        self.ready = False
        for each in self._loops:
            each.stop()
        self._stopping.set()

    def suffer(self, fault: Fault) -> None:
        """Let a fault happen to this process."""
        world = self.world
        until = float("inf") if fault.kind == "kill" else world.timeline.now + fault.seconds
        if fault.kind != "term":
            for each in world.processes if fault.kind == "freeze" else [self]:
                each.faults.append((world.timeline.now, until))
        match fault.kind:
            case "kill":
                self.ready = False
                self.loop.die()
                world.weather.notice(self.link.hang_up)
                world.timeline.after(_START_S + fault.seconds, world.start)
            case "pause":
                self.loop.pause()
                world.timeline.after(fault.seconds, self.loop.resume)
            case "cut":
                self.link.cut_until = world.timeline.now + fault.seconds
            case "term":
                world.timeline.after(0, lambda: self.loop.deliver(self.stop))
                world.timeline.after(_START_S + fault.seconds, world.start)


async def _nothing_beside() -> None:
    return
