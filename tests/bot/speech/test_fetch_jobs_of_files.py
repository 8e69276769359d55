"""Files in answers are fetched and kept like recordings, and retried while that can succeed."""

import asyncio
import hashlib

import pytest
from msgspec.structs import replace

from bot.channels.base import MediaGone, TryLater
from bot.media import attachments
from conversation import events as e
from conversation.inbound import Attachment
from tests.bot.speech.offices import VoiceOffice, open_voice_office
from tests.fakes.virtual_time import virtual_time

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
SHA256 = hashlib.sha256(PNG).hexdigest()


async def _candidate(office: VoiceOffice) -> None:
    """Start an interview whose questions accept files."""
    office.script = "files"
    await office.interview("a")


async def _results(office: VoiceOffice) -> list[e.Event]:
    kinds = e.PartFileKept | e.PartFileLost | e.SupportFileKept | e.SupportFileLost
    return [event for event in await office.events("a") if isinstance(event, kinds)]


async def _fails(office: VoiceOffice, file: str, times: int, every_s: float) -> None:
    """Let this many attempts fail, and the time pass that the platform asks for after each."""
    for number in range(times):
        assert len(office.voices.asked[file]) == number, "not before its time"
        await office.until(lambda number=number: len(office.voices.asked[file]) > number, 30)  # type: ignore[misc]
        await asyncio.sleep(1)
        office.skip(every_s)


@virtual_time
async def test_a_file_of_an_answer_is_kept_and_nobody_is_told() -> None:
    async with open_voice_office() as office:
        await _candidate(office)
        office.voices.troubles["chart"].append(PNG)
        office.start()
        await office.show("a", "chart")
        await office.all_done(30)
        assert await _results(office) == [
            e.PartFileKept(1, Attachment("chart.png", SHA256, "image/png"), len(PNG))
        ]
        assert office.archive.held == {SHA256: PNG}
        (receipt,) = office.said("a")
        assert "chart.png" in receipt.text


@virtual_time
async def test_it_is_tried_for_as_long_as_the_platform_keeps_it() -> None:
    async with open_voice_office(media_life_s=3 * 3600) as office:
        await _candidate(office)
        office.voices.troubles["chart"].extend([*[TryLater("busy", 600.0)] * 6, PNG])
        office.start()
        await office.show("a", "chart")
        await _fails(office, "chart", times=6, every_s=600)
        await office.all_done(30)
        assert [type(each) for each in await _results(office)] == [e.PartFileKept]
        office.voices.troubles["late"].extend([TryLater("busy", 3600.0)] * 5)
        await office.show("a", "late")
        await _fails(office, "late", times=3, every_s=3600)
        await office.all_done(30)
        assert (await _results(office))[-1] == e.PartFileLost(2, "expired")
        assert "late.png" in office.said("a")[-1].text


@pytest.mark.parametrize("why", ["gone", "too_large"])
def test_what_cannot_be_had_is_told_at_once(why: str) -> None:
    @virtual_time
    async def go() -> None:
        async with open_voice_office() as office:
            await _candidate(office)
            office.voices.troubles["chart"].append(MediaGone(why))
            office.start()
            await office.show("a", "chart")
            await office.all_done(3)
            assert await _results(office) == [e.PartFileLost(1, why)]

    go()


@virtual_time
async def test_an_empty_file_is_none() -> None:
    async with open_voice_office() as office:
        await _candidate(office)
        office.voices.troubles["chart"].append(b"")
        office.start()
        await office.show("a", "chart")
        await office.all_done(3)
        assert await _results(office) == [e.PartFileLost(1, "gone")]


def test_no_file_is_larger_than_agreed_whatever_the_platform_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.speech.fetch_jobs.MOST_BYTES", 100)
    assert attachments.MOST_BYTES == 20 * 1024 * 1024

    @virtual_time
    async def go() -> None:
        async with open_voice_office() as office:
            await _candidate(office)
            office.voices.troubles["chart"].append(PNG + bytes(100))
            office.start()
            await office.show("a", "chart")
            await office.all_done(3)
            assert await _results(office) == [e.PartFileLost(1, "too_large")]
            assert not office.archive.held

    go()


@virtual_time
async def test_without_space_a_file_is_not_fetched_and_the_candidate_is_asked_to_describe_it() -> None:
    async with open_voice_office() as office:
        await _candidate(office)
        office.short_of_space = True
        office.start()
        await office.show("a", "chart")
        await office.all_done(30)
        assert (office.archive.held, office.voices.asked["chart"]) == ({}, [])
        assert await _results(office) == [e.PartFileLost(1, "no_space")]
        assert "chart.png" in office.said("a")[-1].text
        assert "请用文字说明" in office.said("a")[-1].text


@virtual_time
async def test_what_is_in_our_archive_already_needs_no_space() -> None:
    """Our own page stores a file before its event is accepted: what was accepted is not lost."""
    async with open_voice_office() as office:
        await _candidate(office)
        channel = office.channels.all()[0]
        channel.capabilities = replace(channel.capabilities, kept=True)
        office.voices.troubles["chart"].append(PNG)
        office.short_of_space = True
        office.start()
        await office.show("a", "chart")
        await office.all_done(30)
        assert [type(each) for each in await _results(office)] == [e.PartFileKept]
