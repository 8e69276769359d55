"""微信客服: whole interviews of external candidates, with messages pulled after encrypted callbacks."""

from collections.abc import AsyncIterator

import pytest

from conversation.inbound import AudioArchived, Inbound, TranscriptReady, What
from conversation.jobs import FetchMedia
from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import Corp, customer, open_corp
from tests.fakes.wecom_api import KF, LINK, Trouble

pytestmark = pytest.mark.redis
ANNA = "wmFakeCustomer0001"


@pytest.fixture
async def corp(one_store: RedisStore) -> AsyncIterator[Corp]:
    async with open_corp(one_store) as corp:
        yield corp


async def at_the_first_question(corp: Corp) -> str:
    """Let Anna enter and go to the first question. Returns the interview."""
    interview, token = await corp.invited()
    await corp.enters(ANNA, token)
    await corp.kf_says(ANNA, "1")
    return interview


async def test_a_candidate_goes_through_a_whole_interview(corp: Corp) -> None:
    interview, token = await corp.invited()
    (guide,) = await corp.enters(ANNA, token)
    assert "李雷" in guide
    assert "1. 同意并开始" in guide
    assert "请做一个简短的自我介绍" in await corp.kf_says(ANNA, "1")
    assert "已保存" in await corp.kf_says(ANNA, "我叫李雷。")
    assert "最熟悉哪一种数据工具" in await corp.kf_says(ANNA, "提交")
    assert "2. 中位数" in await corp.kf_says(ANNA, "SQL")
    assert "占百分之几" in await corp.kf_says(ANNA, "2")
    assert "面试完成" in await corp.kf_says(ANNA, "75")
    assert (await corp.state(interview)).phase == "completed"
    assert (await corp.state(interview)).address == customer(ANNA)
    assert len(corp.api.customers[ANNA].seen) == 7, "one message a turn"


async def test_the_welcome_goes_by_the_events_code_and_the_rest_by_messages(corp: Corp) -> None:
    await at_the_first_question(corp)
    (welcome,) = corp.api.of("kf/send_msg_on_event")
    assert welcome["code"] == "code-0"
    assert len(corp.api.of("kf/send_msg")) == 1


async def test_without_a_code_the_welcome_waits_for_the_candidates_word(corp: Corp) -> None:
    _, token = await corp.invited()
    corp.kf_event(ANNA, "enter_session", scene="xumian", scene_param=token)
    await corp.news()
    await corp.first.pull()
    await corp.until(lambda: len(corp.api.of("kf/send_msg")) == 1, "an attempt")
    await corp.until_held(ANNA)
    assert corp.api.customers[ANNA].seen == []
    corp.kf_text(ANNA, "你好")
    seen = await corp.pulled(ANNA)
    assert "1. 同意并开始" in seen[0]


async def test_a_code_that_was_used_does_not_lose_the_welcome(corp: Corp) -> None:
    _, token = await corp.invited()
    corp.kf_text(ANNA, "你好")
    await corp.pulled(ANNA)
    corp.kf_event(ANNA, "enter_session", scene="xumian", scene_param=token, welcome_code="of-somebody")
    assert "1. 同意并开始" in (await corp.pulled(ANNA))[-1]


