"""Voice answers through the intake: languages, other devices, limits, and transcripts in exports."""

import csv
import itertools
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from conversation.events import TranscriptConfirmed
from conversation.inbound import (
    AudioArchived,
    AudioLost,
    Inbound,
    Media,
    TranscriptDelayed,
    TranscriptFailed,
    TranscriptReady,
    VoiceReceived,
)
from conversation.jobs import Transcribe
from conversation.limits import MOST_AWAITED, MOST_VOICES
from handlers.maintenance.export import COLUMNS, write
from storage.memory.store import MemoryStore
from tests.fakes.scene import Person, Scene, named

SHA256 = "ab" * 32


class Answering:
    """Anna at her first question. The methods play Anna and the voice workers."""

    def __init__(self, scene: Scene, anna: Person, interview: str) -> None:
        self.scene = scene
        self.anna = anna
        self.interview = interview

    async def speaks(self, duration_ms: int = 5_000) -> None:
        await self.anna.does(VoiceReceived(Media("file", duration_ms=duration_ms)))

    async def archived(self, voice: int) -> None:
        await self.told(f"voice:{voice}:audio", AudioArchived(voice, SHA256, 4000, "ogg-opus"))

    async def heard(self, voice: int, text: str) -> None:
        await self.archived(voice)
        await self.told(f"voice:{voice}:transcript", TranscriptReady(voice, text, 0.9, "tiny", 5_000))

    async def unheard(self, voice: int, why: str) -> None:
        await self.archived(voice)
        await self.told(f"voice:{voice}:transcript", TranscriptFailed(voice, why, 5_000))

    async def lost(self, voice: int) -> None:
        await self.told(f"voice:{voice}:audio", AudioLost(voice, "gone"))

    async def told(self, inbound: str, what: Any) -> None:
        await self.scene.intake.apply(self.interview, Inbound(inbound, what))


async def answering() -> Answering:
    scene = Scene(MemoryStore())
    interview, token = await scene.invited("Anna", code="spring")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await scene.sent()
    return Answering(scene, anna, interview)


async def test_a_recording_is_transcribed_in_the_language_that_was_spoken() -> None:
    it = await answering()
    await it.speaks()
    await it.anna.commands("language", "zh")
    await it.archived(1)
    entry = await it.scene.store.jobs.take("transcribe", "worker")
    assert entry is not None
    assert isinstance(entry.job, Transcribe)
    assert entry.job.language == "en"
    await it.scene.sent()
    await it.heard(1, "I am Anna.")
    (shown,) = await it.scene.sent()
    assert shown.text.startswith("🎤 转写：「I am Anna.」")  # shown in the language chosen meanwhile


async def test_the_transcript_follows_to_another_device() -> None:
    it = await answering()
    await it.speaks()
    await it.anna.commands("switch")
    code = next(text for text in reversed(await it.anna.hears()) if "code" in text).split("code ")[1][:9]
    laptop = it.scene.person("7", "web")
    await laptop.says(code)
    await it.scene.sent()
    await it.heard(1, "I am Anna.")
    (message,) = await it.scene.sent()
    assert (message.to, message.subject, message.quiet) == (laptop.address, "voice:1", False)
    assert [choice.token.partition("@")[0] for choice in message.choices] == ["submit.1", "respeak.1", "correct.1"]


async def test_a_press_confirms_only_the_transcripts_that_were_shown_under_it() -> None:
    it = await answering()
    await it.speaks()
    await it.speaks()
    await it.heard(2, "I am from Leeds.")
    (press,) = {
        choice.token for sent in await it.scene.sent() for choice in sent.choices if "submit." in choice.token
    }
    await it.heard(1, "I am Anna.")  # arrives just before the press
    await it.anna.presses(press)
    events = [event for entry in await it.scene.entries(it.interview) for event in entry.events]
    assert [event.voice for event in events if isinstance(event, TranscriptConfirmed)] == [2]


