"""Resuming a paused account: everybody there is told once, also when a process dies or an interview is broken."""

import re

import pytest

from bot.runtime.resumptions import SETTLED_MS
from conversation import inbound as i
from conversation.inbound import Inbound
from handlers.organisation.repository import audit_organisation, load
from storage.ports import Store
from tests.fakes.posts import LeaseBook
from tests.handlers.console.commands.system.bots_desk import organisation, said
from tests.handlers.console.commands.system.paused_accounts import paused, resuming, state
from tests.handlers.console.desk import texts


async def test_going_on_by_themselves_before_they_are_told(store: Store) -> None:
    """The candidate continues after the account is resumed and before the message about it is sent."""
    desk = await organisation(store)
    interview = await desk.starts("Ann", "spring")
    await paused(desk)
    await desk.does("Ann", i.TextReceived("I studied statistics."))
    await desk.says("boss", "/bot resume 700001")
    await desk.does("Ann", i.ChoicePressed("submit@0"))
    assert (await state(desk, interview)).index == 1
    await desk.sent()
    desk.heard.clear()
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    await desk.sent()
    assert desk.heard == []


async def test_a_pause_right_after_one_waits_for_its_end(store: Store) -> None:
    desk = await organisation(store)
    await paused(desk)
    assert "paused already" in await said(desk, "/bot pause 700001")
    await desk.says("boss", "/bot resume 700001")
    assert "still being told" in await said(desk, "/bot pause 700001")
    assert "⏳" in await said(desk, "/bots")
    desk.now += SETTLED_MS
    await (await resuming(desk)).look()
    assert "Pause @interviews_bot?" in await said(desk, "/bot pause 700001")
    assert await audit_organisation(store)


async def test_two_processes_tell_everybody_once(store: Store) -> None:
    desk = await organisation(store)
    for name in ("Ann", "Ben", "Cleo"):
        await desk.starts(name, "spring")
    await paused(desk)
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS - 1
    book = LeaseBook()
    one, two = await resuming(desk, "one", book), await resuming(desk, "two", book)
    await one.look()
    assert list(desk.watch.organisation.resuming) == ["telegram:700001"], "too early: not all processes know"
    desk.now += 1
    await one.look()
    await two.look()
    await desk.watch.look()
    assert desk.watch.organisation.resuming == {}
    await desk.sent()
    assert sorted(re.findall(r"恢复了，(\w+)，", " ".join(texts(desk.heard)))) == ["Ann", "Ben", "Cleo"]


async def test_who_died_in_between_is_followed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await organisation(store)
    for name in ("Ann", "Ben"):
        await desk.starts(name, "spring")
    await paused(desk)
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS
    apply, told = desk.intake.apply, list[str]()

    async def dying(interview: str, inbound: Inbound) -> object:
        if told:
            raise KeyboardInterrupt
        told.append(interview)
        return await apply(interview, inbound)

    with monkeypatch.context() as death:
        death.setattr(desk.intake, "apply", dying)
        with pytest.raises(KeyboardInterrupt):
            await (await resuming(desk)).look()
    await (await resuming(desk)).look()
    await desk.sent()
    assert sorted(re.findall(r"恢复了，(\w+)，", " ".join(texts(desk.heard)))) == ["Ann", "Ben"]


async def test_one_broken_interview_costs_nobody_else_anything(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = await organisation(store)
    broken = await desk.starts("Ann", "spring")
    await desk.starts("Ben", "spring")
    await paused(desk)
    await desk.says("boss", "/bot resume 700001")
    desk.now += SETTLED_MS
    apply = desk.intake.apply

    async def failing(interview: str, inbound: Inbound) -> object:
        if interview == broken:
            raise ValueError(interview)
        return await apply(interview, inbound)

    monkeypatch.setattr(desk.intake, "apply", failing)
    await (await resuming(desk)).look()
    await desk.sent()
    assert len(desk.heard) == 1
    assert (await load(store)).state.resuming == {}
