"""Interviews are erased when the time that their script says is over, and that is announced before."""

from datetime import UTC, datetime

import msgspec
import pytest

from conversation import inbound as i
from conversation.script import Retention
from conversation.state import State
from conversation.timing.retention import kept_until_ms
from handlers.authoring import read_script
from handlers.maintenance.retention import ANNOUNCED_MS, BY
from handlers.maintenance.retention import Retention as Retaining
from storage.memory.store import MemoryStore
from tests.fakes.scripts import SCRIPT
from tests.handlers.authoring.written import SCRIPT as WRITTEN
from tests.handlers.authoring.written import the_fault
from tests.handlers.console.desk import ZONE, Desk

DAY_MS = 24 * 3600_000


def _ms(*day: int) -> int:
    return round(datetime(*day, 12, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc, arg-type]  # parts of a date


def _until(retain: Retention | None, **state: object) -> str:
    script = msgspec.structs.replace(SCRIPT, retain=retain)
    known = msgspec.structs.replace(State("00", "spring", "v"), **state)
    until = kept_until_ms(known, script, UTC)
    return f"{datetime.fromtimestamp(until / 1000, UTC):%Y-%m-%d %H:%M}" if until else ""


@pytest.mark.parametrize(
    ("retain", "until"),
    [
        (Retention(6, "months"), "2027-02-28 23:59"),
        (Retention(18, "months"), "2028-02-29 23:59"),
        (Retention(2, "years"), "2028-08-31 23:59"),
        (Retention(1, "days"), "2026-09-01 23:59"),
        (None, ""),
    ],
)
def test_the_last_day(retain: Retention | None, until: str) -> None:
    assert _until(retain, phase="completed", ended_ms=_ms(2026, 8, 31)) == until


def test_an_interview_that_goes_on_has_no_last_day() -> None:
    day = Retention(1, "days")
    assert _until(day, phase="asking", invited_ms=_ms(2020, 1, 1)) == ""
    assert _until(day, phase="erased", ended_ms=_ms(2020, 1, 1)) == ""
    assert _until(day, phase="invited", invited_ms=_ms(2026, 8, 31)) == "2026-09-01 23:59"


@pytest.mark.parametrize("written", ["6 months", "180 days", "1 year", "10 years", "30d", "12 Months"])
def test_what_authors_write(written: str) -> None:
    script = read_script(f"{WRITTEN}retain: {written}\n", "x.yaml").script
    assert script is not None
    assert script.retain is not None
    assert script.retain.number == int("".join(each for each in written if each.isdigit()))


@pytest.mark.parametrize("written", ["6", "for ever", "0 days", "11 years", "half a year", "6 weeks"])
def test_what_is_no_time(written: str) -> None:
    fault = the_fault(f"{WRITTEN}retain: {written}\n")
    assert "6 months" in f"{fault.write}"


async def _finished(language: str = "en") -> Desk:
    desk = Desk(MemoryStore(), language)
    desk.script = msgspec.structs.replace(desk.script, retain=Retention(6, "months"), version="kept-six-months")
    await desk.claims()
    await desk.campaign("spring")
    await desk.answers("Li Lei", "spring", 4)
    await desk.answers("Han Mei", "spring", 2)
    await desk.sent()
    return desk


async def test_what_is_over_is_erased_and_what_goes_on_is_not() -> None:
    desk = await _finished()
    assert await desk.times_out() == 0
    desk.now += 190 * DAY_MS
    assert await desk.times_out() == 1
    assert [each.by for each in await desk.store.erasures.ordered()] == [BY]
    await desk.erases()
    states = {name: await desk.store.interviews.load(desk.interview_of(name)) for name in ("Li Lei", "Han Mei")}
    assert {name: record and record.state.phase for name, record in states.items()} == {
        "Li Lei": "erased",
        "Han Mei": "running",
    }
    assert await desk.times_out() == 0


@pytest.mark.parametrize(("language", "words"), [("en", "1 interview has"), ("zh", "1 份面试")])
async def test_the_heads_are_told_once_before(language: str, words: str) -> None:
    desk = await _finished(language)
    desk.now += 150 * DAY_MS
    await desk.times_out()
    assert await desk.sent() == []
    desk.now += 25 * DAY_MS
    await desk.times_out()
    (told,) = await desk.sent()
    assert words in told.text
    assert [each.token for each in told.choices] == ["/export spring"]
    desk.now += DAY_MS
    await desk.times_out()
    assert await desk.sent() == []


async def test_a_process_that_is_to_stop_orders_nothing_more() -> None:
    desk = await _finished()
    desk.now += 190 * DAY_MS

    async def stops() -> bool:
        return False

    organisation = desk.watch.organisation
    words = desk.tools.words
    retention = Retaining(desk.store, lambda: organisation, words, words, lambda: desk.now, ZONE)
    assert await retention.turn(stops) == 0
    assert await desk.times_out() == 1


async def test_candidates_see_until_when() -> None:
    desk = await _finished()
    await desk.does("Li Lei", i.CommandReceived("mydata"))
    await desk.sent()
    assert "保存到 2027 年 5 月 23 日" in desk.heard[-1].text


def test_it_is_announced_two_weeks_before() -> None:
    assert ANNOUNCED_MS == 14 * DAY_MS
