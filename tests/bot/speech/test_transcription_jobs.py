"""Recordings that cannot be recognised now, or never, and what is shown meanwhile."""

import asyncio

import pytest

from bot.media.archive import ArchiveDamaged, ArchiveUnavailable, NotArchived
from bot.speech.models import ModelMissing
from bot.speech.recognizer_process import HearingCrashed
from bot.speech.whisper import ModelBroken, Unheard
from conversation import events as e
from conversation.state import Record
from storage.errors import KeyDamaged
from storage.ports import JobEntry
from tests.bot.speech.offices import FakeHearer, VoiceOffice, open_voice_office
from tests.fakes.virtual_time import virtual_time

# no model


@virtual_time
async def test_without_a_model_recordings_are_kept_and_heard_when_there_is_one() -> None:
    async with open_voice_office() as office:
        for user in ("a", "b"):
            await office.interview(user)
        recognizer = FakeHearer()
        recognizer.why = "no model"
        office.start(recognizer=recognizer)
        for name in ("one", "two", "three"):
            await office.speak("a", name)
        await office.speak("b", "four")
        await office.until(lambda: len(office.archive.held) == 4, 5)
        await asyncio.sleep(1.0)
        told = [event for event in await office.results("a") if isinstance(event, e.TranscriptDelayed)]
        assert told == [], "a worker that has the model may be about to take it"
        await asyncio.sleep(100)
        delayed = [event for event in await office.results("a") if isinstance(event, e.TranscriptDelayed)]
        assert sorted(event.voice for event in delayed) == [1, 2, 3]
        assert recognizer.heard == []
        recognizer.why = None
        await office.all_done(30)
        assert [name for name in recognizer.heard if name != "four"] == ["one", "two", "three"]
        assert await office.texts("a") == ["说的是 one", "说的是 two", "说的是 three"]
        assert await office.texts("b") == ["说的是 four"]


@virtual_time
async def test_that_it_takes_longer_is_said_once_by_any_number_of_workers() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        for _ in range(3):
            recognizer = FakeHearer()
            recognizer.why = "no model"
            office.start(recognizer=recognizer)
        await office.speak("a", "hello")
        await asyncio.sleep(60)
        assert [type(event) for event in await office.results("a")] == [e.AudioKept, e.TranscriptDelayed]
        assert len(office.said("a")) == 2


@pytest.mark.parametrize("error", [ModelMissing("gone"), ModelBroken("damaged")])
def test_a_model_that_goes_while_it_is_used_costs_no_recording(error: Exception) -> None:
    @virtual_time
    async def go() -> None:
        async with open_voice_office() as office:
            await office.interview("a")
            worker = office.start()
            worker.recognizer.troubles["hello"].extend([error] * 5)
            await office.speak("a", "hello")
            await office.all_done(100)
            assert len(worker.recognizer.heard) == 6
            assert await office.texts("a") == ["说的是 hello"]

    go()


# recordings that make trouble


@virtual_time
async def test_who_brings_the_child_down_three_times_is_told_so_once() -> None:
    async with open_voice_office() as office:
        for user in ("a", "b"):
            await office.interview(user)
        worker = office.start()
        worker.recognizer.troubles["bad"].extend([HearingCrashed("it died")] * 9)
        worker.recognizer.troubles["once"].append(HearingCrashed("it died"))
        await office.speak("a", "bad")
        await office.speak("b", "once")
        await office.all_done(60)
        assert worker.recognizer.heard.count("bad") == 3
        kept, failed = await office.results("a")
        assert isinstance(kept, e.AudioKept)
        assert failed == e.TranscriptFailed(1, "failed")
        assert await office.texts("b") == ["说的是 once"]


@virtual_time
async def test_what_was_not_understood_is_in_the_record_with_its_reason() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        worker = office.start()
        worker.recognizer.troubles["hiss"].append(Unheard("noise", 4_000, "谢谢观看"))
        await office.speak("a", "hiss")
        await office.all_done(10)
        assert (await office.results("a"))[1] == e.TranscriptFailed(1, "noise", 4_000, "谢谢观看")


@virtual_time
async def test_a_recording_that_is_damaged_in_the_archive_is_said_again() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.archive.get_troubles.append(ArchiveDamaged("ab" * 32))
        office.start()
        await office.speak("a", "hello")
        await office.all_done(10)
        assert (await office.results("a"))[1] == e.TranscriptFailed(1, "broken")


@virtual_time
async def test_an_archive_that_is_away_or_lacks_a_recording_is_asked_again() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.archive.get_troubles += [ArchiveUnavailable("away"), NotArchived("ab" * 32)] * 10
        office.start()
        await office.speak("a", "hello")
        await office.all_done(21 * 62)
        assert await office.texts("a") == ["说的是 hello"]


@virtual_time
async def test_a_recording_that_nobody_finds_for_a_day_is_given_up() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        worker = office.start()
        await office.speak("a", "hello")
        await office.until(lambda: bool(office.archive.held))
        office.archive.held.clear()
        await asyncio.sleep(100)
        office.skip(24 * 3600 - 200)
        await asyncio.sleep(70)
        assert len(await office.results("a")) == 1
        await office.all_done(120)
        assert (await office.results("a"))[1] == e.TranscriptFailed(1, "failed")
        assert worker.recognizer.heard == []


