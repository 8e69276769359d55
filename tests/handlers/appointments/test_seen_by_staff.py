"""Appointments where colleagues look: the inbox, the card and the report."""

from collections.abc import Sequence

import pytest

from conversation import events as e
from conversation.events.appointments import PlaceAsked, PlaceKnown
from conversation.inbound import Slot
from conversation.record.audit import unseal
from conversation.state_parts import Appointment
from conversation.timing.slots import Change
from conversation.views import milestones
from handlers.appointments.last_look import LastLooks
from handlers.catalogues import staff_vocabulary, vocabulary
from handlers.organisation.repository import load
from handlers.report_files.document import Table, document_of
from handlers.report_pages.model import Report
from handlers.report_pages.view import Reports
from storage.memory.store import MemoryStore
from tests.fakes.kv import MemoryKv
from tests.handlers.appointments.booking import FIRST, SECOND, THIRD, Booking
from tests.handlers.console.desk import ZONE, texts

HOUR = 3600_000
DAY = 24 * HOUR


@pytest.fixture
async def desk() -> Booking:
    desk = Booking(MemoryStore())
    await desk.opens_times()
    return desk


async def inbox(desk: Booking, line: str = "/inbox", who: str = "boss") -> str:
    return "\n".join(texts(await desk.says(who, line)))


async def test_the_inbox_has_who_comes_and_what_changed_since_the_last_look(desk: Booking) -> None:
    await desk.invited("Mia", "Leo", "Zoe")
    for name, label in (("Mia", FIRST), ("Leo", SECOND), ("Zoe", THIRD)):
        await desk.books(name, label)
    await inbox(desk)  # a look long before: what has happened by then is known
    desk.now += 13 * DAY  # 6 December
    said = await inbox(desk)
    assert "Next round, today and 3 days on: 3" in said
    assert f"{FIRST} Mia, {SECOND} Leo, {THIRD} Zoe" in said
    assert "Changed" not in said
    await desk.books("Mia", "Cancel appointment")
    await desk.books("Leo", "Choose another time")
    await desk.books("Leo", FIRST)
    desk.now += HOUR
    said = await inbox(desk)
    assert f"{FIRST} Leo, {THIRD} Zoe" in said
    assert "Changed since you last looked: 2" in said
    assert f"Leo moved to {FIRST}, Mia cancelled {FIRST}" in said
    assert await inbox(desk) == said, "looking twice loses nothing"
    listed = await inbox(desk, "/inbox times")
    assert "1. Leo · Tue 8 December 09:00–09:30 (UTC+8), Room 3 · spring" in listed
    assert "2. Mia · cancelled Tue 8 December 09:00–09:30 (UTC+8), Room 3 · spring · 6 December," in listed
    desk.now += 2 * DAY
    assert "Next round" not in await inbox(desk), "what is over is not listed"


async def test_what_changed_over_a_long_weekend_is_still_news(desk: Booking) -> None:
    await desk.invited("Mia")
    await inbox(desk)
    await desk.books("Mia", FIRST)
    desk.now += 4 * DAY
    assert f"Mia booked {FIRST}" in await inbox(desk)


async def test_today_is_called_so_and_a_withdrawn_time_says_who_did_it(desk: Booking) -> None:
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    await desk.books("Leo", SECOND)
    desk.now += 14 * DAY + 9 * HOUR  # late on 7 December
    slots = (await load(desk.store)).state.slots
    first = min(slots, key=lambda name: slots[name].starts_ms)
    await desk.says("boss", f"/slots cancel {first}")
    await desk.confirms()
    assert f"Mia lost {FIRST}, withdrawn by a colleague" in await inbox(desk)
    desk.now += 12 * HOUR  # early on 8 December
    assert "today 09:30 Leo" in await inbox(desk)


async def test_another_unit_sees_no_appointments(desk: Booking) -> None:
    await desk.says("boss", "/org add West")
    await desk.joins("kim", "recruiter", "West")
    await desk.joins("sam", "support")
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    desk.now += 12 * DAY
    for who in ("kim", "sam"):
        assert "Mia" not in await inbox(desk, who=who)
        assert "Mia" not in await inbox(desk, "/inbox times", who)


