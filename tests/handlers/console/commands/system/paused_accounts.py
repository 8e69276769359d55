"""Pausing an account of the desk, and resuming it, for the tests of both."""

from bot.runtime.resumptions import Resuming
from conversation.state import State
from tests.fakes.posts import LeaseBook, Leases
from tests.handlers.console.desk import Desk


async def resuming(desk: Desk, owner: str = "one", book: LeaseBook | None = None) -> Resuming:
    leases = Leases(book or LeaseBook(), owner, "resuming", life_ms=30_000)
    await desk.watch.look()
    return Resuming(desk.store, leases, desk.intake, lambda: desk.watch.organisation, lambda: desk.now)


async def paused(desk: Desk) -> None:
    await desk.says("boss", "/bot pause 700001")
    await desk.presses("boss", "Yes, do it")
    await desk.watch.look()
    desk.heard.clear()


async def state(desk: Desk, interview: str) -> State:
    record = await desk.store.interviews.load(interview)
    assert record is not None
    return record.state
