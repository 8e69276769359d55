"""What happens to appointments later: times are withdrawn, candidates erased, campaigns closed, and reminders."""

from typing import cast

import pytest

from conversation import inbound as i
from conversation.events.appointments import AppointmentReminded, PlaceKnown
from conversation.jobs import ClaimPlace
from conversation.record.audit import is_erased, unseal
from conversation.timing.slots import NOTICE_MS
from handlers.organisation.repository import load
from storage.memory.store import MemoryStore
from tests.handlers.appointments.booking import FIRST, SECOND, THIRD, Booking

HOUR = 3600_000
ANOTHER, CANCEL = "Choose another time", "Cancel appointment"


@pytest.fixture
async def desk() -> Booking:
    desk = Booking(MemoryStore())
    await desk.opens_times()
    return desk


async def test_a_withdrawn_time_is_said_and_others_are_offered(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    await desk.books("Leo", SECOND)
    await desk.says("boss", "/slots spring")
    (preview,) = await desk.presses("boss", "Withdraw 12-08 09:00")
    assert "Mia" in preview.text
    assert "Leo" not in preview.text
    sent = await desk.confirms()
    assert any("cancelled" in each.text for each in sent)
    said = desk.last("Mia")
    assert "we had to cancel" in said.text
    assert desk.labels("Mia") == [THIRD]
    assert desk.calendar(said)["METHOD"] == "CANCEL"
    assert [await desk.place(each) for each in ("Mia", "Leo")] == ["", "08 09:30"]
    await desk.books("Mia", THIRD)
    assert desk.calendar(desk.last("Mia"))["METHOD"] == "REQUEST"
    assert await desk.place("Mia") == "08 10:00"


async def test_a_time_withdrawn_while_it_is_being_booked_is_not_booked(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.taps("Mia", FIRST)
    await desk.says("boss", "/slots spring")
    await desk.presses("boss", "Withdraw 12-08 09:00")
    await desk.confirms()
    await desk.work()
    assert not await desk.place("Mia")
    assert desk.labels("Mia") == [SECOND, THIRD]


async def test_an_erased_candidate_leaves_a_free_place_and_no_byte_of_the_name(desk: Booking) -> None:
    name = "Xaviera Quill"
    await desk.invited(name, "Leo")
    await desk.books(name, FIRST)
    assert any(name.encode() in data for data in desk.archive.values())
    interview = desk.interview_of(name)
    await desk.says("boss", f"/forget {interview}")
    await desk.confirms()
    await desk.erases()
    assert interview not in (await load(desk.store)).state.places
    assert not any(name.encode() in data for data in desk.archive.values())
    stored = await desk.store.interviews.entries(interview)
    assert all(is_erased(each) or name.encode() not in each for each in stored)
    organisation = await desk.store.interviews.entries("office")
    assert not any(name.encode() in each for each in organisation)
    await desk.books("Leo", FIRST)
    assert await desk.place("Leo") == "08 09:00"


async def test_somebody_erased_while_they_book_holds_no_place(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.taps("Mia", FIRST)
    entry = await desk.store.jobs.take("places", "worker")
    assert entry
    interview, job = desk.interview_of("Mia"), cast(ClaimPlace, entry.job)
    files, apply = len(desk.archive), desk.intake.apply

    async def erased_first(to: str, inbound: i.Inbound) -> object:
        await apply(to, i.Inbound("erase", i.ErasureOrdered("boss")))
        return await apply(to, inbound)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(desk.intake, "apply", erased_first)
        await desk.requests.handle(job)
    place = (await load(desk.store)).state.places[interview]
    assert not place.slot
    assert len(desk.archive) == files


async def test_a_closed_campaign_still_lets_those_who_are_invited_book(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.says("boss", "/close spring")
    await desk.confirms()
    await desk.books("Mia", FIRST)
    assert await desk.place("Mia") == "08 09:00"


async def test_shortly_before_the_start_nothing_can_be_changed(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    held = (await desk.state("Mia")).appointment
    assert held
    assert held.held
    desk.now = held.held.starts_ms - NOTICE_MS - 60_000
    await desk.taps("Mia", ANOTHER)
    await desk.work()
    desk.now = held.held.starts_ms - NOTICE_MS + 60_000
    await desk.taps("Mia", CANCEL)
    await desk.taps("Mia", THIRD)
    await desk.sent()
    assert await desk.waiting() == []
    assert "too close to change" in desk.last("Mia").text
    assert await desk.place("Mia") == "08 09:00"


async def test_a_request_that_is_handled_too_late_changes_nothing(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.taps("Mia", CANCEL)
    desk.now += 30 * 24 * HOUR
    await desk.work()
    assert await desk.place("Mia") == "08 09:00"


async def test_reminders_come_the_day_before_and_in_the_morning_and_once_each(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    desk.heard.clear()
    desk.now += 30 * 24 * HOUR
    await desk.ticks()
    await desk.sent()
    reminders = [each.text.split("\n")[0] for each in desk.heard]
    assert reminders == [
        "A reminder: your next round starts at 09:00 tomorrow (8 December).",
        "A reminder: your next round starts at 09:00 today.",
    ]
    entries = [unseal(each)[1] for each in await desk.store.interviews.entries(desk.interview_of("Mia"))]
    when = [each.at_ms for each in entries if any(isinstance(event, AppointmentReminded) for event in each.events)]
    held = next(
        event.held for each in entries for event in each.events if isinstance(event, PlaceKnown) and event.held
    )
    assert [(held.starts_ms - each) // HOUR for each in when] == [24, 1]


async def test_who_has_cancelled_is_not_reminded(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.books("Mia", CANCEL)
    desk.heard.clear()
    desk.now += 30 * 24 * HOUR
    await desk.ticks()
    await desk.sent()
    assert desk.heard == []


async def test_no_candidate_reads_of_another(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    await desk.books("Leo", FIRST)
    await desk.books("Leo", SECOND)
    await desk.says("boss", "/slots spring")
    theirs = [each.text for each in desk.heard if each.to == desk.address_of("Leo")]
    assert theirs
    assert not any("Mia" in each for each in theirs)
