"""Whole interviews on an official account with two processes, whether or not the account may send by itself.

Every callback is delivered to both processes, three times, all at once. The phone checks that all answers agree.
"""

from collections.abc import AsyncIterator

import pytest

from conversation import inbound as i
from conversation.events import PartReceived
from conversation.inbound import Inbound, SupportAnswered
from conversation.jobs import FetchFile, FetchMedia
from conversation.script import Script
from storage.memory.store import MemoryStore
from storage.ports import Store
from tests.bot.channels.wechat.wechat_accounts import LONG, Desk, Phone, account
from tests.fakes.scene import DAY, HOUR, MINUTE, named

MORE = "（还有内容，回复「更多」继续）"


@pytest.fixture(params=[True, False], ids=["may push", "may not"])
async def desk(request: pytest.FixtureRequest, store: Store) -> AsyncIterator[Desk]:
    async with account(store, push=request.param, processes=2) as desk:
        yield desk
    assert not set(desk.api.refused) - {48001}


async def interview_of(desk: Desk, phone: Phone) -> str:
    return await desk.scene.store.directory.who(phone.address) or ""


async def begun(desk: Desk) -> tuple[Phone, str]:
    """Go to the first question by a personal QR code. Returns the phone and the interview."""
    interview, token = await desk.scene.invited("张三")
    phone = desk.phone()
    guide = await phone.follows(token)
    assert "张三" in guide
    assert "1. 同意并开始" in guide
    question = await phone.says("1")
    assert "About you?" in question
    return phone, interview


async def finished(phone: Phone) -> str:
    """Go from the first question to the end. Returns the last reply."""
    assert "已保存" in await phone.says("我叫张三")
    assert await phone.says("来自北京") == ""
    assert "Your city?" in await phone.says("１")
    assert "Where?" in await phone.says("北京")
    assert "Years?" in await phone.says("b")
    return await phone.says("三年")


async def test_a_whole_interview_in_typed_words(desk: Desk) -> None:
    phone, interview = await begun(desk)
    end = await finished(phone)
    assert "面试完成" in end
    state = await desk.scene.state(interview)
    assert state.phase == "completed"
    entries = await desk.scene.entries(interview)
    assert named(entries).count("AnswerSubmitted") == 4
    parts = [each.text for entry in entries for each in entry.events if isinstance(each, PartReceived)]
    assert parts == ["我叫张三", "来自北京", "北京", "south(中)", "三年"]
    assert desk.api.followers[phone.user].heard == [], "all of it fitted into the responses"


async def test_every_callback_changes_the_record_once(desk: Desk) -> None:
    phone, interview = await begun(desk)
    await finished(phone)
    causes = [entry.cause for entry in await desk.scene.entries(interview)]
    assert len(causes) == len(set(causes))


async def test_leaving_and_coming_back(desk: Desk) -> None:
    phone, interview = await begun(desk)
    await phone.says("我叫张三")
    warning = await phone.taps("exit")
    assert "已经保存" in warning
    reasons = await phone.says("退出面试")
    assert "原因" in reasons
    assert "已退出" in await phone.says("网络不好")
    assert (await desk.scene.state(interview)).phase == "exited"
    desk.scene.clock.forward(5 * HOUR)
    back = await phone.says("你好")
    assert "欢迎回来" in back
    assert "我叫张三" in back
    assert (await desk.scene.state(interview)).phase == "running"


async def test_unsubscribing_and_following_again(desk: Desk) -> None:
    phone, interview = await begun(desk)
    await phone.says("我叫张三")
    assert await phone.leaves() == ""
    state = await desk.scene.state(interview)
    assert state.phase == "unreachable"
    assert state.window == i.Window(0, 0)
    back = await phone.follows()
    assert "欢迎回来" in back
    assert "我叫张三" in back
    assert (await desk.scene.state(interview)).phase == "running"


async def test_while_nobody_follows_nothing_is_sent_to_them(desk: Desk) -> None:
    phone, interview = await begun(desk)
    await phone.leaves()
    for number in range(3):
        desk.scene.clock.forward(13 * HOUR)
        await desk.scene.tick(interview)
        await desk.scene.intake.apply(interview, Inbound(f"c{number}", SupportAnswered("我们在", "boss")))
        await phone.looks()
    assert desk.api.followers[phone.user].heard == []
    back = await phone.follows()
    assert "我们在" in back


async def test_a_follower_scans_an_invitation(desk: Desk) -> None:
    phone = desk.phone()
    plain = await phone.follows()
    assert "邀请码" in plain
    _, token = await desk.scene.invited("李四")
    assert "李四" in await phone.scans(token)


async def test_an_invitation_code_may_be_typed(desk: Desk) -> None:
    phone = desk.phone()
    await phone.follows()
    _, token = await desk.scene.invited("李四")
    assert "没有找到" in await phone.says("kR3vX9dQ2mB7tL5wY8nC1A")
    assert "李四" in await phone.says(token)


async def test_the_menu_at_any_time(desk: Desk) -> None:
    phone = desk.phone()
    for key in ("continue", "status", "support", "exit"):
        assert "邀请码" in await phone.taps(key), "whoever is nobody's candidate is told how to become one"
    phone, interview = await begun(desk)
    assert "About you?" in await phone.taps("continue")
    assert "0/4" in await phone.taps("status")
    assert "描述" in await phone.taps("support")
    assert (await desk.scene.state(interview)).support
    assert "About you?" in await phone.taps("continue")
    assert (await desk.scene.state(interview)).support is None
    await finished(phone)
    for key in ("continue", "status", "exit"):
        assert await phone.taps(key)


