"""Actions on many candidates need a second colleague where the unit requires it; and broadcasts."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest

from conversation import inbound as i
from conversation.events import AnnouncementSent
from conversation.inbound import Inbound, Window
from conversation.record.audit import unseal
from handlers.console.context import StaffFile
from handlers.organisation.repository import audit_organisation, load
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

ROSTER = StaffFile("list.csv", ("name\n" + "\n".join(f"Person {n}" for n in range(101))).encode())
YES, AGREE, REFUSE = "Yes, do it", "Agree: do it", "Refuse"


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[Desk]:
    """A desk where East requires two colleagues. Lee and Wang are recruiters of East, Sue of South."""
    desk = Desk(store, "en")
    await desk.claims()
    for unit in ("East", "South"):
        await desk.says("boss", f"/org add {unit}")
    await desk.campaign("spring", "East")
    await desk.says("boss", "/org rule East bulk on")
    for who, unit in (("Lee", "East"), ("Wang", "East"), ("Sue", "South")):
        await desk.joins(who, "recruiter", unit)
    yield desk
    await audit_organisation(store)


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
    assert told == ["Wang agreed, and it is done.", "The list with links", "101 QR codes"]
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


# broadcasts


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
    """The platform's window has one message left, which is reserved for colleagues."""
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


# found by a hostile reviewer


async def test_who_confirms_at_once_with_others_does_it_once(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    ticket = await ticket_of(desk)
    taps = [desk.message(who, f"/yes {ticket}", f"tap:{n}") for n, who in enumerate(["Wang", "boss"] * 2)]
    await asyncio.gather(*(desk.console.receive(each) for each in taps))
    assert await invited(desk) == 101


async def test_agreed_and_refused_at_once_one_of_them_holds(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    ticket = await ticket_of(desk)
    yes, no = desk.message("Wang", f"/yes {ticket}", "tap:1"), desk.message("boss", f"/no {ticket}", "tap:2")
    await asyncio.gather(desk.console.receive(yes), desk.console.receive(no))
    said = texts(await desk.sent())
    refused = any("refused" in text for text in said)
    assert await invited(desk) == (0 if refused else 101)


async def test_without_the_right_to_it_nobodys_wish_is_carried_out(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    await desk.says("boss", "/staff revoke Lee recruiter East")
    await desk.presses("Wang", AGREE)
    assert await invited(desk) == 0


async def test_what_was_not_done_is_not_said_to_be(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring", ROSTER)
    await desk.presses("Lee", YES)
    await desk.says("boss", "/close spring")
    await desk.presses("boss", YES)
    answers = await desk.presses("Wang", AGREE)
    told = [each.text for each in answers if each.to == desk._people["Lee"]]
    assert told == ["Wang agreed, but it was not done: things have changed since. Please look again."]


async def test_what_has_grown_is_asked_anew(desk: Desk) -> None:
    await desk.says("Lee", "/invite spring 101")
    await desk.presses("Lee", YES)
    await desk.presses("Wang", AGREE)
    for number in range(101):
        await _begins(desk, f"A{number}")
    await desk.says("Lee", "/broadcast spring Hello")
    await desk.presses("Lee", YES)
    for number in range(20):
        await _begins(desk, f"B{number}")
    *_, answer = [each for each in await desk.presses("Wang", AGREE) if each.to == desk._people["Wang"]]
    assert "It was about 101 candidates, and now it would be 121" in answer.text


async def _begins(desk: Desk, name: str) -> None:
    await desk.starts(name, "spring")


@pytest.mark.parametrize(
    ("line", "who", "text"),
    [
        ("/broadcast spring\nHello", "in progress", "Hello"),
        ("/broadcast spring　Hello", "in progress", "Hello"),
        ("/broadcast spring all\nHello", "all", "Hello"),
        ("/broadcast spring Open your link again", "in progress", "Open your link again"),
        ("/broadcast spring All of you, hello", "in progress", "All of you, hello"),
    ],
)
async def test_what_is_written_is_what_was_meant(line: str, who: str, text: str) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    await desk.answers("Anna", "spring", 1)
    (asked,) = await desk.says("boss", line)
    assert f"({who})" in asked.text
    assert f"\n\n{text}\n\n" in asked.text


async def test_names_and_notes_are_not_in_the_organisations_record(store: Store) -> None:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    for number in range(12):
        await desk.answers(f"Zhang Sanfeng {number}", "spring", 4)
    for line in (
        "/candidate Zhang Sanfeng 1",
        "/candidates spring sanfeng",
        "/report Zhang Sanfeng 2",
        "/extend Zhang Sanfeng 2",
        "/remind Zhang Sanfeng 2",
        "/reopen Zhang Sanfeng 2",
        "/audit Zhang Sanfeng",
        "/revoke Zhang Sanfeng",
        "/decide sanfeng yes ill with diabetes",
        "/decide Zhang Sanfeng 3 yes ill with diabetes",
        "/forget Zhang Sanfeng 3",
    ):
        assert await desk.says("boss", line)
    record = b"".join(await store.interviews.entries("office")).lower()
    assert b"sanfeng" not in record
    assert b"diabetes" not in record
    (again,) = await desk.says("boss", "/decide sanfeng yes ill with diabetes")
    (done,) = await desk.says("boss", again.choices[0].token)
    assert "diabetes" in done.text


@pytest.mark.parametrize(
    ("role", "unit", "may"), [("admin", "East", False), ("admin", "", True), ("owner", "", True)]
)
async def test_a_rule_is_lifted_from_above(role: str, unit: str, may: bool, desk: Desk) -> None:
    await desk.joins("me", role, unit)
    await desk.says("me", "/org rule East bulk off")
    assert ("East" not in (await load(desk.store)).state.rules) == may