async def report_on(desk: Booking, name: str, language: str) -> Report:
    organisation = (await load(desk.store)).state
    reports = Reports(desk.store, organisation, staff_vocabulary(), vocabulary(), ZONE)
    made = await reports.of(desk.interview_of(name), None, language, desk.now)
    assert made is not None
    return made


def rows(report: Report) -> Sequence[tuple[str, ...]]:
    blocks = document_of(report, staff_vocabulary()[report.language]).blocks
    return [row for block in blocks if isinstance(block, Table) for row in block.rows]


async def test_the_report_tells_each_step_and_the_time_that_counts(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.books("Mia", "Choose another time")
    await desk.books("Mia", SECOND)
    report = await report_on(desk, "Mia", "en")
    steps = [(each.kind, each.text) for each in report.timeline if each.kind.startswith("slot")]
    first, second = (f"Tue 8 December {hours} (UTC+8), Room 3" for hours in ("09:00–09:30", "09:30–10:00"))
    assert steps == [
        ("slots_offered", "offered times for the next round · 3 times · boss"),
        ("slot_booked", f"booked the next round · {first}"),
        ("slot_moved", f"moved the next round · {second}"),
    ]
    assert ("Next round", second) in rows(report)
    assert any("moved the next round" in row[-1] for row in rows(report))
    await desk.books("Mia", "Cancel appointment")
    report = await report_on(desk, "Mia", "zh")
    assert report.timeline[-1].text == "取消下一轮预约 · 12 月 8 日（周二）09:30–10:00（UTC+8），Room 3"
    assert "下一轮时间" not in [row[0] for row in rows(report)]


async def test_an_erased_interview_tells_no_times(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.says("boss", f"/forget {desk.interview_of('Mia')}")
    await desk.confirms()
    await desk.erases()
    report = await report_on(desk, "Mia", "en")
    assert "Room 3" not in str(report)
    desk.now += 13 * DAY
    assert "Next round" not in await inbox(desk)


@pytest.mark.parametrize(
    ("before", "after", "withdrawn", "change"),
    [
        ("", "a", "", "booked"),
        ("a", "b", "", "moved"),
        ("a", "", "", "cancelled"),
        ("a", "", "a", "withdrawn"),
        ("a", "", "b", "cancelled"),
        ("a", "a", "b", None),
        ("", "", "a", None),
    ],
)
async def test_milestones_are_what_became_of_the_appointment(
    before: str, after: str, withdrawn: str, change: Change | None
) -> None:
    slots = {name: Slot(name, 1, 2) for name in "ab"}
    known: list[PlaceKnown | PlaceAsked] = [
        PlaceKnown(1, slots.get(before)),
        PlaceAsked(2, "list"),
        PlaceKnown(2, slots.get(after), (), withdrawn),
    ]
    found = milestones.read(
        [e.Entry(number, number, "candidate", "x", (each,)) for number, each in enumerate(known)]
    )
    last = found[bool(before) :]
    assert [each.kind for each in last] == ([f"slot_{change}"] if change else [])
    assert all(each.slot == slots[after or before] for each in last)


async def test_the_state_says_the_same_as_the_record(desk: Booking) -> None:
    await desk.invited("Mia")
    await desk.books("Mia", FIRST)
    await desk.books("Mia", "Cancel appointment")
    interview = desk.interview_of("Mia")
    entries = [unseal(each)[1] for each in await desk.store.interviews.entries(interview)]
    appointment = (await desk.state("Mia")).appointment or Appointment()
    last = milestones.read(entries)[-1]
    assert (last.kind, last.at_ms) == (f"slot_{appointment.changed}", appointment.changed_ms)
    assert last.slot == appointment.former


async def test_a_look_reaches_back_to_the_one_before_and_at_least_a_day() -> None:
    times = iter((100 * DAY, 103 * DAY, 103 * DAY + HOUR))
    looks = LastLooks(MemoryKv(), lambda: next(times))
    assert await looks.note("lee") == 99 * DAY
    assert await looks.note("lee") == 100 * DAY
    assert await looks.note("lee") == 102 * DAY + HOUR
