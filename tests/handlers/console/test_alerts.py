"""Alerts: sent with the digest, once, for a question at which candidates suddenly leave more often."""

import pytest

from conversation import inbound as i
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk, texts

DAY = 24 * 3600_000


@pytest.fixture
async def desk() -> Desk:
    """A desk on a Monday morning with one campaign. `boss` gets the digests."""
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.says("boss", "/notify")
    await desk.campaign("spring")
    return desk


async def candidates(desk: Desk, day: str, number: int, *, lost: int) -> None:
    """Let `number` candidates reach the second question, of whom `lost` leave there."""
    for each in range(number):
        name = f"{day} {each}"
        await desk.answers(name, "spring", 1)
        if each < lost:
            await desk.does(name, i.ChoicePressed("exit"))
        else:
            await desk.does(name, i.TextReceived("Excel"))


async def until_next_morning(desk: Desk, days: int = 1) -> list[str]:
    desk.now += days * DAY
    await desk.ticks()
    await desk.digests()
    return [text for text in texts(await desk.sent()) if "suddenly" in text]


async def test_it_is_told_once_and_only_when_there_is_something(desk: Desk) -> None:
    """Sent with the next daily digest after the losses."""
    await candidates(desk, "Monday", 60, lost=3)
    assert await until_next_morning(desk) == []
    await candidates(desk, "Tuesday", 6, lost=0)
    assert await until_next_morning(desk) == []
    desk.now += 5 * DAY  # the Monday after
    await candidates(desk, "today", 20, lost=11)
    (alert,) = await until_next_morning(desk)
    assert "question 2 suddenly loses people" in alert
    assert "In the last 3 days 20 were asked it and 11 left there (55%)" in alert
    assert "3 of 66 (5%)" in alert
    await candidates(desk, "the next day", 20, lost=11)
    assert await until_next_morning(desk) == [], "it is known"


async def test_the_days_before_with_their_digests_do_not_swallow_it(desk: Desk) -> None:
    await candidates(desk, "Monday", 60, lost=3)
    desk.now += 7 * DAY
    await until_next_morning(desk, 1)  # the losses begin after Tuesday's digest
    await candidates(desk, "Tuesday", 20, lost=11)
    assert len(await until_next_morning(desk)) == 1


async def test_a_question_that_was_always_hard_is_no_news(desk: Desk) -> None:
    await candidates(desk, "before", 40, lost=20)
    desk.now += 7 * DAY
    await candidates(desk, "today", 20, lost=11)
    assert await until_next_morning(desk) == []
