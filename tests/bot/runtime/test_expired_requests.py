"""What nobody agreed to in time: whoever asked is told once, whatever else is asked meanwhile."""

import pytest

from bot.runtime.expired_requests import ExpiredRequests
from handlers.organisation.repository import audit_organisation, load
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

DAY_MS = 24 * 3600_000


async def asked(store: Store) -> Desk:
    """Return a desk where lee has asked for a second colleague, who could be boss or wang."""
    desk = Desk(store, "en")
    await desk.claims()
    await desk.says("boss", "/org rule bulk on")
    await desk.campaign("spring")
    for who in ("lee", "wang"):
        await desk.joins(who, "admin")
    await desk.says("lee", "/invite spring 101")
    await desk.presses("lee", "Yes, do it")
    return desk


async def looks(desk: Desk, times: int = 2) -> list[str]:
    for _ in range(times):
        await ExpiredRequests(desk.tools).look()
    sent = await desk.sent()
    assert {each.to for each in sent} <= {desk._people["lee"]}
    return texts(sent)


async def test_whoever_asked_is_told_once_that_nobody_agreed(store: Store) -> None:
    desk = await asked(store)
    desk.now += DAY_MS - 1
    assert await looks(desk) == []
    desk.now += 1
    await desk.says("boss", "/invite spring 102")  # another request does not remove it untold
    (said,) = await looks(desk)
    assert "Nobody agreed within a day" in said
    assert "101 candidates" in said
    assert await looks(desk) == []
    (late,) = await desk.presses("wang", "Agree: do it")
    assert "out of date" in late.text
    await audit_organisation(store)


@pytest.mark.parametrize("label", ["Agree: do it", "No"])
async def test_what_was_answered_does_not_expire(store: Store, label: str) -> None:
    desk = await asked(store)
    ticket = next(name for name, each in (await load(store)).state.tickets.items() if each.second)
    await desk.says("wang", f"/yes {ticket}" if label.startswith("Agree") else f"/no {ticket}")
    desk.now += DAY_MS
    assert await looks(desk) == []


async def test_a_refusal_brings_its_reason_and_ones_own_is_no_news(store: Store) -> None:
    desk = await asked(store)
    ticket = next(name for name, each in (await load(store)).state.tickets.items() if each.second)
    sent = await desk.says("wang", f"/no {ticket} wait until Monday, please")
    (told,) = [each.text for each in sent if each.to == desk._people["lee"]]
    assert "wang refused" in told
    assert "wait until Monday, please" in told
    await desk.says("lee", "/invite spring 101")
    await desk.presses("lee", "Yes, do it")
    ticket = next(name for name, each in (await load(store)).state.tickets.items() if each.second)
    assert len(await desk.says("lee", f"/no {ticket}")) == 1