# what nobody expected


@virtual_time
async def test_a_job_that_fails_is_put_away_whole_and_told_and_the_next_goes_on() -> None:
    async with open_voice_office() as office:
        broken, _ = [await office.interview(user) for user in ("a", "b")]
        worker = office.start()
        worker.recognizer.troubles["bad"].append(KeyError("张三 said something"))
        office.voices.troubles["worse"].append(ZeroDivisionError())
        await office.speak("a", "bad")
        await office.speak("b", "worse")
        await office.speak("b", "fine")
        await office.all_done(30)
        assert (await office.results("a"))[1] == e.TranscriptFailed(1, "failed")
        lost, *rest = await office.results("b")
        assert lost == e.AudioLost(1, "gone")
        assert await office.texts("b") == ["说的是 fine"]
        assert len(rest) == 2
        buried = {why: payload for _, why, payload in office.outbox.buried}
        assert sorted(buried) == ["KeyError", "ZeroDivisionError"]
        assert broken.encode() in buried["KeyError"]
        assert b"worse" in buried["ZeroDivisionError"]


@virtual_time
async def test_a_job_whose_interview_cannot_be_read_is_put_away_and_the_next_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_voice_office() as office:
        broken, _ = await office.interview("a"), await office.interview("b")
        await office.speak("a", "lost")
        await office.speak("b", "hello")
        load = office.store.interviews.load

        async def damaged(interview: str) -> Record | None:
            if interview == broken:
                raise KeyDamaged("something else is under this key", code="WRONGTYPE")
            return await load(interview)

        monkeypatch.setattr(office.store.interviews, "load", damaged)
        office.start()
        await office.all_done(60)
        assert await office.texts("b") == ["说的是 hello"]
        assert {why for _, why, _ in office.outbox.buried} == {"KeyDamaged"}


@virtual_time
async def test_what_cannot_be_read_is_put_away_whole() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        for number, queue in enumerate(("fetch", "transcribe")):
            entry = JobEntry(f"1-{10_000 + number}", 3, queue, None, b"\xc1" + queue.encode())  # type: ignore[arg-type] # both are queues
            office.store.jobs._entries[entry.place] = entry
        office.start()
        await office.speak("a", "hello")
        await office.all_done(10)
        assert sorted(office.outbox.buried) == [
            ("fetch", "unreadable", b"\xc1fetch"),
            ("transcribe", "unreadable", b"\xc1transcribe"),
        ]
        assert await office.texts("a") == ["说的是 hello"]


@virtual_time
async def test_an_interview_whose_script_is_gone_stops_nobody_else() -> None:
    """Neither its job nor the notice that transcripts take longer holds up others."""
    async with open_voice_office() as office:
        for user in ("a", "b"):
            await office.interview(user)
        recognizer = FakeHearer()
        recognizer.why = "no model"
        await office.speak("a", "first")
        await office.speak("b", "second")
        worker = office.start(recognizer=recognizer)
        await office.until(lambda: len(office.archive.held) == 2, 5)
        scripts = office.store.directory._scripts.copy()
        office.store.directory._scripts.clear()
        await worker.stop()
        office.start(recognizer=recognizer)  # a new worker, which has no script cached
        await asyncio.sleep(10)
        assert not any(isinstance(event, e.TranscriptDelayed) for event in await office.results("b"))
        office.store.directory._scripts.update(scripts)
        await asyncio.sleep(10)
        assert isinstance((await office.results("b"))[1], e.TranscriptDelayed)


# how far it is


def _progress(office: VoiceOffice, user: str) -> list[int]:
    """Return the percentages on the receipt, in order."""
    shown = [message.text for message in office.said(user) if message.quiet and "%" in message.text]
    return [int(text.partition("%")[0].split()[-1].strip("…")) for text in shown]


@virtual_time
async def test_a_long_recordings_progress_is_on_its_receipt_until_the_transcript_is() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.start(takes_s=32)
        await office.speak("a", "long")
        await office.all_done(60)
        await asyncio.sleep(60)
        said = office.said("a")
        percentages = _progress(office, "a")
        assert len(percentages) == 6
        assert percentages == sorted(set(percentages))
        assert percentages[-1] < 100
        assert "说的是 long" in said[-1].text
        assert {message.subject for message in said} == {"voice:1"}
        assert len(said) == 8


@virtual_time
async def test_what_is_still_on_its_way_never_comes_after_the_transcript() -> None:
    """A delayed progress update never arrives after the transcript, for any delay of the store."""
    for takes_s in range(4, 13):
        for delay_s in (0.5, 1.0, 2.5, 4.0):
            async with open_voice_office() as office:
                await office.interview("a")
                worker = office.start(takes_s=takes_s)
                worker.line.delays = {"beside": delay_s}
                await office.speak("a", "long")
                await office.all_done(60)
                await asyncio.sleep(9)
                assert "说的是 long" in office.said("a")[-1].text


@virtual_time
async def test_progress_that_cannot_be_shown_costs_nothing() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        worker = office.start(takes_s=32)
        worker.line.plan = lambda number, name: "before" if name == "beside" and number % 2 else ""
        await office.speak("a", "long")
        await office.all_done(40)
        assert await office.texts("a") == ["说的是 long"]
