"""Who is to be rated: `/inbox` and `/ranking` count the same people."""

import re
from collections.abc import Awaitable, Callable

import pytest

from conversation import inbound as i
from conversation.inbound import Inbound
from handlers.actions.ratings import awaits_ratings
from storage.memory.store import MemoryStore
from tests.handlers.console.desk import Desk

HOUR_MS = 3600_000
LATER_MS = 30 * 24 * HOUR_MS
"""Long after every deadline."""


async def completed(desk: Desk) -> None:
    await desk.answers("Ann", "spring", 4)


async def exited(desk: Desk) -> None:
    await desk.exits("Ann", "spring")


async def exited_without_an_answer(desk: Desk) -> None:
    await desk.starts("Ann", "spring")
    await desk.does("Ann", i.ChoicePressed("exit"))
    await desk.does("Ann", i.ChoicePressed("reason.network"))


async def unreachable(desk: Desk) -> None:
    interview = await desk.answers("Ann", "spring", 2)
    await desk.intake.apply(interview, Inbound("blocked", i.DeliveryFailed("blocked")))


async def silent(desk: Desk) -> None:
    await desk.answers("Ann", "spring", 2)


async def decided(desk: Desk) -> None:
    await desk.answers("Ann", "spring", 4)
    await desk.says("boss", "/decide Ann yes")


@pytest.mark.parametrize(
    ("happened", "at_once", "after_the_deadline"),
    [
        (completed, 1, 1),
        (exited, 0, 1),
        (exited_without_an_answer, 0, 0),
        (unreachable, 0, 1),
        (silent, 0, 1),
        (decided, 0, 0),
    ],
)
async def test_the_inbox_and_the_ranking_count_the_same(
    happened: Callable[[Desk], Awaitable[None]], at_once: int, after_the_deadline: int
) -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    await happened(desk)
    await desk.sent()
    assert await counted(desk) == (at_once, at_once, at_once)
    desk.now += LATER_MS
    await desk.ticks()
    await desk.sent()
    assert await counted(desk) == (after_the_deadline, after_the_deadline, after_the_deadline)


async def test_whoever_could_not_be_assessed_has_no_score_and_awaits_one_until_the_decision() -> None:
    desk = Desk(MemoryStore(), "en")
    await desk.claims()
    await desk.campaign("spring")
    await completed(desk)
    for number in range(1, 5):
        await desk.says("boss", f"/rate Ann {number} skip")
    (ranking,) = await desk.says("boss", "/ranking spring")
    assert "Not rated yet: 1" in ranking.text
    await desk.says("boss", "/decide Ann yes")
    (ranking,) = await desk.says("boss", "/ranking spring")
    assert "Not rated yet" not in ranking.text


async def counted(desk: Desk) -> tuple[int, int, int]:
    """Return how many await ratings: by the definition, in the inbox of somebody who has rated nobody, and in the
    ranking."""
    record = await desk.store.interviews.load(desk.interview_of("Ann"))
    assert record is not None
    (inbox,) = await desk.says("boss", "/inbox rate")
    (ranking,) = await desk.says("boss", "/ranking spring")
    to_rate = re.search(r"To rate: (\d+)", inbox.text)
    unrated = re.search(r"Not rated yet: (\d+)", ranking.text)
    return (
        int(awaits_ratings(record.state, desk.now)),
        int(to_rate[1]) if to_rate else 0,
        int(unrated[1]) if unrated else 0,
    )
