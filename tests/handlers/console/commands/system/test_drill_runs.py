"""Drills as processes run them: one at a time, reported in one message, and ended when a process stops or dies."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from handlers.console.console import Console
from handlers.console.registry import COMMANDS, FORMS
from handlers.organisation.repository import audit_organisation
from storage.errors import StoreUnavailable
from tests.handlers.console.commands.system.drill_site import Site

# how it is run


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    yield made
    made.drills.stop()
    await made.drills.run()


async def ended(site: Site, count: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not count() or site.drills._running:  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0)
    await site.deliver()


async def test_a_report_is_one_message_that_changes(site: Site) -> None:
    order = await site.order()
    assert await site.drills.start(order)
    await ended(site, lambda: bool(site.discarded))
    assert len({message.subject for message in site.reports}) == 1
    assert [message.quiet for message in site.reports] == [False, *[True] * (len(site.reports) - 2), False]
    assert "进行中：0/18 步" in site.reports[0].text
    assert "一切正常" in site.reports[-1].text
    assert site.reports[-1].to == order.chat
    assert site.discarded == [order]
    assert site.notes.values == {f"drill-done:{order.id}": "1"}


async def test_a_drill_asked_for_again_is_not_started_twice_and_another_waits(site: Site) -> None:
    order, other = await site.order(1), await site.order(2)
    assert await site.drills.start(order)
    assert await site.drills.start(order)
    assert not await site.drills.start(other)
    assert not await site.process().start(other)
    await ended(site, lambda: bool(site.discarded))
    assert await site.drills.start(order)
    assert await site.drills.start(other)
    await ended(site, lambda: len(site.discarded) == 2)
    assert len({message.subject for message in site.reports}) == 2


async def test_a_drill_whose_process_stops_says_so(site: Site) -> None:
    site.away.add("delivery")
    order = await site.order()
    assert await site.drills.start(order)
    await asyncio.sleep(0)
    site.drills.stop()
    await site.drills.run()
    await site.deliver()
    assert "演练中断了" in site.reports[-1].text
    assert site.discarded == [order]
    assert site.notes.values == {f"drill-done:{order.id}": "1"}


async def test_a_drill_whose_process_died_is_found_by_another(site: Site) -> None:
    order = await site.order()
    killed = site.process()
    site.away.add("delivery")
    assert await killed.start(order)
    for task in killed._running.values():  # as by SIGKILL: nothing is released
        task.get_coro().close()
    note, lease = site.notes.values["drill"], site.notes.values["drill-lease"]
    await site.notes.set("drill", note)
    await site.notes.set("drill-lease", lease)
    await site.process().look()
    assert site.reports == []  # the lease is still held, so the drill may be running
    await site.notes.erase("drill-lease")  # as if the lease had expired
    await site.process().look()
    await site.deliver()
    assert "演练中断了" in site.reports[-1].text
    assert site.discarded[-1] == order
    assert "drill" not in site.notes.values


async def test_a_store_that_is_away_ends_a_drill_and_nothing_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(site.store.outbox, "post", away)
    assert await site.drills.start(await site.order())
    await ended(site, lambda: not site.drills._running)
    monkeypatch.undo()
    assert await site.drills.start(await site.order(2))
    await ended(site, lambda: len(site.discarded) == 2)
    assert "一切正常" in site.reports[-1].text


async def test_the_command_answers_at_once_and_once(site: Site) -> None:
    desk = site.desk
    await desk.claims()
    await desk.campaign("spring")
    desk.console = Console(desk.tools._replace(drill=site.drills.start), COMMANDS, FORMS)
    line = desk.message("boss", "/drill spring", "drill-1")
    for result in ("committed", "duplicate"):
        assert await desk.console.receive(line) == result
    await ended(site, lambda: bool(site.discarded))
    assert [each.text.split("（")[0] for each in site.elsewhere] == ["演练开始了"]
    assert len({message.subject for message in site.reports}) == 1
    await audit_organisation(site.store)
