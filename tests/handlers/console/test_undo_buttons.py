"""Undo buttons hold the action that undoes what was done, for every colleague who may do that."""

import pytest

from handlers.actions.campaigns import ReopenCampaign
from handlers.actions.codec import decode
from handlers.organisation.repository import load
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts

UNDO = "撤销，重新开放"


async def closed(store: Store) -> tuple[Desk, str]:
    """Return a desk whose owner closed a campaign, and what the undo button says when it is pressed."""
    desk = Desk(store)
    await desk.claims()
    await desk.campaign("spring")
    await desk.joins("小李", "recruiter")
    await desk.joins("小吴", "auditor")
    await desk.says("boss", "/close spring")
    (done,) = await desk.presses("boss", "确定")
    (token,) = (each.token for each in done.choices if each.label == UNDO)
    return desk, token


async def is_closed(desk: Desk) -> bool:
    return bool((await desk.campaigns.find("spring")).closed_ms)


async def test_the_button_holds_the_action(store: Store) -> None:
    _, token = await closed(store)
    ((name, ticket),) = (await load(store)).state.tickets.items()
    campaign = await store.directory.campaign("spring")
    assert campaign
    assert token == f"/yes {name}"
    assert (ticket.line, decode(ticket.action)) == ("", ReopenCampaign("spring", campaign.closed_ms))


@pytest.mark.parametrize("who", ["boss", "小李"])
async def test_whoever_may_open_a_campaign_may_press_it_once(who: str, store: Store) -> None:
    desk, token = await closed(store)
    assert "spring" in texts(await desk.says(who, token))[0]
    assert not await is_closed(desk)
    await desk.says("boss", "/close spring")
    await desk.presses("boss", "确定")
    assert "处理过" in texts(await desk.says(who, token))[0]
    assert await is_closed(desk)


async def test_nobody_else_may_press_it_or_use_it_up(store: Store) -> None:
    desk, token = await closed(store)
    await desk.says("boss", "/org add 华北")
    await desk.joins("小周", "recruiter", "华北")
    for who in ("小吴", "小周"):
        await desk.says(who, token)
        await desk.says(who, token.replace("yes", "no"))
        assert await is_closed(desk)
    await desk.says("小李", token)
    assert not await is_closed(desk)


async def test_a_right_that_was_lost_meanwhile_counts_no_more(store: Store) -> None:
    desk, token = await closed(store)
    await desk.says("boss", "/staff revoke 小李 recruiter")
    await desk.presses("boss", "确定")
    await desk.says("小李", token)
    assert await is_closed(desk)
    await desk.says("boss", token)
    assert not await is_closed(desk)
