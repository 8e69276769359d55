"""Candidates waiting for a transcript are told how many are ahead, after a minute and then once a minute.

This ends when they go on. Without a model, the platform's own transcript is shown meanwhile.
"""

import asyncio

from conversation.inbound import Address, ChoicePressed, Inbound
from tests.bot.speech.offices import FakeHearer, VoiceOffice, open_voice_office
from tests.fakes.virtual_time import virtual_time


def positions(office: VoiceOffice, user: str) -> list[str]:
    """Return what the receipts said about the queue, in order."""
    return [message.text for message in office.said(user) if message.quiet and "%" not in message.text]


async def _queue(office: VoiceOffice, *users: str) -> None:
    for user in users:
        await office.interview(user)
    for user in users:
        await office.speak(user, f"by-{user}")
        await asyncio.sleep(0.5)


@virtual_time
async def test_who_waits_for_a_minute_learns_the_place_in_the_queue() -> None:
    async with open_voice_office() as office:
        office.start(takes_s=150)
        await _queue(office, "a", "b", "c")
        await asyncio.sleep(57)
        assert positions(office, "b") == positions(office, "c") == []
        await asyncio.sleep(6)
        (second,), (third,) = positions(office, "b"), positions(office, "c")
        assert "1" in second
        assert "2" in third
        assert positions(office, "a") == [], "it is in hand"


@virtual_time
async def test_it_is_said_once_a_minute_by_any_number_of_workers() -> None:
    async with open_voice_office() as office:
        for _ in range(2):
            office.start(takes_s=1000)
        await _queue(office, "a", "b", "c", "d")
        await asyncio.sleep(60 * 10 + 30)
        assert positions(office, "a") == positions(office, "b") == [], "both are in hand"
        assert 9 <= len(positions(office, "c")) <= 11
        assert 9 <= len(positions(office, "d")) <= 11
        assert all("2" in text for text in positions(office, "c"))
        assert all("3" in text for text in positions(office, "d"))


@virtual_time
async def test_who_has_gone_on_is_not_disturbed() -> None:
    """Someone who has gone on no longer sees the receipt, so its position is not updated."""
    async with open_voice_office() as office:
        office.start(takes_s=1000)
        await _queue(office, "a", "b")
        submit = next(choice.token for choice in office.said("b")[0].choices if choice.token.startswith("submit"))
        pressed = Inbound("submit-b", ChoicePressed(submit), Address("telegram", "main", "b"), 0)
        assert await office.intake().receive(pressed) == "committed"
        await asyncio.sleep(300)
        assert positions(office, "b") == []


@virtual_time
async def test_while_there_is_no_model_the_platforms_own_text_is_shown_and_ours_follows() -> None:
    async with open_voice_office() as office:
        recognizer = FakeHearer()
        recognizer.why = "there is no speech model"
        office.start(recognizer=recognizer)
        await office.interview("a")
        await office.speak("a", "by-a", recognised="heard by the platform")
        await office.interview("b")
        await office.speak("b", "by-b")
        await asyncio.sleep(30)
        assert "heard by the platform" in office.said("a")[-1].text
        assert not any("heard by the platform" in message.text for message in office.said("b"))
        recognizer.why = None
        await office.all_done()
        assert ["by-a" in text for text in await office.texts("a")] == [True]
        assert "by-a" in office.said("a")[-1].text
