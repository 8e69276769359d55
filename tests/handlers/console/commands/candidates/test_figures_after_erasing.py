"""What has been counted stays when a candidate is erased."""

from collections.abc import Awaitable, Callable

import pytest

from conversation import inbound as i
from handlers.maintenance.recount import recount
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import ZONE, Desk, texts

FIGURES = ("/stats spring", "/exits spring", "/funnel spring", "/exits spring by question", "/campaigns spring")


async def _finishes(desk: Desk) -> None:
    await desk.answers("gone", "spring", 4)


async def _exits(desk: Desk) -> None:
    await desk.exits("gone", "spring", "too_long")


async def _lapses(desk: Desk) -> None:
    await desk.answers("gone", "spring", 2)
    desk.now += 5 * 86_400_000
    await desk.ticks()


async def _never_comes(desk: Desk) -> None:
    await desk.invites("gone", "spring")


@pytest.mark.parametrize("ends", [_finishes, _exits, _lapses, _never_comes])
async def test_the_figures_before_and_after_are_equal(
    ends: Callable[[Desk], Awaitable[None]], store: Store
) -> None:
    desk = await _desk(store)
    await ends(desk)
    before = [texts(await desk.says("boss", command)) for command in FIGURES]
    await _forgets(desk)
    assert [texts(await desk.says("boss", command)) for command in FIGURES] == before
    async for counted in recount(store, "spring", ZONE, desk.now):
        assert counted.differences() == {}


async def test_whoever_was_under_way_is_not_any_more() -> None:
    desk = await _desk(MemoryStore())
    await desk.answers("gone", "spring", 2)
    await desk.does("gone", i.CommandReceived("exit"))
    await desk.does("gone", i.ChoicePressed("pause"))
    assert "interrupted 1" in texts(await desk.says("boss", "/stats spring"))[0]
    await _forgets(desk)
    (said,) = texts(await desk.says("boss", "/stats spring"))
    assert "Invited 6 · opened 6 · started 6" in said
    assert "interrupted 0" in said
    assert "Erased 1" in said


async def _desk(store: Store) -> Desk:
    desk = Desk(store, "en")
    await desk.claims()
    await desk.campaign("spring")
    for number in range(5):
        await desk.answers(f"stays {number}", "spring", 4)
    return desk


async def _forgets(desk: Desk) -> None:
    await desk.says("boss", "/forget gone")
    await desk.presses("boss", "Yes, do it")
    for _ in range(2):
        await desk.erases()
        desk.now += 10 * 60_000
    await desk.sent()
    record = await desk.store.interviews.load(desk.interview_of("gone"))
    assert record
    assert record.state.phase == "erased"
