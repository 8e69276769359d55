"""The drill: a synthetic candidate on an installation in this process, any part of which can be switched off."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.channels.web.channel import MailboxChannel
from bot.runtime.drills import Drills, recording
from conversation import inbound as i
from conversation.jobs import FetchMedia, Transcribe
from conversation.outbound import OutboundMessage
from handlers.catalogues import staff_vocabulary
from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from handlers.drill.board import STEPS, Board
from handlers.drill.report import told
from handlers.drill.request import ACCOUNT, CHANNEL, DrillRequest
from handlers.drill.runner import Drill
from handlers.organisation.repository import audit_organisation
from storage import keys
from storage.errors import StoreUnavailable
from storage.memory.store import MemoryStore
from tests.dialogues.playing import script_named
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import Desk

SCRIPTS = ("short", "spoken", "named")


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


def outcomes(board: Board) -> dict[str, str]:
    return {line.name: line.outcome for line in board.lines}


# what it tries


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_sound_installation_passes(language: str, script: str) -> None:
    site = Site(language, script)
    board = await site.drill()
    failed = [(line.name, line.note, line.values) for line in board.lines if line.outcome == "failed"]
    assert failed == []
    assert set(outcomes(board).values()) <= {"passed", "skipped"}
    assert outcomes(board)["end"] == "passed"


async def test_the_report_says_what_was_found() -> None:
    site = Site()
    board = await site.drill()
    order = await site.order()
    text = told(board, order, staff_vocabulary()["zh"]).text
    assert text.splitlines() == [
        "演练 · spring",
        "✅ 一切正常：18 步通过，用时 0.7 秒",
        *text.splitlines()[2:20],
        "",
        "演练的面试已删除，不计入任何统计。",
    ]
    for said in (
        "✅ 录音归档可写可读 · 0 ms",
        "✅ 各平台帐号 · 1 个，平台上待收",
        "✅ 语音识别模型 · tiny",
        "✅ 招聘通知 · 「⚠️ 演练候选人",
        "✅ 语音回答 · 听到「我来自北京」",
        "✅ 答完其余的题 · 文字 1 · 选择 1 · 数字 1 · 语音 1",
        "✅ 面试完成 · 「✅ 演练候选人",
    ):
        assert said in text


async def test_nobody_else_hears_of_it_and_it_counts_nowhere() -> None:
    site = Site()
    desk = site.desk
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/notify")
    await site.deliver()
    site.elsewhere.clear()
    await site.drill()
    await site.work()
    assert site.elsewhere == []
    assert await site.store.interviews.counts("spring") == {}
    assert await site.store.directory.campaigns() == ["spring"]
    for command in ("/stats", "/candidates spring", "/funnel spring", "/export spring", "/exits spring"):
        assert "演练" not in "".join(each.text for each in await desk.says("boss", command))


# what it finds


@pytest.mark.parametrize(
    ("away", "step", "why", "advice"),
    [
        ("delivery", "start", "silence", "xumian work delivery"),
        ("timers", "timers", "timers", "xumian work timers"),
        ("voice", "voice", "voice_away", "xumian work voice"),
        ("model", "voice", "voice_slow", "xumian voice check"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_missing_is_found(away: str, step: str, why: str, advice: str, language: str) -> None:
    site = Site(language)
    site.away.add(away)
    board = await site.drill()
    failed = [line for line in board.lines if line.outcome == "failed"]
    assert [(line.name, line.note) for line in failed] == [(step, why)]
    after = STEPS[STEPS.index(step) + 1 :]
    assert {outcomes(board)[name] for name in after} == {"waiting"}
    text = told(board, await site.order(), staff_vocabulary()[language]).text
    assert "❌" in text
    assert advice in text


async def test_checks_are_independent_of_each_other() -> None:
    site = Site()

    async def damaged(_sha256: str) -> bytes:
        return b"something else"

    async def warnings() -> list[str]:
        return ["appendonly is off"]

    site.desk.tools = site.desk.tools._replace(
        get_file=damaged, warnings=warnings, links=lambda _: {}, speech=lambda: ""
    )
    board = await site.drill()
    found = outcomes(board)
    assert [found[name] for name in STEPS[:5]] == ["failed", "failed", "passed", "failed", "skipped"]
    assert board.line("redis").values == {"problem": "appendonly is off"}


async def test_without_a_model_the_recording_is_what_counts() -> None:
    site = Site()
    site.away.add("model")
    site.desk.tools = site.desk.tools._replace(speech=lambda: "")
    board = await site.drill()
    assert outcomes(board)["speech"] == outcomes(board)["voice"] == "skipped"
    assert board.line("voice").note == "kept"
    assert outcomes(board)["record"] == "passed"


async def test_a_message_taken_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site()
    receive = site.desk.intake.receive

    async def forgetful(inbound: i.Inbound, *arguments: Any) -> Any:
        """Give every message a new id, so that a repeated one isn't recognised."""
        forgetful_ids.append(inbound.id)
        again = f"{inbound.id}:{len(forgetful_ids)}"
        from msgspec.structs import replace

        return await receive(replace(inbound, id=again), *arguments)

    forgetful_ids: list[str] = []
    monkeypatch.setattr(site.desk.intake, "receive", forgetful)
    board = await site.drill()
    assert (board.line("duplicate").outcome, board.line("duplicate").note) == ("failed", "twice")