@pytest.mark.parametrize("kind", ["image", "video", "shortvideo", "location", "link", "file"])
async def test_other_kinds_are_refused_in_one_line(kind: str) -> None:
    async with account(MemoryStore()) as desk:
        phone, interview = await begun(desk)
        reply = await phone.sends(kind, MediaId="m", Title="简历.pdf")
        assert reply == "这类消息暂时不能作为回答，请打字或发语音告诉我。"
        assert (await desk.scene.state(interview)).parts == ()


async def test_a_picture_for_support_reaches_people_where_it_can_be_fetched(desk: Desk) -> None:
    phone, interview = await begun(desk)
    await phone.taps("support")
    reply = await phone.sends("image", MediaId="screenshot", PicUrl="http://mmbiz.qpic.cn/x")
    jobs = [each.job for each in await desk.scene.store.jobs.waiting("fetch", 10)]
    assert [each.media.reference for each in jobs if isinstance(each, FetchFile)] == (
        ["screenshot"] if desk.api.verified else []
    )
    assert (await desk.scene.state(interview)).files == desk.api.verified
    assert reply


async def test_voice_is_acknowledged_at_once_and_its_transcript_comes_where_it_can(desk: Desk) -> None:
    phone, interview = await begun(desk)
    desk.api.media["wide"] = b"#!AMR-WB\n" + bytes(60)
    receipt = await phone.speaks("narrow", "wide")
    if not desk.api.verified:  # it may not fetch recordings either
        assert receipt == "这里暂时听不到语音，请打字回答。"
        assert (await desk.scene.state(interview)).voices == 0
        return
    assert "🎤" in receipt
    jobs = await desk.scene.store.jobs.waiting("fetch", 10)
    (job,) = [each.job for each in jobs if isinstance(each.job, FetchMedia)]
    assert await desk.channel.fetch(job.media) == desk.api.media["wide"]
    heard = i.TranscriptReady(1, "我叫张三", 0.9, "fake", 3_000)
    archived = i.AudioArchived(1, "0" * 64, 69, "amr_wb")
    await desk.scene.intake.apply(interview, Inbound("a", archived))
    await desk.scene.intake.apply(interview, Inbound("h", heard))
    (pushed,) = await phone.looks()
    assert "我叫张三" in pushed
    assert "Your city?" in await phone.says("提交")


async def long_interview(desk: Desk, script: Script = LONG) -> tuple[Phone, str]:
    interview, token = await desk.scene.invited("张三", script=script)
    phone = desk.phone()
    await phone.follows(token)
    await phone.says("同意并开始")
    return phone, interview


async def test_what_does_not_fit_comes_with_the_next_messages_whole_and_in_order(store: Store) -> None:
    """The account may not send by itself, so each part says that there is more."""
    async with account(store, push=False, processes=2) as desk:
        phone, interview = await long_interview(desk)
        assert phone.seen[-1].endswith(MORE)
        assert "1. 提交" not in phone.seen[-1], "what is not open on the screen is not offered"
        assert await phone.says("更多")
        shown = "\n".join(each.removesuffix(MORE).strip() for each in phone.seen[1:])
        assert shown.count("很长的说明。") == 150
        assert shown.index("about 开始") < shown.index("about 结束") < shown.index("1. 提交")
        state = await desk.scene.state(interview)
        assert state.parts == (), "the word for more is no answer"
        assert await desk.scene.store.interviews.held(interview) == []
        assert await phone.says("更多") == ""
        assert not desk.api.calls


async def test_whatever_is_said_instead_is_taken_and_brings_the_rest(store: Store) -> None:
    async with account(store, push=False, processes=2) as desk:
        phone, interview = await long_interview(desk)
        await phone.says("我叫张三")
        shown = "\n".join(each.removesuffix(MORE).strip() for each in phone.seen[1:])
        assert shown.count("很长的说明。") == 150
        assert shown.index("about 结束") < shown.index("已保存")
        assert [part.text for part in (await desk.scene.state(interview)).parts] == ["我叫张三"]
        await phone.says("提交")
        for _ in range(3):
            await phone.says("更多")
        assert await desk.scene.store.interviews.held(interview) == []
        assert "city 结束" in "".join(phone.seen)


async def test_what_does_not_fit_is_sent_where_that_is_possible(store: Store) -> None:
    async with account(store, push=True, processes=2) as desk:
        phone, interview = await long_interview(desk)
        assert phone.seen[1:] == desk.api.followers[phone.user].heard, "the response could be overtaken"
        shown = "\n".join(phone.seen[1:])
        assert MORE not in shown
        assert shown.count("很长的说明。") == 150
        assert shown.index("about 开始") < shown.index("about 结束") < shown.index("1. 提交")
        state = await desk.scene.state(interview)
        assert state.window
        assert state.window.messages == 5 - len(desk.api.followers[phone.user].heard) < 5
        assert not desk.api.refused


async def test_what_an_account_may_no_longer_send_waits_for_the_next_message(store: Store) -> None:
    async with account(store) as desk:
        phone, interview = await begun(desk)
        desk.api.verified = False
        await desk.scene.intake.apply(interview, Inbound("c", SupportAnswered("我们在", "boss")))
        assert await phone.looks() == []
        assert [each.text for each in await desk.scene.store.interviews.held(interview)]
        assert "我们在" in await phone.says("我叫张三")
        assert await desk.scene.store.outbox.dead_letters() == 0


async def test_reminders_only_within_the_budget(desk: Desk) -> None:
    phone, interview = await begun(desk)
    await phone.says("我叫张三")
    for wait in (11 * MINUTE, DAY, DAY, DAY):
        desk.scene.clock.forward(wait)
        await desk.scene.tick(interview)
        await phone.looks()
    events = named(await desk.scene.entries(interview))
    reminded = events.count("Reminded")
    assert reminded == (2 if desk.api.verified else 0)
    assert len(desk.api.followers[phone.user].heard) == reminded