async def test_merely_opening_the_chat_says_nothing(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    version = len(await corp.entries(interview))
    corp.kf_event(ANNA, "enter_session", scene="", scene_param="")
    await corp.news()
    await corp.first.pull()
    assert len(await corp.entries(interview)) == version


async def test_a_voice_answer_is_fetched_as_amr(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    corp.api.media["media-1"] = b"#!AMR\n" + bytes(32)
    corp.kf_message(ANNA, "voice", {"media_id": "media-1"})
    assert "语音" in (await corp.pulled(ANNA))[-1]
    await corp.store.jobs.open()
    entry = await corp.store.jobs.take("fetch", "worker")
    assert entry is not None
    assert isinstance(entry.job, FetchMedia)
    assert entry.job.interview == interview
    kf = corp.first.account.kf
    assert kf is not None
    assert await kf.fetch(entry.job.media) == corp.api.media["media-1"]


async def test_what_was_heard_is_shown_and_counts_when_submitted(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    corp.kf_message(ANNA, "voice", {"media_id": "media-1"})
    await corp.pulled(ANNA)
    seen = corp.api.customers[ANNA].seen
    heard: tuple[What, ...] = (
        AudioArchived(1, "a" * 64, 38, "amr-nb"),
        TranscriptReady(1, "我叫李雷，来自北京。", 0.9, "small", 4_000),
    )
    for number, what in enumerate(heard):
        await corp.first.intake.apply(interview, Inbound(f"voice:1:{number}", what))
    await corp.until(lambda: "我叫李雷，来自北京。" in seen[-1], "the transcript")
    assert "1. 提交" in seen[-1]
    assert "最熟悉哪一种数据工具" in await corp.kf_says(ANNA, "提交")
    assert corp.api.refusals == []


async def test_a_candidate_leaves_and_comes_back_after_days(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    await corp.kf_says(ANNA, "第一句")
    await corp.kf_says(ANNA, "退出")
    await corp.kf_says(ANNA, "退出面试")
    await corp.kf_says(ANNA, "不想说")
    assert (await corp.state(interview)).phase == "exited"
    corp.clock.now_s += 50 * 3600
    back = await corp.kf_says(ANNA, "我回来了")
    assert "第一句" in back
    assert "请做一个简短的自我介绍" in back


async def test_after_five_messages_the_rest_waits_for_the_next_word(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    window = (await corp.state(interview)).window
    assert window is not None
    assert window.messages == 4
    for number in range(4):
        await corp.colleague_writes(interview, f"第 {number} 句")
    await corp.until(lambda: len(corp.api.customers[ANNA].seen) == 6, "what may be sent")
    for number in range(4, 7):
        await corp.colleague_writes(interview, f"第 {number} 句")
    corp.kf_text(ANNA, "收到")
    await corp.pulled(ANNA)
    seen = corp.api.customers[ANNA].seen
    said = [number for text in seen for number in range(7) if f"第 {number} 句" in text]
    assert said == list(range(7))
    assert corp.api.refusals == [], "the platform never had to refuse"


async def test_a_repeated_attempt_is_no_second_message(corp: Corp) -> None:
    await at_the_first_question(corp)
    corp.api.fail("kf/send_msg", Trouble(status=502, after=True))
    await corp.kf_says(ANNA, "第一句")
    await corp.until(lambda: len(corp.api.of("kf/send_msg")) == 3, "another attempt")
    attempts = corp.api.of("kf/send_msg")[1:]
    assert attempts[0]["msgid"] == attempts[1]["msgid"]
    assert len(attempts[0]["msgid"]) == 32
    assert len([each for each in corp.api.customers[ANNA].seen if "已保存" in each]) == 1


async def test_a_message_that_did_not_arrive_is_told_of_and_asked_again(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    corp.kf_event(ANNA, "msg_send_fail", fail_msgid="x", fail_type=10)
    await corp.news()
    await corp.first.pull()
    assert (await corp.state(interview)).phase == "unreachable"
    assert "请做一个简短的自我介绍" in await corp.kf_says(ANNA, "我在")


async def test_trouble_of_the_whole_account_is_said(corp: Corp) -> None:
    await at_the_first_question(corp)
    corp.kf_event(ANNA, "msg_send_fail", fail_msgid="x", fail_type=8)
    await corp.news()
    await corp.first.pull()
    kf = corp.first.account.kf
    assert kf is not None
    assert "unverified" in str(kf.problem())
    corp.clock.now_s += 3601
    assert kf.problem() is None


async def test_the_link_is_asked_for_once_and_carries_the_token(corp: Corp) -> None:
    other = corp.start("process-1")
    for process in corp.processes:
        assert await process.account.learn_link()
    kf = other.account.kf
    assert kf is not None
    assert kf.link("a b&c") == f"{LINK}&scene_param=a%20b%26c"
    assert corp.api.contact_ways == 1
    assert corp.api.of("kf/add_contact_way") == [{"open_kfid": KF, "scene": "xumian"}]


async def test_pictures_and_files_are_kinds_like_anywhere(corp: Corp) -> None:
    await at_the_first_question(corp)
    for kind in ("image", "video", "file", "location", "merged_msg", "kind_of_the_future"):
        corp.kf_message(ANNA, kind, {"media_id": "m"})
        await corp.pulled(ANNA)
    assert await corp.store.outbox.dead_letters() == 0


async def test_what_colleagues_write_is_none_of_ours(corp: Corp) -> None:
    interview = await at_the_first_question(corp)
    version = len(await corp.entries(interview))
    corp.kf_message(ANNA, "text", {"content": "我是同事"}, origin=5)
    await corp.news()
    await corp.first.pull()
    assert len(await corp.entries(interview)) == version


async def test_half_a_surrogate_pair_holds_up_nobody(corp: Corp) -> None:
    """The answer with all messages is JSON, but this message in it is no Unicode text. The rest of it counts."""
    interview, token = await corp.invited()
    await corp.enters(ANNA, token)
    await corp.kf_says(ANNA, "1")
    corp.kf_text(ANNA, "我学统计\ud83d")
    await corp.kf_says(ANNA, "提交")
    assert await corp.said(interview) == ["我学统计"]


async def test_stand_ins_and_what_shows_nothing_are_no_answers(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.enters(ANNA, token)
    await corp.kf_says(ANNA, "1")
    assert "这类消息" in await corp.kf_says(ANNA, "【收到不支持的消息类型，暂无法显示】")
    assert "还没有收到您的回答" in await corp.kf_says(ANNA, "\u2800")
    assert await corp.said(interview) == []