async def test_what_is_offered_under_one_voice_message_is_not_done_to_another() -> None:
    it = await answering()
    for _ in range(3):
        await it.speaks()
    await it.heard(2, "I am from Leeds.")
    await it.scene.sent()
    await it.scene.intake.show_progress(it.interview, 1, percent=50)
    await it.unheard(1, "unclear")
    await it.told("voice:3:delayed", TranscriptDelayed(3))
    for message in await it.scene.sent():
        offered = {choice.token.partition("@")[0] for choice in message.choices}
        assert offered == {"submit.1", "redo"}, message.subject
    await it.anna.says("2")  # choice 2 of the last message
    assert (await it.scene.state(it.interview)).parts == ()


async def test_so_many_voice_messages_wait_and_no_more() -> None:
    it = await answering()
    for number in range(MOST_AWAITED + 1):
        if number and number % MOST_VOICES == 0:
            await it.anna.presses("redo@0")
        await it.speaks()
    state = await it.scene.state(it.interview)
    assert (len(state.awaited), state.voices) == (MOST_AWAITED, MOST_AWAITED)
    assert "still being turned into text" in (await it.anna.hears())[-1]
    await it.anna.presses("pause@0")
    await it.speaks()  # no more after a pause either
    assert len((await it.scene.state(it.interview)).awaited) == MOST_AWAITED


async def test_nor_may_additions_be_without_end() -> None:
    it = await answering()
    await it.speaks()
    await it.anna.presses("submit@0")
    await it.unheard(1, "silence")
    for _ in range(MOST_AWAITED + 1):
        await it.anna.presses("add.0@1")
        await it.speaks()
    assert len((await it.scene.state(it.interview)).awaited) == MOST_AWAITED


async def test_what_was_spoken_to_a_choice_before_leaving_is_no_answer() -> None:
    it = await answering()
    await it.anna.says("I am Anna.")
    await it.anna.presses("submit@0")
    await it.anna.says("Leeds")
    it.scene.clock.forward(60_000)
    spoken_ms = it.scene.clock.now
    it.scene.clock.forward(5_000)
    await it.anna.presses("pause@2")
    await it.anna.intake.receive(it.anna.brings(VoiceReceived(Media("file")), sent_ms=spoken_ms))
    assert (await it.scene.state(it.interview)).parts == ()
    assert named(await it.scene.entries(it.interview))[-1] == "NotTaken"


async def test_a_length_that_is_not_known_leaves_no_gap() -> None:
    it = await answering()
    await it.speaks(0)
    await it.archived(1)
    for share in ({"percent": 40}, {"ahead": 1}, {"ahead": 3}):
        await it.scene.intake.show_progress(it.interview, 1, **share)
    for text in await it.anna.hears():
        assert "()" not in text
        assert "  " not in text
        assert ", ," not in text


async def test_the_candidates_copy_says_what_is_kept() -> None:
    it = await answering()
    for _ in range(3):
        await it.speaks()
    await it.anna.presses("submit@0")
    await it.lost(1)
    await it.unheard(2, "unclear")
    await it.anna.hears()
    await it.anna.commands("export")
    copy = "\n".join(await it.anna.hears())
    assert "voice message, 0:05, could not be fetched" in copy
    assert "voice message, 0:05, not understood; the recording is saved" in copy
    assert "voice message, 0:05, being turned into text" in copy


async def test_transcripts_in_spreadsheets_are_text(tmp_path: Path) -> None:
    """A model may write anything: formulas, control characters, half an hour of speech."""
    it = await answering()
    texts = ['=HYPERLINK("http://x")', "@SUM(A1)", "one\x00two\x0bthree\x1b[2J\ufffe", "好" * 40_000]
    for voice, text in enumerate(texts, start=1):
        await it.speaks()
        await it.heard(voice, text)
        if voice == 1:
            await it.anna.presses("submit@0")
    campaign = await it.scene.campaigns.find("spring")
    for form in ("jsonl", "csv", "xlsx"):
        assert await write(it.scene.store, campaign, form, tmp_path / f"all.{form}") == 1
    with (tmp_path / "all.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [row["text"] for row in csv.DictReader(file)]
    assert cells[0] == "'" + texts[0]
    assert cells[1].startswith("'@SUM(A1)\n")
    assert cells[1].endswith(texts[3])
    sheet = load_workbook(tmp_path / "all.xlsx")["answers"]
    kept = [str(row[COLUMNS.index("text")].value) for row in itertools.islice(sheet.iter_rows(), 1, 3)]
    assert kept[0] == "'" + texts[0]
    assert len(kept[1]) == 32_767
