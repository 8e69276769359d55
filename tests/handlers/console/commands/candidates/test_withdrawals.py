"""A candidate who withdraws by phone or mail: recorded in any state, no rejection, and no more reminders.

Whoever has asked for deletion is not written to, either, until they take that back.
"""

import pytest

from conversation import inbound as i
from handlers.actions.broadcasts import AUDIENCES, belongs
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

HOUR_MS = 3600_000
STATES = ("invites", "opens", "starts", "exits", "completed")


async def a_candidate(how: str, store: Store | None = None) -> Desk:
    desk = Desk(store or MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    if how == "completed":
        await desk.answers("Mia", "spring", 4)
    else:
        await getattr(desk, how)("Mia", "spring")
    await desk.sent()
    return desk


async def counts(desk: Desk) -> dict[str, int]:
    found = await desk.store.interviews.counts("spring")
    return {name: number for name, number in found.items() if name.startswith("decision:") and number}


@pytest.mark.parametrize("how", STATES)
@pytest.mark.parametrize("word", ["withdrew", "Withdrawn", "本人放弃", "放弃"])
async def test_it_is_recorded_in_every_state_and_counted_on_its_own(how: str, word: str) -> None:
    desk = await a_candidate(how)
    (answer,) = await desk.says("boss", f"/decide Mia {word} has another offer")
    assert "Mia → withdrew" in answer.text
    assert await counts(desk) == {"decision:withdrew": 1}
    assert "withdrew" in "".join(texts(await desk.says("boss", "/candidates spring withdrew")))
    assert "Mia" not in "".join(texts(await desk.says("boss", "/candidates spring no")))


async def test_it_takes_no_second_colleague_and_ends_a_proposal() -> None:
    desk = await a_candidate("completed")
    await desk.says("boss", "/org rule decisions on")
    await desk.joins("lee", "recruiter")
    await desk.says("boss", "/decide Mia yes")
    assert await counts(desk) == {}
    said = texts(await desk.says("lee", "/decide Mia withdrew"))
    assert any("Recorded" in each for each in said)
    assert any("no longer stands" in each for each in said)
    assert await counts(desk) == {"decision:withdrew": 1}


@pytest.mark.parametrize("how", ["opens", "starts"])
async def test_whoever_withdrew_gets_no_reminders_and_is_not_asked_why_they_lapsed(how: str) -> None:
    for withdrew in (False, True):
        desk = await a_candidate(how)
        if withdrew:
            await desk.says("boss", "/decide Mia withdrew")
        desk.heard.clear()
        for _ in range(24):
            desk.now += 6 * HOUR_MS
            await desk.ticks()
        await desk.sent()
        assert bool(desk.heard) is not withdrew


async def test_a_reminder_asked_for_is_refused() -> None:
    desk = await a_candidate("starts")
    await desk.says("boss", "/decide Mia withdrew")
    desk.now += 2 * HOUR_MS
    (answer,) = await desk.says("boss", "/remind Mia")
    assert "has withdrawn" in answer.text


async def test_whoever_asked_for_deletion_gets_no_reminder_that_a_colleague_asks_for() -> None:
    desk = await a_candidate("starts")
    await desk.does("Mia", i.CommandReceived("delete"))
    desk.now += 2 * HOUR_MS
    (answer,) = await desk.says("boss", "/remind Mia")
    assert "has asked for deletion" in answer.text


@pytest.mark.parametrize("how", ["opens", "starts", "exits", "completed"])
async def test_only_the_audience_of_those_who_withdrew_has_them(how: str) -> None:
    desk = await a_candidate(how)
    await desk.says("boss", "/decide Mia withdrew")
    record = await desk.store.interviews.load(desk.interview_of("Mia"))
    assert record
    assert [each for each in AUDIENCES if belongs(each, record.state)] == ["withdrew"]


async def test_the_button_is_there_before_the_end_only() -> None:
    desk = await a_candidate("exits")
    (card,) = await desk.says("boss", "/candidate Mia")
    assert "Withdrew" in [choice.label for choice in card.choices]
    desk = await a_candidate("completed")
    (card,) = await desk.says("boss", "/candidate Mia")
    assert "Withdrew" not in [choice.label for choice in card.choices]


async def test_they_may_come_back_by_themselves() -> None:
    desk = await a_candidate("starts")
    await desk.says("boss", "/decide Mia withdrew")
    desk.heard.clear()
    await desk.does("Mia", i.TextReceived("I changed my mind"))
    await desk.sent()
    assert desk.heard
