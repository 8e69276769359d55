"""Deliveries for tests: any number of processes on one outbox, in virtual time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta, timezone

from bot.channels.base import Registry
from bot.runtime.delivery import Delivery
from bot.runtime.partition_leases import Holder
from conversation import inbound as i
from conversation.engine import Engine
from conversation.inbound import Address, Inbound
from conversation.outbound import OutboundMessage
from handlers.campaigns import Campaigns
from handlers.catalogues import vocabulary
from handlers.intake.receive import Intake
from handlers.notices.notices import Notices
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.fakes.posts import FakeChannel, LeaseBook, Leases, Outbox, outbound, store_with
from tests.fakes.send_rates import LocalRates
from tests.fakes.virtual_time import now_ms

ZONE = timezone(timedelta(hours=8))
RECRUITERS = Address("telegram", "main", "recruiters")
__all__ = ["RECRUITERS", "Office", "Process", "outbound"]


class Process:
    """One process: its delivery, its leases and its task."""

    def __init__(self, delivery: Delivery, leases: Leases, holder: Holder) -> None:
        self.delivery = delivery
        self.leases = leases
        self.holder = holder
        self.task = asyncio.create_task(delivery.run())

    async def stop(self) -> None:
        self.delivery.stop()
        await self.task

    async def die(self) -> None:
        """Stop as by SIGKILL: nothing is finished, and nothing is given back."""
        self.task.cancel()
        await asyncio.wait({self.task})


class Office:
    """One outbox, one book of leases and one channel, with any number of processes."""

    def __init__(self, **channel: float) -> None:
        self.outbox = Outbox()
        self.store: MemoryStore = store_with(self.outbox)
        self.book = LeaseBook()
        self.channel = FakeChannel(
            bulk_per_s=channel.get("bulk_per_s", 0),
            chat_burst=int(channel.get("chat_burst", 0)),
            edits=bool(channel.get("edits")),
        )
        self.channels = Registry()
        self.channels.add(self.channel)
        self.rates = LocalRates()
        self.processes: list[Process] = []
        self.script = "short"
        """The script of interviews that are started from now on."""

    def intake(self) -> Intake:
        numbers = iter(range(10_000))
        return Intake(
            self.store,
            Engine(vocabulary(), ZONE),
            Notices(vocabulary(), ZONE, [RECRUITERS]),
            now=now_ms,
            nonce=lambda: f"fresh-{next(numbers)}",
        )

    def start(self) -> Process:
        leases = Leases(self.book, f"process-{len(self.processes)}")
        holder = Holder(leases, "delivery", now_ms)
        process = Process(
            Delivery(self.outbox, holder, self.channels, self.intake(), now_ms, self.rates), leases, holder
        )
        self.processes.append(process)
        return process

    async def until(self, happened: Callable[[], bool], patience_s: float = 3600) -> None:
        """Wait until something has happened, in virtual time. With a day of patience, it looks less often."""
        async with asyncio.timeout(patience_s):
            while not happened():  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(max(0.01, patience_s / 400_000))

    async def delivered(self) -> None:
        """Wait until the outbox is empty."""
        await self.until(lambda: not self.outbox.left)

    async def interview(self, user: str) -> str:
        """Let a candidate begin an interview, and discard the messages sent so far. Returns the interview."""
        ids = iter((f"interview-of-{user}", f"token-of-{user}"))
        campaigns = Campaigns(self.store, now=now_ms, nonce=lambda: next(ids), zone=ZONE)
        campaign = await self.store.directory.campaign("spring")
        if campaign is None:
            campaign = await campaigns.open(script_named(self.script), code="spring")
        invitation = await campaigns.invite(campaign, "李雷")
        sender, intake = Address("telegram", "main", user), self.intake()
        opened = i.CommandReceived("start", invitation.token)
        await intake.receive(Inbound(f"open-{user}", opened, sender, now_ms(), language="zh"))
        await intake.receive(Inbound(f"agree-{user}", i.ChoicePressed("agree@-1"), sender, now_ms()))
        for partition in range(16):
            waiting = await self.outbox.pending(partition, "0", 100) + await super(Outbox, self.outbox).read(
                [partition], 100, 0
            )
            await self.outbox.done(partition, [entry.id for entry in waiting])
        return invitation.interview


@asynccontextmanager
async def open_office(**channel: float) -> AsyncIterator[Office]:
    """Open an office. At the end, all its processes die."""
    office = Office(**channel)
    try:
        yield office
    finally:
        for process in office.processes:
            await process.die()


def numbered(user: str, how_many: int, start: int = 0) -> list[OutboundMessage]:
    return [outbound(f"{user}-{number}", user) for number in range(start, start + how_many)]


def in_order(texts: list[str]) -> bool:
    return texts == sorted(texts, key=lambda text: int(text.rpartition("-")[2]))
