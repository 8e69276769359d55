"""Files in answers through the intake: receipts, limits, lost files, paused accounts, and exports."""

import csv
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from conversation import events as e
from conversation import inbound as i
from conversation.decide.files import MOST_BYTES
from conversation.inbound import Attachment, Inbound, Media
from conversation.jobs import FetchFile
from conversation.limits import MOST_FILES
from conversation.script import Question
from conversation.views.answers import read
from handlers.maintenance.export import COLUMNS, interviews, write
from storage.memory.store import MemoryStore
from tests.fakes.scene import Person, Scene
from tests.fakes.scripts import SCRIPT

SHA256 = "ab" * 32


def _allowing(question: Question, **changes: Any) -> Question:
    return replace(question, files="allowed", **changes) if question.id in ("about", "city") else question


def _script(**changes: Any) -> Any:
    stages = (
        replace(stage, questions=tuple(_allowing(each, **changes) for each in stage.questions))
        for stage in SCRIPT.stages
    )
    return replace(SCRIPT, stages=tuple(stages), version="files-1")


def photo(name: str = "", words: str = "", size: int = 0) -> i.OtherReceived:
    return i.OtherReceived("photo", Media("a photo", "photo", size=size), name, words)


class Answering:
    """Anna at her first question. The first and the second question accept files."""

    def __init__(self, scene: Scene, anna: Person, interview: str, script: Any) -> None:
        self.scene = scene
        self.anna = anna
        self.interview = interview
        self.script = script

    async def kept(self, number: int, name: str = "chart.png", sha256: str = SHA256) -> None:
        file = Attachment(name, sha256, "image/png")
        await self.told(number, i.FileArchived(number, file, 4_000, answer=True))

    async def lost(self, number: int, why: str = "gone") -> None:
        await self.told(number, i.FileLost(number, why, answer=True))

    async def told(self, number: int, what: i.What) -> None:
        await self.scene.intake.apply(self.interview, Inbound(f"file:{number}", what))

    async def hears(self) -> list[str]:
        return await self.anna.hears()

    async def answer(self, number: int = 0) -> list[tuple[str, str]]:
        """Return (text, file name) of each part that counts, "" for no file."""
        transcript = read(await self.scene.entries(self.interview), self.script)
        parts = transcript.answers[number].parts
        return [(part.text, part.file.name if part.file else "") for part in parts]

    async def events(self) -> list[e.AnyEvent]:
        return [event for entry in await self.scene.entries(self.interview) for event in entry.events]


async def answering(**changes: Any) -> Answering:
    scene, script = Scene(MemoryStore()), _script(**changes)
    interview, token = await scene.invited("Anna", script, code="spring")
    anna = scene.person("42")
    await anna.opens(token)
    await anna.presses("agree@-1")
    await scene.sent()
    return Answering(scene, anna, interview, script)


async def test_a_file_is_fetched_as_part_of_the_answer() -> None:
    it = await answering()
    await it.anna.does(photo("chart.png", "My chart.", 5_000))
    entry = await it.scene.store.jobs.take("fetch", "worker")
    assert entry is not None
    assert isinstance(entry.job, FetchFile)
    assert (entry.job.number, entry.job.name, entry.job.answer) == (1, "chart.png", True)
    assert entry.job.media == Media("a photo", "photo", size=5_000)
    (receipt,) = await it.hears()
    assert receipt == "📎 I have “chart.png” ✓ You can add more; choose “Submit” when you are done."
    await it.kept(1)
    assert await it.hears() == []
    assert await it.answer() == [("My chart.", "chart.png")]


async def test_an_album_has_one_receipt_and_words_in_between_another() -> None:
    it = await answering()
    await it.anna.does(*(photo() for _ in range(5)))
    assert len(await it.hears()) == 1
    await it.anna.says("These are my charts.")
    assert await it.hears() == []
    await it.anna.does(photo("last.png"))
    assert "last.png" in (await it.hears())[0]


async def test_an_answer_takes_so_many_files_and_the_words_of_one_too_many() -> None:
    it = await answering()
    await it.anna.does(*(photo(f"{number}.png") for number in range(MOST_FILES)))
    await it.hears()
    await it.anna.does(photo("more.png", "And one more."))
    (said,) = await it.hears()
    assert said.splitlines() == [
        "I can take 10 files with one answer; “more.png” is one too many. You can add words; choose “Submit” when "
        "you are done.",
        "The words you sent with it count as your answer ✓",
    ]
    answer = await it.answer()
    assert len(answer) == MOST_FILES + 1
    assert answer[-1] == ("And one more.", "")


async def test_what_is_said_to_be_too_large_is_not_fetched() -> None:
    it = await answering()
    await it.anna.does(photo("map.png", size=MOST_BYTES + 1))
    assert "too large (20 MB at most)" in (await it.hears())[0]
    await it.anna.does(photo("chart.png", size=MOST_BYTES))
    assert (await it.scene.state(it.interview)).files == 1
    await it.lost(1, "too_large")
    assert "“chart.png”: it is too large" in (await it.hears())[1]
    assert (await it.scene.state(it.interview)).parts == ()


async def test_a_file_alone_is_an_answer_that_is_handed_in_when_asked() -> None:
    it = await answering()
    await it.anna.does(photo())
    await it.anna.presses("submit@0")
    await it.anna.does(photo("city.png"))
    assert (await it.scene.state(it.interview)).index == 1
    await it.anna.presses("submit@1")
    assert "Submitted: “📎 city.png”" in (await it.hears())[-1]
    assert (await it.scene.state(it.interview)).index == 2
    assert await it.answer(0) == [("", "photo")]
    assert await it.answer(1) == [("", "city.png")]


