"""Pulling messages of 微信客服, with several processes.

Covers crashes between a page and its cursor, messages that cannot be handled, and lost callbacks.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from storage.errors import StoreUnavailable
from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import Corp, Process, kf_news, open_corp
from tests.fakes.wecom_api import Trouble

pytestmark = pytest.mark.redis
ANNA, BORIS = "wmFakeCustomer0001", "wmFakeCustomer0002"


@pytest.fixture
async def corp(one_store: RedisStore) -> AsyncIterator[Corp]:
    async with open_corp(one_store, pages=2, processes=2) as corp:
        yield corp


async def begun(corp: Corp) -> str:
    interview, token = await corp.invited()
    await corp.enters(ANNA, token)
    await corp.kf_says(ANNA, "1")
    return interview


async def test_a_callback_to_two_processes_three_times_at_once_is_one_change_and_one_reply(corp: Corp) -> None:
    interview = await begun(corp)
    corp.kf_text(ANNA, "只说一次")

    async def arrives(process: Process) -> None:
        await corp.news(process)
        await process.pull()

    await asyncio.gather(*(arrives(process) for process in corp.processes for _ in range(3)))
    await corp.until(lambda: "已保存" in corp.api.customers[ANNA].seen[-1], "a reply")
    await corp.kf_says(ANNA, "提交")
    assert await corp.said(interview) == ["只说一次"]
    assert len([each for each in corp.api.customers[ANNA].seen if "已保存" in each]) == 1


async def test_what_comes_while_another_process_pulls_is_not_left(corp: Corp) -> None:
    """The process with the lease finds the other process's note after it has given the lease back."""
    interview = await begun(corp)
    first, second = corp.processes
    holding = asyncio.Event()
    go_on = asyncio.Event()
    puller = first.account.puller
    assert puller is not None
    ask = puller._ask

    async def slowly(cursor: str, token: str) -> dict[str, Any]:
        answer = await ask(cursor, token)
        holding.set()
        await go_on.wait()
        return answer

    puller._ask = slowly  # type: ignore[method-assign] # to stop in the middle of a pull
    corp.kf_text(ANNA, "一")
    await corp.news(first)
    pulling = asyncio.create_task(first.pull())
    await holding.wait()
    corp.kf_text(ANNA, "二")
    await corp.news(second)
    await second.pull()  # the lease is taken
    go_on.set()
    await pulling
    assert await corp.said(interview) == ["一", "二"]


async def test_killed_between_page_and_cursor_nothing_is_lost_or_doubled(corp: Corp) -> None:
    interview = await begun(corp)
    for number in range(5):
        corp.kf_text(ANNA, f"第 {number} 句")
    puller = corp.first.account.puller
    assert puller is not None
    kv, pages = puller._kv, 0

    class Dying:
        """A kv that fails when the cursor is written, at the first attempt for every page."""

        def __getattr__(self, name: str) -> Any:
            return getattr(kv, name)

        async def set(self, name: str, value: str, life_s: int | None = None) -> None:
            nonlocal pages
            pages += 1
            if name.endswith(":cursor") and pages % 2:
                raise StoreUnavailable("killed here")
            await kv.set(name, value, life_s)

    await corp.news()
    puller._kv = Dying()
    deaths = 0
    for _ in range(20):
        try:
            await corp.first.pull()
        except StoreUnavailable:
            deaths += 1
    assert 2 <= deaths < 10
    assert await corp.said(interview) == [f"第 {number} 句" for number in range(5)]


async def test_another_process_goes_on_where_one_died_with_the_lease(corp: Corp) -> None:
    interview = await begun(corp)
    corp.kf_text(ANNA, "一")
    await corp.news()
    leases = corp.store.leases("wecom-kf:wkFakeAccount0001", "a-dead-process", 60_000)
    assert await leases.take(0)
    await corp.processes[1].pull()
    assert await corp.said(interview) == []
    await leases.release(0)  # simulates that it expires
    await corp.processes[1].pull()
    assert await corp.said(interview) == ["一"]


