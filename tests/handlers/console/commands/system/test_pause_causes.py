"""A pause of ours is called that, not a fault, and is not blamed for those who had left before."""

import pytest

from bot.runtime.resumptions import SETTLED_MS
from conversation import inbound as i
from storage.memory.store import MemoryStore
from tests.handlers.console.commands.system.bots_desk import organisation, said
from tests.handlers.console.commands.system.paused_accounts import paused, resuming, state
from tests.handlers.console.desk import Desk

MINUTE = 60_000


async def _pauses(desk: Desk, minutes: int, *writing: str) -> None:
    """Pause the account for a while, in which some candidates write, and resume it."""
    await said(desk, "/bot pause 700001")
    await paused(desk)
    for name in writing:
        await desk.does(name, i.TextReceived("Is anybody there?"))
    desk.now += minutes * MINUTE
    await desk.ticks()
    await said(desk, "/bot resume 700001")
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    await desk.watch.look()
    await desk.sent()


@pytest.mark.parametrize("reason", ["other_offer", "too_long", "network", "skipped"])
@pytest.mark.parametrize("writes", [True, False])
async def test_who_had_left_for_a_reason_did_not_leave_for_a_later_pause(reason: str, *, writes: bool) -> None:
    desk = await organisation(MemoryStore())
    interview = await desk.exits("Ann", "spring", reason)
    before = (await state(desk, interview)).cause
    await _pauses(desk, 12, *(["Ann"] if writes else []))
    after = await state(desk, interview)
    assert after.cause in (before, "")
    counts = await desk.store.interviews.counts("spring")
    assert not any(counts.get(f"away.rule:{rule}") for rule in ("our_fault", "account_paused"))


async def test_who_falls_silent_over_a_pause_counts_under_our_pause() -> None:
    desk = await organisation(MemoryStore())
    await desk.answers("Ann", "spring", 2)
    await _pauses(desk, 5, "Ann")
    desk.now += 11 * MINUTE
    await desk.ticks()
    counts = await desk.store.interviews.counts("spring")
    assert (counts.get("away.rule:account_paused", 0), counts.get("away.rule:our_fault", 0)) == (1, 0)
    answer = await said(desk, "/exits spring")
    assert "a pause of ours 1" in answer
    assert "a fault of ours" not in answer
    assert "we had paused the account" in await said(desk, "/candidate Ann")
