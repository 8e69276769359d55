"""An installation in this process, any part of which can be switched off, for the tests of the drill."""

import asyncio

from bot.channels.web.channel import MailboxChannel
from bot.runtime.drills import Drills, recording
from conversation import inbound as i
from conversation.jobs import FetchMedia, Transcribe
from conversation.outbound import OutboundMessage
from handlers.drill.board import Board
from handlers.drill.request import ACCOUNT, CHANNEL, DrillRequest
from handlers.drill.runner import Drill
from storage import keys
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import Desk


class DrillKv(MemoryKv):
    """A key-value store in which an owner may take a name again, as if the first time had expired."""

    async def take(self, name: str, owner: str, life_s: int) -> bool:
        return await self.get_or_set(name, owner) == owner


class Site:
    """An installation whose delivery, timers and voice run during each pause of the drill.

    Parts named in `away` don't run: "delivery", "timers", "voice", or "model" (no transcription).
    """

    def __init__(self, language: str = "zh", script: str = "short") -> None:
        self.store = MemoryStore()
        self.desk = Desk(self.store, language)
        self.desk.script = script_named(script)
        self.desk.tools = self.desk.tools._replace(speech=lambda: "tiny")
        self.away: set[str] = set()
        self.notes = DrillKv()
        self.discarded: list[DrillRequest] = []
        self.reports: list[OutboundMessage] = []
        self.elsewhere: list[OutboundMessage] = []
        self._channel = MailboxChannel(CHANNEL, ACCOUNT, self.store.mailboxes, lambda: self.desk.now)
        self.drills = self.process()

    def process(self) -> Drills:
        drills = Drills(self.notes, self._discard, self.pause)
        drills.use(self.desk.tools)
        return drills

    async def _discard(self, order: DrillRequest) -> None:
        self.discarded.append(order)

    async def pause(self, seconds: float) -> None:
        self.desk.now += round(seconds * 1000)
        await self.work()
        await asyncio.sleep(0)

    async def work(self) -> None:
        if "timers" not in self.away:
            await self._timers()
        if "voice" not in self.away:
            await self._voice()
        if "delivery" not in self.away:
            await self.deliver()

    async def deliver(self) -> None:
        for partition in range(keys.PARTITIONS):
            if not await self.store.outbox.oldest_ms(partition):
                continue  # waiting for nothing takes a tenth of a second on Redis
            for letter in await self.store.outbox.read([partition], 100, 1):
                message = letter.message
                assert message is not None
                if message.to.channel == CHANNEL:
                    if not message.quiet:
                        await self._channel.send(message, f"{partition}:{letter.id}")
                elif message.subject.startswith("drill:"):
                    self.reports.append(message)
                else:
                    self.elsewhere.append(message)
                await self.store.outbox.done(partition, [letter.id])

    async def _timers(self) -> None:
        for partition in range(keys.PARTITIONS):
            for interview, due in await self.store.interviews.due(partition, self.desk.now, 100):
                await self.desk.intake.apply(interview, i.Inbound(f"tick:{due}:{self.desk.now}", i.Ticked()))

    async def _voice(self) -> None:
        while fetch := await self.store.jobs.take("fetch", "worker"):
            job = fetch.job
            assert isinstance(job, FetchMedia)
            data = self.desk.archive.get(job.media.reference)
            what: i.What = i.AudioLost(job.voice, "gone")
            if data is not None:
                what = i.AudioArchived(job.voice, job.media.reference, len(data), "ogg-opus")
            await self.desk.intake.apply(job.interview, i.Inbound(f"voice:{job.voice}:audio", what))
            await self.store.jobs.done(fetch)
        while "model" not in self.away and (entry := await self.store.jobs.take("transcribe", "worker")):
            job = entry.job
            assert isinstance(job, Transcribe)
            heard = i.TranscriptReady(job.voice, "我来自北京", 0.93, "tiny", 2_400)
            await self.desk.intake.apply(job.interview, i.Inbound(f"voice:{job.voice}:transcript", heard))
            await self.store.jobs.done(entry)

    async def order(self, number: int = 1) -> DrillRequest:
        campaign = await self.store.directory.campaign("spring") or await self.desk.campaign("spring")
        chat = self.desk.message("boss", "", "-").chat
        return DrillRequest(
            f"{number:032x}",
            f"token-{number:016d}",
            chat,
            self.desk.language,
            campaign.id,
            campaign.script_id,
            campaign.script,
            campaign.unit,
            self.desk.now,
        )

    async def drill(self) -> Board:
        boards: list[Board] = []

        async def see(board: Board) -> None:
            boards.append(board)

        order, tools = await self.order(), self.desk.tools
        said = recording(self.desk.language)
        return await Drill(order, self.desk.script, tools, self.pause, said, see).run()
