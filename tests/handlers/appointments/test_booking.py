"""Candidates book, move and cancel the times that colleagues open, never more of them than there are places."""

import asyncio
from typing import cast

import pytest

from conversation import inbound as i
from conversation.decide.appointments import booking
from conversation.jobs import ClaimPlace
from conversation.script import LANGUAGES
from handlers.organisation.repository import audit_organisation, load
from storage.memory.store import MemoryStore
from tests.handlers.appointments.booking import FIRST, SECOND, THIRD, Booking
from tests.handlers.console.appointments import requests_of
from tests.handlers.console.desk import texts

HOUR = 3600_000
ANOTHER, CANCEL = "Choose another time", "Cancel appointment"


@pytest.fixture
async def desk() -> Booking:
    desk = Booking(MemoryStore())
    await desk.opens_times()
    return desk


async def test_one_tap_books_and_both_sides_get_the_same_event(desk: Booking) -> None:
    await desk.invited("Mia")
    assert desk.labels("Mia") == [FIRST, SECOND, THIRD]
    (notice,) = await desk.books("Mia", SECOND)
    assert await desk.place("Mia") == "08 09:30"
    said = desk.last("Mia")
    assert "Tue 8 December 09:30–10:00 (UTC+8), Room 3" in said.text
    assert "Until 8 December, 05:30" in said.text
    assert "**" not in said.text
    assert "Mia" in notice.text
    assert "09:30" in notice.text
    theirs, ours = (desk.calendar(each) for each in (said, notice))
    (event,), (staff_event,) = theirs.walk("VEVENT"), ours.walk("VEVENT")
    assert theirs["METHOD"] == ours["METHOD"] == "REQUEST"
    assert event["UID"] == staff_event["UID"]
    assert event["DTSTART"].dt.isoformat() == "2026-12-08T01:30:00+00:00"
    assert event["LOCATION"] == "Room 3"
    assert "Mia" in staff_event["SUMMARY"]
    assert "Mia" not in event["SUMMARY"]


async def test_a_move_gives_up_the_old_time_and_the_calendar_follows(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    before = desk.calendar(desk.last("Mia")).walk("VEVENT")[0]
    await desk.books("Mia", ANOTHER)
    assert desk.labels("Mia") == [SECOND, THIRD, CANCEL]
    (notice,) = await desk.books("Mia", THIRD)
    assert "moved to" in notice.text
    after = desk.calendar(desk.last("Mia")).walk("VEVENT")[0]
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]
    await desk.books("Leo", FIRST)
    assert [await desk.place(each) for each in ("Mia", "Leo")] == ["08 10:00", "08 09:00"]


