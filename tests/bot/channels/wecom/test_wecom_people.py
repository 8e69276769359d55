"""微信客服: colleagues take over a conversation by hand, and give it back."""

from collections.abc import AsyncIterator

import pytest

from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import Corp, open_corp
from tests.fakes.wecom_api import NEW, OURS, OVER, PEOPLE, QUEUE, Trouble

pytestmark = pytest.mark.redis
ANNA = "wmFakeCustomer0001"


@pytest.fixture
async def corp(one_store: RedisStore) -> AsyncIterator[Corp]:
    async with open_corp(one_store) as corp:
        yield corp


async def begun(corp: Corp) -> str:
    interview, token = await corp.invited()
    await corp.enters(ANNA, token)
    await corp.kf_says(ANNA, "1")
    return interview


async def taken_over(corp: Corp) -> None:
    corp.api.customers[ANNA].state = PEOPLE
    corp.kf_event(ANNA, "session_status_change", change_type=1, new_servicer_userid="zhangsan")
    await corp.news()
    await corp.first.pull()


async def given_back(corp: Corp) -> None:
    corp.api.customers[ANNA].state = OVER
    corp.kf_event(
        ANNA, "session_status_change", change_type=3, old_servicer_userid="zhangsan", msg_code=corp.api.code(ANNA)
    )


async def test_what_is_said_to_colleagues_is_no_answer_and_moves_nothing(corp: Corp) -> None:
    interview = await begun(corp)
    await taken_over(corp)
    corp.kf_text(ANNA, "提交")
    corp.kf_text(ANNA, "我想问一下")
    await corp.news()
    await corp.first.pull()
    state = await corp.state(interview)
    assert state.index == 0
    assert await corp.said(interview) == []
    assert state.halt is not None
    assert len(corp.api.customers[ANNA].seen) == 2, "nobody but colleagues talks to her"


async def test_when_they_are_through_the_question_comes_again_and_the_time_is_given_back(corp: Corp) -> None:
    interview = await begun(corp)
    deadline = (await corp.state(interview)).deadline_ms
    await taken_over(corp)
    corp.kf_text(ANNA, "我想问一下")
    await corp.news()
    await corp.first.pull()
    await corp.until_held(ANNA)
    corp.clock.now_s += 600
    await given_back(corp)
    seen = await corp.pulled(ANNA)
    assert "请做一个简短的自我介绍" in seen[-1]
    assert len(seen) == 3, "one message, by the code of the event"
    state = await corp.state(interview)
    assert state.deadline_ms == deadline + 600_000
    assert state.halt is None
    assert "已保存" in await corp.kf_says(ANNA, "现在回答")


async def test_when_the_event_that_they_are_through_never_comes_the_next_answer_counts(corp: Corp) -> None:
    interview = await begun(corp)
    await taken_over(corp)
    corp.api.customers[ANNA].state = NEW
    corp.kf_text(ANNA, "我的回答")
    await corp.pulled(ANNA)
    assert await corp.said(interview) == ["我的回答"]
    assert (await corp.state(interview)).halt is None


async def test_while_the_platform_does_not_say_whose_it_is_the_last_event_counts(corp: Corp) -> None:
    interview = await begun(corp)
    await taken_over(corp)
    corp.api.fail("kf/service_state/get", Trouble(status=502))
    corp.kf_text(ANNA, "给同事的话")
    await corp.news()
    await corp.first.pull()
    assert await corp.said(interview) == []


async def test_what_was_sent_long_ago_goes_by_the_events_alone(corp: Corp) -> None:
    """After an outage the conversation has already been given back. The events tell whose a message was."""
    interview = await begun(corp)
    await taken_over(corp)
    corp.kf_text(ANNA, "给同事的话")
    corp.clock.now_s += 3600
    corp.api.customers[ANNA].state = NEW
    corp.kf_event(ANNA, "session_status_change", change_type=3)
    corp.kf_text(ANNA, "我的回答")
    await corp.pulled(ANNA)
    assert await corp.said(interview) == ["我的回答"]


async def test_what_is_held_goes_out_with_the_candidates_next_word(corp: Corp) -> None:
    interview = await begun(corp)
    corp.api.customers[ANNA].state = PEOPLE  # the event has not arrived yet
    await corp.colleague_writes(interview, "同事的话")
    await corp.until_held(ANNA)
    corp.api.customers[ANNA].state = NEW
    corp.kf_text(ANNA, "好")
    await corp.pulled(ANNA)
    seen = corp.api.customers[ANNA].seen
    assert any("同事的话" in each for each in seen)


async def test_a_conversation_of_nobody_is_taken_by_the_api(corp: Corp) -> None:
    await begun(corp)
    corp.api.fail("kf/send_msg", Trouble(95018, "send msg session status invalid"))
    assert "已保存" in await corp.kf_says(ANNA, "第一句")
    assert corp.api.of("kf/service_state/trans")[-1]["service_state"] == OURS
    assert corp.api.customers[ANNA].state == OURS


@pytest.mark.parametrize("state", [QUEUE, PEOPLE, OVER])
async def test_a_conversation_of_colleagues_is_left_to_them(corp: Corp, state: int) -> None:
    await begun(corp)
    corp.kf_text(ANNA, "第一句")
    corp.api.customers[ANNA].state = state
    await corp.news()
    await corp.first.pull()
    await corp.until_held(ANNA)
    assert corp.api.of("kf/service_state/trans") == []
    assert corp.api.customers[ANNA].state == state


async def test_a_conversation_can_be_handed_to_colleagues(corp: Corp) -> None:
    await begun(corp)
    kf = corp.first.account.kf
    assert kf is not None
    await kf.hand_over(ANNA)
    assert corp.api.of("kf/service_state/trans")[-1]["service_state"] == QUEUE
    assert await kf.state(ANNA) == QUEUE


async def test_strangers_who_talk_to_colleagues_are_not_disturbed(corp: Corp) -> None:
    corp.kf_text(ANNA, "你好")
    await corp.pulled(ANNA)
    await taken_over(corp)
    corp.clock.now_s += 120
    corp.kf_text(ANNA, "在吗")
    await corp.news()
    await corp.first.pull()
    assert len(corp.api.customers[ANNA].seen) == 1
    assert await corp.store.outbox.dead_letters() == 0