async def test_what_was_dropped_is_not_missed_and_comes_back_without_what_was_lost() -> None:
    it = await answering()
    await it.anna.does(photo("one.png"), photo("two.png"))
    await it.anna.presses("redo@0")
    await it.hears()
    await it.lost(1)
    assert await it.hears() == []
    await it.anna.presses("undo@0")
    await it.kept(2)
    assert await it.answer() == [("", "chart.png")]
    assert [part.text for part in (await it.scene.state(it.interview)).parts] == ["two.png"]


async def test_the_words_beside_a_lost_file_count() -> None:
    it = await answering()
    await it.anna.does(photo("one.png", "My chart."))
    await it.lost(1)
    await it.anna.presses("submit@0")
    assert (await it.scene.state(it.interview)).index == 1
    assert await it.answer() == [("My chart.", "one.png")]


async def test_a_file_that_was_sent_before_the_answer_was_handed_in_belongs_to_it() -> None:
    it = await answering()
    await it.anna.says("About me.")
    it.scene.clock.forward(60_000)
    await it.anna.presses("submit@0")
    late = it.anna.brings(photo("late.png"), sent_ms=it.scene.clock.now - 30_000)
    await it.anna.intake.receive(late)
    assert (await it.hears())[-1].startswith("I just received your addition to the previous question")
    assert await it.answer(0) == [("About me.", ""), ("", "late.png")]
    assert await it.answer(1) == []


async def test_where_an_answer_must_be_spoken_files_alone_are_none() -> None:
    it = await answering(voice="required")
    await it.anna.does(photo("chart.png"))
    await it.anna.presses("submit@0")
    assert "please answer this question with a voice message, too" in (await it.hears())[-1]
    assert (await it.scene.state(it.interview)).index == 0
    await it.anna.does(i.VoiceReceived(Media("speech", duration_ms=5_000)))
    await it.anna.presses("submit@0")
    assert (await it.scene.state(it.interview)).index == 1


async def test_while_our_account_stands_still_files_are_kept_and_words_beside_others() -> None:
    it = await answering()
    brought = [
        photo("chart.png", "My chart."),
        i.OtherReceived("video", Media("a video", "video"), text="And a video of it."),
        i.OtherReceived("sticker", text="👍"),
    ]
    for what in brought:
        await it.anna.intake.receive(replace(it.anna.brings(what), halted=True))
    assert await it.answer() == [("My chart.", "chart.png"), ("And a video of it.", "")]
    refused = [event.kind for event in await it.events() if isinstance(event, e.NotTaken)]
    assert refused == ["video", "sticker"]


async def test_words_beside_what_is_no_picture_are_taken_where_files_are() -> None:
    it = await answering()
    await it.anna.does(i.OtherReceived("animation", Media("dance", "animation"), text="Like this."))
    told, _saved = await it.hears()
    assert told == "I can't take this kind of message; I have read the words you sent with it."
    assert await it.answer() == [("Like this.", "")]


async def test_files_to_people_and_in_answers_are_told_apart() -> None:
    it = await answering()
    await it.anna.does(photo("chart.png"))
    await it.anna.presses("support")
    await it.anna.does(photo("trouble.png", "This is what I see."))
    await it.anna.presses("back")
    await it.kept(1)
    file = Attachment("trouble.png", "cd" * 32, "image/png")
    await it.told(2, i.FileArchived(2, file, 10, "This is what I see.", first=True))
    events = await it.events()
    assert [type(event).__name__ for event in events if "File" in type(event).__name__] == [
        "PartFile",
        "SupportFile",
        "PartFileKept",
        "SupportFileKept",
    ]
    transcript = read(await it.scene.entries(it.interview), it.script)
    assert [line.file for line in transcript.support] == ["trouble.png"]
    assert await it.answer() == [("", "chart.png")]


async def test_exports_name_the_files(tmp_path: Path) -> None:
    it = await answering()
    await it.anna.does(photo("chart.png", "My chart."), photo())
    await it.kept(1)
    await it.anna.presses("submit@0")
    campaign = await it.scene.campaigns.find("spring")
    (row,) = [row async for row in interviews(it.scene.store, campaign)]
    kept, awaited = row["answers"][0]["parts"]
    assert (kept["kind"], kept["text"]) == ("file", "My chart.")
    assert kept["file"] == {"name": "chart.png", "sha256": SHA256, "media_type": "image/png", "size": 4_000}
    assert awaited["file"] == {"name": "photo", "sha256": None, "media_type": None, "size": None}
    target = tmp_path / "spring.csv"
    await write(it.scene.store, campaign, "csv", target)
    with target.open(encoding="utf-8-sig", newline="") as file:
        _, first, *_ = csv.reader(file)
    assert first[COLUMNS.index("text")] == f"My chart.\n[file chart.png, {SHA256}]\n[file photo, not there]"


async def test_the_candidates_copy_and_the_last_look_name_the_files() -> None:
    it = await answering()
    await it.anna.does(photo("chart.png", "My chart."), photo())
    await it.lost(2)
    await it.kept(1)
    await it.anna.presses("submit@0")
    await it.hears()
    await it.anna.commands("export")
    copy = await it.hears()
    assert any("My chart.\n📎 chart.png" in text for text in copy)