async def test_a_result_replaces_its_own_receipt_unless_it_has_a_file(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    await desk.books("Leo", FIRST)
    ours, theirs = (
        [each.subject for each in desk.heard if each.to == desk.address_of(name)][-2:] for name in ("Mia", "Leo")
    )
    assert ours == ["appointment.1", ""]
    assert desk.last("Mia").file
    assert theirs == ["appointment.1", "appointment.1"]
    await desk.books("Leo", SECOND)
    assert [each.subject for each in desk.heard][-2:] == ["appointment.2", ""]


async def test_a_cancelled_time_is_free_again(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    (notice,) = await desk.books("Mia", CANCEL)
    assert "cancelled" in notice.text
    assert desk.calendar(notice)["METHOD"] == desk.calendar(desk.last("Mia"))["METHOD"] == "CANCEL"
    assert not await desk.place("Mia")
    await desk.books("Leo", FIRST)
    assert await desk.place("Leo") == "08 09:00"
    await desk.books("Mia", ANOTHER)
    assert desk.labels("Mia") == [SECOND, THIRD]


async def test_a_move_to_a_time_that_was_just_taken_keeps_the_old_one(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    await desk.books("Mia", ANOTHER)
    await desk.books("Leo", SECOND)
    assert await desk.books("Mia", SECOND) == []
    assert "just been taken" in desk.last("Mia").text
    assert desk.labels("Mia") == [THIRD, CANCEL]
    assert await desk.place("Mia") == "08 09:00"


async def test_the_last_place_goes_to_one_of_those_who_want_it_at_once() -> None:
    desk = Booking(MemoryStore())
    await desk.opens_times("/slots spring 12-08 09:00-09:30 places 2")
    names = ["Mia", "Leo", "Ida", "Ben", "Zoe"]
    await desk.invited(*names)
    for name in names:
        await desk.taps(name, FIRST)
    entries = [await desk.store.jobs.take("places", f"worker-{number}") for number in range(2 * len(names))]
    jobs = [cast(ClaimPlace, each.job) for each in entries if each]
    assert len(jobs) == len(names)
    await asyncio.gather(*(desk.requests.handle(job) for job in [*jobs, *jobs]))
    await desk.sent()
    booked = [name for name in names if await desk.place(name)]
    assert len(booked) == 2
    for name in names:
        assert ("You are booked" in desk.last(name).text) == (name in booked)
    await audit_organisation(desk.store)


class Killed(Exception):
    """The process dies here."""


@pytest.mark.parametrize("step", range(1, 12))
async def test_a_worker_that_dies_anywhere_leaves_one_booking_or_none(step: int) -> None:
    """The worker dies at one of its calls of the store; then another does the job again."""
    desk = Booking(MemoryStore())
    await desk.opens_times("/slots spring 12-08 09:00-09:30")
    await desk.invited("Mia", "Leo")
    await desk.taps("Mia", FIRST)
    entry = await desk.store.jobs.take("places", "worker")
    assert entry
    job = cast(ClaimPlace, entry.job)
    with_deaths = requests_of(desk)
    interviews = desk.store.interviews
    calls = 0
    commit, load_, blob = interviews.commit, interviews.load, interviews.blob

    def dies() -> None:
        nonlocal calls
        calls += 1
        if calls == step:
            raise Killed

    async def committing(what: object) -> object:
        dies()
        answer = await commit(what)  # type: ignore[arg-type]  # passed on as it is
        dies()
        return answer

    async def loading(interview: str) -> object:
        dies()
        return await load_(interview)

    async def reading(name: str) -> object:
        dies()
        return await blob(name)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(interviews, "commit", committing)
        patched.setattr(interviews, "load", loading)
        patched.setattr(interviews, "blob", reading)
        try:
            await with_deaths.handle(job)
        except Killed:
            desk.intake.forget(desk.interview_of("Mia"))
    held_before = (await load(desk.store)).state.places
    assert len(held_before) <= 1
    await desk.taps("Leo", FIRST)
    await desk.requests.handle(job)
    await desk.work()
    assert await desk.place("Mia") == "08 09:00"
    assert not await desk.place("Leo")
    told = [each.text for each in desk.heard if "You are booked" in each.text]
    assert len(told) == 1


async def test_a_second_tap_while_a_request_is_handled_asks_nothing_more(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.taps("Mia", FIRST)
    await desk.taps("Mia", SECOND)
    assert len(await desk.waiting()) == 1
    await desk.work()
    assert await desk.place("Mia") == "08 09:00"


async def test_a_request_that_was_superseded_books_nothing(desk: Booking) -> None:
    """The first job comes only after the second one was handled, long after the candidate had tried again."""
    await desk.invited("Mia")
    await desk.taps("Mia", FIRST)
    late = await desk.store.jobs.take("places", "lost")
    assert late
    desk.now += booking.PATIENCE_MS + 1
    await desk.books("Mia", SECOND)
    await desk.requests.handle(cast(ClaimPlace, late.job))
    assert await desk.place("Mia") == "08 09:30"


async def test_a_request_that_fails_says_so_and_can_be_made_again(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.taps("Mia", FIRST)
    entry = await desk.store.jobs.take("places", "worker")
    assert entry
    failed = desk.requests.failed(cast(ClaimPlace, entry.job))
    await desk.intake.apply(desk.interview_of("Mia"), failed)
    await desk.sent()
    assert "our fault" in desk.last("Mia").text
    await desk.books("Mia", ANOTHER)
    await desk.books("Mia", FIRST)
    assert await desk.place("Mia") == "08 09:00"


async def test_many_times_are_chosen_by_day(desk: Booking) -> None:
    await desk.opens_times("/slots spring 12-09 09:00-14:00 every 30m", campaign=False)
    await desk.invited("Mia")
    assert desk.labels("Mia") == ["Tue 8 December (3 times)", "Wed 9 December (10 times)"]
    await desk.taps("Mia", "Wed 9 December (10 times)")
    await desk.sent()
    assert desk.labels("Mia") == [
        *(f"Wed 9 December {hour}" for hour in ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00")),
        "Wed 9 December 12:30",
        "More",
        ANOTHER,
    ]
    await desk.taps("Mia", "More")
    await desk.sent()
    assert desk.labels("Mia")[:2] == ["Wed 9 December 13:00", "Wed 9 December 13:30"]
    await desk.does("Mia", i.TextReceived("2"))
    await desk.work()
    assert await desk.place("Mia") == "09 13:30"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_typed_words_book_move_and_cancel(language: str) -> None:
    desk = Booking(MemoryStore(), language)
    await desk.opens_times()
    await desk.invited("Mia")
    await desk.does("Mia", i.TextReceived("1"))
    await desk.work()
    assert await desk.place("Mia") == "08 09:00"
    await desk.does("Mia", i.TextReceived({"zh": "换个时间", "en": "another time"}[language]))
    await desk.work()
    await desk.does("Mia", i.TextReceived("2"))
    await desk.work()
    assert await desk.place("Mia") == "08 10:00"
    await desk.does("Mia", i.TextReceived({"zh": "取消预约", "en": "cancel appointment"}[language]))
    await desk.work()
    assert not await desk.place("Mia")


async def test_the_own_record_says_when_and_where(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.does("Mia", i.CommandReceived("mydata"))
    await desk.sent()
    assert "Your next round: Tue 8 December 09:00–09:30 (UTC+8), Room 3" in desk.last("Mia").text
    assert desk.labels("Mia") == [ANOTHER, CANCEL]


async def test_two_who_opened_times_each_learn_of_a_move(desk: Booking) -> None:
    await desk.joins("lee", "recruiter")
    await desk.says("lee", "/slots spring 12-09 09:00-09:30")
    await desk.confirms("lee")
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.books("Mia", ANOTHER)
    sent = await desk.books("Mia", "Wed 9 December 09:00")
    kinds = {str(each.to): (desk.calendar(each)["METHOD"], each.text) for each in sent}
    (theirs,) = [text for method, text in kinds.values() if method == "REQUEST"]
    (ours,) = [text for method, text in kinds.values() if method == "CANCEL"]
    assert "9 December 09:00" in theirs
    assert "8 December 09:00" in ours


async def test_who_may_no_longer_read_is_not_notified(desk: Booking) -> None:
    await desk.joins("lee", "recruiter")
    await desk.says("lee", "/slots spring 12-09 09:00-09:30")
    await desk.confirms("lee")
    await desk.invited("Mia")
    await desk.says("boss", "/staff revoke lee recruiter")
    await desk.confirms()
    sent = await desk.books("Mia", "Wed 9 December 09:00")
    assert not any("Mia" in each for each in texts(sent) if each)
    assert await desk.place("Mia") == "09 09:00"
