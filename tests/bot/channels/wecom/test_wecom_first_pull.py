"""The first pull of a 微信客服 account brings what customers wrote to others in the last three days."""

from collections.abc import AsyncIterator

import pytest

from storage import keys
from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import Corp, customer, open_corp
from tests.fakes.waiting import until
from tests.fakes.wecom_api import KF
from tests.payloads import listed

pytestmark = pytest.mark.redis
ANNA, HOUR_S = "wmFakeCustomer0001", 3600


@pytest.fixture
async def corp(one_store: RedisStore) -> AsyncIterator[Corp]:
    async with open_corp(one_store, pages=2) as corp:
        yield corp


def bring_backlog(corp: Corp) -> list[str]:
    """Put messages of the last three days into the account. Returns their senders."""
    users = []
    for each in listed("wecom", "backlog"):
        corp.api.bring({**each, "open_kfid": KF, "send_time": int(corp.clock()) - each["hours_ago"] * HOUR_S})
        users.append(each["external_userid"])
    return users


async def test_nobody_is_answered_whose_message_is_older_than_the_connection(corp: Corp) -> None:
    users = bring_backlog(corp)
    corp.kf_event("wmCustomer3", "enter_session", welcome_code=corp.api.code("wmCustomer3"), scene="home")
    corp.api.messages[-1]["send_time"] -= 3 * HOUR_S
    await corp.news()
    await corp.first.pull()
    assert await corp.store.outbox.dead_letters() == 0
    assert await corp.kf_says("wmNew", "请问社保怎么交")
    assert [corp.api.customers[user].seen for user in (*users, "wmCustomer3")] == [[]] * (len(users) + 1)
    assert not [key async for key in corp.store.client.scan_iter("*wmCustomer*")]

    async def all_is_sent() -> bool:
        return not [each for each in range(keys.PARTITIONS) if await corp.store.outbox.oldest_ms(each)]

    await until(all_is_sent, "nothing waits to be sent to anybody")


async def test_a_candidate_goes_on_and_a_code_lets_in(corp: Corp) -> None:
    _, token = await corp.invited()
    users = bring_backlog(corp)
    corp.kf_event(ANNA, "enter_session", scene="xumian", scene_param=token, welcome_code=corp.api.code(ANNA))
    assert "1. 同意并开始" in (await corp.pulled(ANNA))[0]
    corp.clock.now_s += 60
    assert "请做一个简短的自我介绍" in await corp.kf_says(ANNA, "1")
    assert not any(corp.api.customers[user].seen for user in users)
    assert await corp.store.directory.who(customer(ANNA))


async def test_an_account_that_was_pulled_before_has_no_first_connection_any_more(corp: Corp) -> None:
    await corp.store.kv.set(f"wecom-kf:{KF}:cursor", "0")
    bring_backlog(corp)
    assert await corp.pulled("wmCustomer2")
    assert len(corp.api.customers["wmCustomer10"].seen) == 1


async def test_after_an_outage_each_stranger_is_answered_once(corp: Corp) -> None:
    await corp.news()
    await corp.first.pull()
    corp.clock.now_s += 24 * HOUR_S
    for ago_s in (20 * HOUR_S, 9 * HOUR_S, HOUR_S, 60):
        for user in ("wmA", "wmB"):
            corp.kf_text(user, "在吗？")["send_time"] -= ago_s
    await corp.pulled("wmA")
    await corp.pulled("wmB", expect=0)
    await corp.until(lambda: bool(corp.api.customers["wmB"].seen), "an answer to the other")
    assert [len(corp.api.customers[user].seen) for user in ("wmA", "wmB")] == [1, 1]
