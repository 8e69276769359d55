"""Recordings are fetched before the platform deletes them, repeatedly if necessary, and kept unchanged."""

import asyncio
import itertools

import pytest

from bot.channels.base import MediaGone, Registry, TryLater
from bot.media.archive import ArchiveUnavailable
from conversation import events as e
from tests.bot.speech.offices import open_voice_office, recording
from tests.fakes.virtual_time import virtual_time

DAY_S = 24 * 3600


def pauses(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in itertools.pairwise(times)]


@virtual_time
async def test_what_cannot_be_fetched_now_is_tried_again_after_longer_and_longer_pauses() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.voices.troubles["hello"].extend([TryLater("busy")] * 11)
        office.start()
        await office.speak("a", "hello")
        await office.all_done(3600)
        waited = pauses(office.voices.asked["hello"])
        planned = [min(2.0**attempt, 300) for attempt in range(11)]
        for got, wanted in zip(waited, planned, strict=True):
            assert wanted <= got < wanted + 1.5
        assert await office.texts("a") == ["说的是 hello"]


@virtual_time
async def test_the_platform_says_how_long_to_wait() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.voices.troubles["hello"].extend([TryLater("busy", 40.0), TryLater("busy", 0.1)])
        office.start()
        await office.speak("a", "hello")
        await office.all_done(60)
        first, second = pauses(office.voices.asked["hello"])
        assert 40 <= first < 41.5
        assert 2 <= second < 3.5


@virtual_time
async def test_who_waits_holds_up_nobody() -> None:
    async with open_voice_office() as office:
        for user in ("a", "b", "c"):
            await office.interview(user)
        office.voices.troubles["slow"].extend([TryLater("busy", 600.0)])
        office.start()
        for number in range(15):
            office.voices.troubles[f"slow-{number}"].append(TryLater("busy", 600.0))
            await office.speak("ac"[number % 2], f"slow-{number}")
        await office.speak("b", "quick")
        await office.until(lambda: recording("quick") in office.archive.held.values(), 3)
        assert len(office.archive.held) == 1
        await office.all_done(700)
        assert len(office.archive.held) == 16


@virtual_time
async def test_an_archive_that_is_away_is_tried_again() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.archive.put_troubles.extend([ArchiveUnavailable("full")] * 6)
        office.start()
        await office.speak("a", "hello")
        await office.all_done(100)
        assert await office.texts("a") == ["说的是 hello"]


@pytest.mark.parametrize("body", [b'{"errcode":40001,"errmsg":"invalid credential"}', b"<html>busy</html>"])
def test_a_text_in_the_place_of_the_recording_is_no_recording(body: bytes) -> None:
    @virtual_time
    async def go() -> None:
        async with open_voice_office() as office:
            await office.interview("a")
            office.voices.troubles["hello"].extend([body, body])
            office.start()
            await office.speak("a", "hello")
            await office.all_done(30)
            assert list(office.archive.held.values()) == [recording("hello")]
            assert len(office.voices.asked["hello"]) == 3

    go()


@virtual_time
async def test_a_text_that_was_sent_as_a_recording_is_kept_and_said_to_be_none() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.voices.troubles["hello"].extend([b'{"a": "poem"}'] * 20)
        office.start()
        await office.speak("a", "hello")
        await office.until(lambda: b'{"a": "poem"}' in office.archive.held.values(), 600)
        assert len(office.voices.asked["hello"]) == 7


@pytest.mark.parametrize("why", ["gone", "too_large"])
def test_what_the_platform_will_never_give_is_told_at_once(why: str) -> None:
    @virtual_time
    async def go() -> None:
        async with open_voice_office() as office:
            await office.interview("a")
            office.voices.troubles["hello"].append(MediaGone(why))
            office.start()
            await office.speak("a", "hello")
            await office.all_done(3)
            assert await office.results("a") == [e.AudioLost(1, why)]
            assert len(office.voices.asked["hello"]) == 1
            _receipt, told = office.said("a")
            assert told.subject == "voice:1"
            assert not told.quiet

    go()


@virtual_time
async def test_what_is_said_to_be_too_large_is_not_fetched() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.start()
        await office.speak("a", "hello", size=1001)
        await office.all_done(3)
        assert await office.results("a") == [e.AudioLost(1, "too_large")]
        assert office.voices.asked["hello"] == []


@virtual_time
async def test_what_turns_out_to_be_too_large_is_not_kept() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.voices.troubles["hello"].append(recording("x" * 1000))
        office.start()
        await office.speak("a", "hello", size=10)
        await office.all_done(3)
        assert await office.results("a") == [e.AudioLost(1, "too_large")]
        assert not office.archive.held


@pytest.mark.parametrize(("media_life_s", "patience_s"), [(3 * DAY_S, 3 * DAY_S), (0, 7 * DAY_S), (900, 900)])
def test_nobody_tries_for_longer_than_the_platform_keeps_it(media_life_s: int, patience_s: int) -> None:
    @virtual_time
    async def go() -> None:
        async with open_voice_office(media_life_s=media_life_s) as office:
            await office.interview("a")
            office.voices.troubles["hello"].extend([TryLater("busy")] * 100)
            office.start()
            await office.speak("a", "hello")
            begun = office.now()
            await asyncio.sleep(100)
            office.skip(patience_s - 500)
            while office.left:
                assert office.now() - begun < (patience_s + 302) * 1000
                await asyncio.sleep(1)
            assert office.now() - begun >= patience_s * 1000
            assert await office.results("a") == [e.AudioLost(1, "expired")]
            assert len(office.voices.asked["hello"]) > 8

    go()


@virtual_time
async def test_an_account_that_this_process_does_not_have_is_waited_for() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        accounts, office.channels = office.channels, Registry()
        lacking = office.start()
        await office.speak("a", "hello")
        await asyncio.sleep(30)
        assert office.left == 1
        assert await office.results("a") == []
        await lacking.stop()
        office.channels = accounts
        office.start()
        await office.all_done(120)
        assert await office.texts("a") == ["说的是 hello"]


@virtual_time
async def test_without_space_nothing_is_fetched_and_the_candidate_is_asked_to_type() -> None:
    async with open_voice_office() as office:
        await office.interview("a")
        office.short_of_space = True
        office.start()
        await office.speak("a", "hello")
        await office.all_done(30)
        assert (office.archive.held, office.voices.asked["hello"]) == ({}, [])
        received = [each for each in await office.events("a") if isinstance(each, e.VoiceReceived)]
        assert [each.reference for each in received] == ["hello"]  # what came is in the record
        assert await office.results("a") == [e.AudioLost(1, "no_space")]
        assert "请改用文字回答" in office.said("a")[-1].text
        office.short_of_space = False
        await office.speak("a", "again")
        await office.all_done(30)
        assert await office.texts("a") == ["说的是 again"]
