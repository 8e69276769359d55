"""Confirming that another account is the candidate's: once per claim, on record, by those who may hire."""

import asyncio

import pytest

from conversation import events as e
from conversation import inbound as i
from conversation.record.audit import unseal
from handlers.maintenance.audit import audit
from handlers.organisation.audit import read_entries
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.handlers.console.desk import Desk, texts


async def waiting(store: Store | None = None) -> Desk:
    """Return a desk where somebody at another account has claimed to be 张三 and waits for an answer."""
    desk = Desk(store or MemoryStore())
    await desk.claims()
    await desk.campaign("spring")
    await desk.says("boss", "/notify")
    await desk.answers("张三", "spring", 2)
    await desk.sent()
    await asks(desk, "新手机")
    return desk


async def asks(desk: Desk, account: str) -> None:
    await desk.opens_link_of(account, "张三")
    await desk.does(account, i.TextReceived("1"))


async def claims(desk: Desk) -> list[tuple[str, e.AnyEvent]]:
    stored = await desk.store.interviews.entries(desk.interview_of("张三"))
    entries = [unseal(each)[1] for each in stored]
    answers = (e.ClaimConfirmed, e.ClaimRefused)
    return [(entry.by, event) for entry in entries for event in entry.events if isinstance(event, answers)]


async def test_one_tap_on_the_card_lets_in(store: Store) -> None:
    desk = await waiting(store)
    (card,) = await desk.sent()
    assert "新手机" in card.text
    assert "网页" in card.text
    assert [each.label for each in card.choices][:2] == ["是本人", "不是本人"]
    assert all(len(each.token) <= 40 for each in card.choices)
    (said,) = await desk.presses("boss", "是本人")
    assert "张三" in said.text
    entries = read_entries(await store.interviews.entries("office"))
    assert await claims(desk) == [("staff", e.ClaimConfirmed(entries[-1].by))]
    assert f"/confirm {desk.interview_of('张三')} yes" in str(entries[-1])
    assert "新手机" not in str(entries)
    record = await store.interviews.load(desk.interview_of("张三"))
    assert record is not None
    assert record.state.address is not None
    assert record.state.address.channel == "web"
    await audit(store, desk.interview_of("张三"))


async def test_the_same_command_again_does_nothing_more() -> None:
    desk = await waiting()
    await desk.sent()
    inbound = desk.message("boss", "/confirm 张三 yes", "staff:again")
    await asyncio.gather(*(desk.console.receive(inbound) for _ in range(3)))
    assert len(await claims(desk)) == 1
    assert len(await desk.sent()) == 1
    assert texts(await desk.says("boss", "/confirm 张三 yes"))[0].startswith("张三 这里现在没有人在等确认")


async def test_two_colleagues_who_answer_at_once_are_not_both_told_that_it_was_done() -> None:
    desk = await waiting()
    await desk.sent()
    await desk.joins("小李", "recruiter")
    answers = await asyncio.gather(desk.says("boss", "/confirm 张三 yes"), desk.says("小李", "/confirm 张三 no"))
    assert len(await claims(desk)) == 1
    said = [text for each in answers for text in texts(each)]
    assert len([text for text in said if text.startswith(("已确认", "已拒绝"))]) == 1


async def test_an_old_button_does_not_answer_a_later_claim() -> None:
    desk = await waiting()
    await desk.sent()
    (card,) = [each for each in await desk.says("boss", "/candidate 张三") if each.choices]
    old = next(each.token for each in card.choices if each.label == "是本人")
    await desk.says("boss", "/confirm 张三 不是本人")
    await asks(desk, "旧平板")
    await desk.sent()
    (said,) = await desk.says("boss", old)
    assert "另一个账号" in said.text
    assert [event for _, event in await claims(desk) if isinstance(event, e.ClaimConfirmed)] == []


@pytest.mark.parametrize("role", ["support", "auditor"])
async def test_who_may_not_hire_sees_no_buttons(role: str) -> None:
    desk = await waiting()
    await desk.sent()
    await desk.joins("小王", role)
    (card, *_) = [*await desk.says("小王", "/candidate 张三"), None]
    assert card is not None
    assert not any("/confirm" in each.token for each in card.choices)
    assert ("有人带着邀请链接" in card.text) == (role == "auditor")


async def test_whoever_waits_elsewhere_hears_the_answer() -> None:
    desk = await waiting()
    await desk.sent()
    desk.heard.clear()
    await desk.says("boss", "/confirm 张三 no")
    (told,) = desk.heard
    assert told.to.channel == "web"
    assert not told.prompted
