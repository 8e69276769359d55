"""What reaches many candidates takes a second colleague where the unit wants that; and what is sent to many."""

import re
from collections.abc import AsyncIterator

import pytest

from conversation import inbound as i
from conversation.audit import unseal
from conversation.events import AnnouncementSent
from conversation.inbound import Inbound, Window
from handlers.staff.recording import audit_office, load
from handlers.staff.turn import StaffFile
from storage.memory import MemoryStore
from storage.ports import Store
from tests.staff.desk import Desk, texts

ROSTER = StaffFile("list.csv", ("name\n" + "\n".join(f"Person {n}" for n in range(101))).encode())
YES, AGREE, REFUSE = "Yes, do it", "Agree: do it", "Refuse"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """East wants two; Lee and Wang recruit there, Sue in the South."""
    desk = Desk(store, "en")
    await desk.claims()
    for unit in ("East", "South"):
        await desk.says("boss", f"/org add {unit}")
    await desk.campaign("spring", "East")
    await desk.says("boss", "/org rule East bulk on")
    for who, unit in (("Lee", "East"), ("Wang", "East"), ("Sue", "South")):
        await desk.joins(who, "recruiter", unit)
    yield desk
    await audit_office(store)


async def invited(desk: Desk) -> int:
    return (await desk.store.interviews.counts("spring")).get("interviews", 0)


async def ticket_of(desk: Desk) -> str:
    tickets = (await load(desk.store)).state.tickets
    return next(name for name, each in tickets.items() if each.second)


async def test_many_take_a_second_colleague(desk: Desk) -> None:
    (asked,) = await desk.says("Lee", "/invite spring", ROSTER)
    assert "101" in asked.text
    waits, *others = await desk.presses("Lee", YES)
    assert "boss, Wang" in waits.text
    assert "Sue" not in waits.text
    assert all("Lee" in each.text and "101" in each.text for each in others)
    assert {each.to for each in others} == {desk._people["boss"], desk._people["Wang"]}
    assert await invited(desk) == 0
    answers = await desk.presses("Wang", AGREE)
    assert await invited(desk) == 101
    told = [each.text for each in answers if each.to == desk._people["Lee"]]
    assert told == ["Wang agreed, and it is done."]
    assert any(each.file and each.to == desk._people["Wang"] for each in answers)
    await desk.presses("boss", AGREE)
    assert await invited(desk) == 101, "once"


async def test_a_hundred_are_not_many(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring 100")
    assert await invited(desk) == 100


async def test_nobody_is_their_own_second(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    (answer,) = await desk.says("Lee", f"/yes {await ticket_of(desk)}")
    assert "another colleague" in answer.text
    assert await invited(desk) == 0


@pytest.mark.parametrize("who", ["Sue", "stranger"])
async def test_nobody_from_elsewhere_is_a_second(who: str, desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    answers = await desk.says(who, f"/yes {await ticket_of(desk)}")
    assert all("expired" in text or "not valid" in text or "again" in text for text in texts(answers))
    assert await invited(desk) == 0


async def test_who_refuses_is_named_and_nothing_happens(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    answers = await desk.presses("Wang", REFUSE)
    assert "Wang refused. Nothing was changed." in texts(answers)
    await desk.presses("boss", AGREE)
    assert await invited(desk) == 0


async def test_a_day_later_it_is_too_late(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    desk.now += 24 * 3600_000
    await desk.presses("Wang", AGREE)
    assert await invited(desk) == 0


async def test_where_there_is_no_second_it_is_said() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/org rule bulk on")
    await desk.says("boss", "/invite spring", ROSTER)
    (answer,) = await desk.presses("boss", YES)
    assert "nobody else has the right" in answer.text
    assert await invited(desk) == 0


async def test_a_list_of_thousands_is_made_with_progress(store: Store) -> None:
    rows = 5_000 if isinstance(store, MemoryStore) else 1_000
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    roster = StaffFile("big.csv", ("name\n" + "\n".join(f"Person {n}" for n in range(rows))).encode())
    await desk.says("boss", "/invite spring", roster)
    answers = await desk.presses("boss", YES)
    assert await invited(desk) == rows
    progress = [each for each in answers if each.subject.startswith("progress:")]
    assert [re.findall(r"\d+", each.text)[0] for each in progress] == [str(n) for n in range(500, rows + 1, 500)]
    assert len({each.subject for each in progress}) == 1, "one message, changed in its place"
    table = next(each.file for each in answers if each.file)
    lines = desk.archive[table.sha256].decode("utf-8-sig").splitlines()
    assert len(lines) == rows + 1
    assert len({re.findall(r"start=([\w-]+)", line)[0] for line in lines[1:]}) == rows


# what is sent to many


async def test_a_broadcast_reaches_each_once_and_is_in_their_records(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    for name in ("Anna", "Ben"):
        await desk.answers(name, "spring", 2)
    await desk.opens("Cleo", "spring")
    await desk.does("Cleo", i.ChannelClosed("blocked"))
    await desk.says("boss", "/broadcast spring We move <b>on</b> Monday. 1 < 2")
    await desk.presses("boss", YES)
    desk.now += 61_000
    await desk.broadcasts()
    (report,) = await desk.sent()
    assert "2 candidates" in report.text
    again = Inbound("broadcast:again", i.Announced("x", "boss"))
    assert await desk.intake.apply(desk.interview_of("Cleo"), again) == "nothing"
    told = [each.text for each in desk.heard if "We move <b>on</b> Monday. 1 < 2" in each.text]
    assert len(told) == 2
    for name in ("Anna", "Ben"):
        stored = await store.interviews.entries(desk.interview_of(name))
        events = [event for each in stored for event in unseal(each)[1].events]
        assert sum(isinstance(event, AnnouncementSent) for event in events) == 1
    assert b"We move" not in b"".join(await store.interviews.entries("office"))


async def test_who_may_not_be_written_to_now_is_left_out(store: Store) -> None:
    """A platform's window has one message left, which is kept for colleagues."""
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    interview = await desk.answers("Anna", "spring", 2)
    limited = Inbound(
        "in:w", i.TextReceived("more"), desk._candidates["Anna"], window=Window(desk.now + 3600_000, 2)
    )
    await desk.intake.receive(limited)
    assert await desk.intake.apply(interview, Inbound("b:1", i.Announced("x", "boss"))) == "nothing"


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [("owner", "", True), ("recruiter", "East", True), ("recruiter", "South", False), ("auditor", "", False)],
)
async def test_who_may_write_to_many(role: str, unit: str, may: bool, desk: Desk) -> None:
    await desk.answers("Anna", "spring", 2)
    await desk.joins("somebody", role, unit)
    (answer,) = await desk.says("somebody", "/broadcast spring Hello there")
    assert ("Hello there" in answer.text) == may
