"""The times of appointments as candidates see them: in their zone, with daylight saving, by day and page."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from conversation.inbound import Slot
from conversation.state_parts import Appointment
from conversation.timing.schedule import appointment_reminder_due, at, next_due, quiet, to_ms
from conversation.timing.slots import MOST_SHOWN, choices, label, offset, said
from handlers.catalogues import vocabulary
from tests.conversation.test_telling import OVER, SHORT

BERLIN, SHANGHAI, ST_JOHNS = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai"), ZoneInfo("America/St_Johns")
EN, ZH = vocabulary()["en"], vocabulary()["zh"]
HOUR = 3600_000


def slot(text: str, zone: ZoneInfo = BERLIN, where: str = "", name: str = "") -> Slot:
    starts_ms = to_ms(datetime.fromisoformat(text).replace(tzinfo=zone))
    return Slot(name or text, starts_ms, starts_ms + HOUR // 2, where)


def test_the_offset_is_the_one_of_the_day() -> None:
    before, after = slot("2027-03-27 09:00"), slot("2027-03-28 09:00")
    assert after.starts_ms - before.starts_ms == 23 * HOUR
    assert said(EN, before, BERLIN).text == "Sat 27 March 09:00–09:30 (UTC+1)"
    assert said(EN, after, BERLIN).text == "Sun 28 March 09:00–09:30 (UTC+2)"
    assert said(ZH, after, SHANGHAI).text == "3 月 28 日（周日）15:00–15:30（UTC+8）"


@pytest.mark.parametrize(
    ("zone", "text"), [(SHANGHAI, "UTC+8"), (ST_JOHNS, "UTC-3:30"), (ZoneInfo("UTC"), "UTC+0")]
)
def test_offsets(zone: ZoneInfo, text: str) -> None:
    assert offset(datetime(2026, 12, 8, 9, tzinfo=zone)) == text


def test_few_times_are_shown_at_once_and_many_by_day() -> None:
    few = [slot(f"2026-12-08 {hour:02d}:00") for hour in range(9, 9 + MOST_SHOWN)]
    assert choices(few, BERLIN) == tuple(f"slot.{each.id}" for each in few)
    many = [*few, *(slot(f"2026-12-{day:02d} 09:00") for day in range(9, 20))]
    first = choices(many, BERLIN)
    assert first[0] == "slotday.20261208-1"
    assert first[-1] == "slotpage.2"
    assert len(first) == MOST_SHOWN + 1
    second = choices(many, BERLIN, "slotpage.2")
    assert second[:-1] == tuple(f"slotday.202612{day}-1" for day in range(16, 20))
    assert choices(many, BERLIN, "slotday.20261209-1") == ("slot.2026-12-09 09:00", "slots")


@pytest.mark.parametrize("choice", ["slotday.20200101-1", "slotpage.99", "slotday.x", "slotpage.-1", "slot.gone"])
def test_a_choice_of_an_old_list_shows_what_there_is(choice: str) -> None:
    many = [slot(f"2026-12-{day:02d} 09:00") for day in range(1, 12)]
    assert choices(many, BERLIN, choice)[0].startswith("slotday.202612")


def test_labels_name_the_place_only_where_the_time_is_not_enough() -> None:
    one, twin = (
        slot("2026-12-08 09:00", where="Room 3", name="a"),
        slot("2026-12-08 09:00", where="Room 4", name="b"),
    )
    other = slot("2026-12-08 10:00", where="Room 3", name="c")
    appointment = Appointment((one, twin, other))
    labels = [label(EN, appointment, f"slot.{name}", BERLIN) for name in "abc"]
    assert labels == ["Tue 8 December 09:00 · Room 3", "Tue 8 December 09:00 · Room 4", "Tue 8 December 10:00"]
    assert label(EN, appointment, "slotday.20261208-1", BERLIN) == "Tue 8 December (3 times)"
    assert label(ZH, appointment, "slotday.20261208-1", BERLIN) == "12 月 8 日（周二）（3 个时间）"


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ("2026-12-08 15:00", ["07 15:00", "08 13:00"]),
        ("2026-12-08 09:30", ["07 09:30", "08 08:00"]),
        ("2026-12-08 08:00", ["07 08:00", "07 21:30"]),
        ("2026-12-08 23:00", ["08 09:00", "08 21:00"]),
        ("2027-03-28 09:00", ["27 08:00", "28 08:00"]),
    ],
)
def test_reminders_are_never_at_night(starts: str, due: list[str]) -> None:
    held, found = slot(starts), []
    for number in range(3):
        state = replace(OVER, appointment=Appointment(held=held, since_ms=1, reminded=number))
        at_ms = appointment_reminder_due(state, BERLIN)
        assert next_due(state, SHORT, BERLIN) == at_ms
        if at_ms:
            assert not quiet(at_ms, BERLIN)
            assert at_ms < held.starts_ms
            found.append(f"{at(at_ms, BERLIN):%d %H:%M}")
    assert found == due


def test_a_reminder_from_before_the_booking_is_left_out() -> None:
    held = slot("2026-12-08 15:00")
    state = replace(OVER, appointment=Appointment(held=held, since_ms=held.starts_ms - 5 * HOUR))
    assert at(appointment_reminder_due(state, BERLIN), BERLIN).hour == 13