async def test_poison_is_put_away_and_holds_nothing_back(corp: Corp) -> None:
    interview = await begun(corp)
    corp.api.bring({"msgtype": "text", "origin": 3, "external_userid": ANNA, "text": "no object"})
    corp.api.bring({"msgtype": "event", "origin": 4, "event": None})
    corp.api.bring({"msgtype": "voice", "origin": 3, "external_userid": ANNA, "send_time": "x", "voice": {}})
    corp.kf_text(ANNA, "后面的话")
    await corp.pulled(ANNA)
    assert await corp.said(interview) == ["后面的话"]
    assert await corp.store.outbox.dead_letters() == 3


async def test_a_callback_that_never_came_is_made_up_for(corp: Corp) -> None:
    interview = await begun(corp)
    corp.kf_text(ANNA, "没有回调")
    await corp.store.kv.erase("wecom-kf:wkFakeAccount0001:round")  # simulates that its minute passes
    await corp.first.pull()
    assert await corp.said(interview) == ["没有回调"]
    calls = len(corp.api.of("kf/sync_msg"))
    for process in corp.processes:
        await process.pull()
    assert len(corp.api.of("kf/sync_msg")) == calls, "one process a minute"


async def test_the_callbacks_token_is_used_while_it_is_good(corp: Corp) -> None:
    await begun(corp)
    corp.kf_text(ANNA, "一")
    await corp.news(token="fresh-token")
    await corp.first.pull()
    assert corp.api.of("kf/sync_msg")[-1]["token"] == "fresh-token"
    await corp.news(token="old-token")
    corp.clock.now_s += 601
    await corp.first.pull()
    assert "token" not in corp.api.of("kf/sync_msg")[-1]


async def test_a_refused_token_is_done_without(corp: Corp) -> None:
    interview = await begun(corp)
    corp.kf_text(ANNA, "一")
    corp.api.fail("kf/sync_msg", Trouble(95007, "invalid msg token"))
    await corp.pulled(ANNA)
    assert await corp.said(interview) == ["一"]


async def test_while_the_platform_is_away_the_note_stays(corp: Corp) -> None:
    interview = await begun(corp)
    corp.kf_text(ANNA, "一")
    await corp.news()
    corp.api.fail("kf/sync_msg", Trouble(status=502))
    stopping = asyncio.Event()
    puller = corp.first.account.puller
    assert puller is not None
    running = asyncio.create_task(puller.run(stopping))

    async def heard() -> bool:
        return await corp.said(interview) == ["一"]

    await corp.until_so(heard, "the answer arrives after all")
    stopping.set()
    await running


async def test_without_the_store_a_callback_is_not_answered_as_handled(corp: Corp) -> None:
    """The platform sends it again, because it is not acknowledged."""
    puller = corp.first.account.puller
    assert puller is not None
    kv = puller._kv

    class Away:
        def __getattr__(self, name: str) -> Any:
            return getattr(kv, name)

        async def set(self, name: str, value: str, life_s: int | None = None) -> None:
            raise StoreUnavailable("away")

    puller._kv = Away()
    answer = await corp.first.post(kf_news(corp.clock(), "t"), corp.clock())
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    puller._kv = kv
    await corp.news()


async def test_conversations_do_not_hold_each_other_up_and_each_keeps_its_order(corp: Corp) -> None:
    interviews = []
    for user in (ANNA, BORIS):
        interview, token = await corp.invited()
        await corp.enters(user, token)
        await corp.kf_says(user, "1")
        interviews.append(interview)
    for number in range(4):
        for user in (ANNA, BORIS):
            corp.kf_text(user, f"{user} {number}")
    await corp.pulled(BORIS)
    for interview, user in zip(interviews, (ANNA, BORIS), strict=True):
        assert await corp.said(interview) == [f"{user} {number}" for number in range(4)]