# how it is run


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    yield made
    made.drills.stop()
    await made.drills.run()


async def ended(site: Site, count: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not count() or site.drills._running:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
    await site.deliver()


async def test_a_report_is_one_message_that_changes(site: Site) -> None:
    order = await site.order()
    assert await site.drills.start(order)
    await ended(site, lambda: bool(site.discarded))
    assert len({message.subject for message in site.reports}) == 1
    assert [message.quiet for message in site.reports] == [False, *[True] * (len(site.reports) - 2), False]
    assert "进行中：0/18 步" in site.reports[0].text
    assert "一切正常" in site.reports[-1].text
    assert site.reports[-1].to == order.chat
    assert site.discarded == [order]
    assert site.notes.values == {f"drill-done:{order.id}": "1"}


async def test_a_drill_asked_for_again_is_not_started_twice_and_another_waits(site: Site) -> None:
    order, other = await site.order(1), await site.order(2)
    assert await site.drills.start(order)
    assert await site.drills.start(order)
    assert not await site.drills.start(other)
    assert not await site.process().start(other)
    await ended(site, lambda: bool(site.discarded))
    assert await site.drills.start(order)
    assert await site.drills.start(other)
    await ended(site, lambda: len(site.discarded) == 2)
    assert len({message.subject for message in site.reports}) == 2


async def test_a_drill_whose_process_stops_says_so(site: Site) -> None:
    site.away.add("delivery")
    order = await site.order()
    assert await site.drills.start(order)
    await asyncio.sleep(0)
    site.drills.stop()
    await site.drills.run()
    await site.deliver()
    assert "演练中断了" in site.reports[-1].text
    assert site.discarded == [order]
    assert site.notes.values == {f"drill-done:{order.id}": "1"}


async def test_a_drill_whose_process_died_is_found_by_another(site: Site) -> None:
    order = await site.order()
    killed = site.process()
    site.away.add("delivery")
    assert await killed.start(order)
    for task in killed._running.values():  # as by SIGKILL: nothing is released
        task.get_coro().close()
    note, lease = site.notes.values["drill"], site.notes.values["drill-lease"]
    await site.notes.set("drill", note)
    await site.notes.set("drill-lease", lease)
    await site.process().look()
    assert site.reports == []  # the lease is still held, so the drill may be running
    await site.notes.erase("drill-lease")  # as if the lease had expired
    await site.process().look()
    await site.deliver()
    assert "演练中断了" in site.reports[-1].text
    assert site.discarded[-1] == order
    assert "drill" not in site.notes.values


async def test_a_store_that_is_away_ends_a_drill_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(site.store.outbox, "post", away)
    assert await site.drills.start(await site.order())
    await ended(site, lambda: not site.drills._running)
    monkeypatch.undo()
    assert await site.drills.start(await site.order(2))
    await ended(site, lambda: len(site.discarded) == 2)
    assert "一切正常" in site.reports[-1].text


async def test_the_command_answers_at_once_and_once(site: Site) -> None:
    desk = site.desk
    await desk.claims()
    await desk.campaign("spring")
    desk.console = Console(desk.tools._replace(drill=site.drills.start), COMMANDS, FORMS)
    line = desk.message("boss", "/drill spring", "drill-1")
    for result in ("committed", "duplicate"):
        assert await desk.console.receive(line) == result
    await ended(site, lambda: bool(site.discarded))
    assert [each.text.split("（")[0] for each in site.elsewhere] == ["演练开始了"]
    assert len({message.subject for message in site.reports}) == 1
    await audit_organisation(site.store)
