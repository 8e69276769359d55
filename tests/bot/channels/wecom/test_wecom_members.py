"""The app for members: whole interviews through encrypted callbacks, and failures on the way."""

from collections.abc import AsyncIterator

import pytest

from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import ADDRESS, Corp, open_corp
from tests.fakes.wecom_api import CORP, Trouble
from tests.fakes.wecom_callbacks import FORMER_KEY, encrypted, query

pytestmark = pytest.mark.redis


@pytest.fixture
async def corp(one_store: RedisStore) -> AsyncIterator[Corp]:
    async with open_corp(one_store) as corp:
        yield corp


async def test_a_member_goes_through_a_whole_interview(corp: Corp) -> None:
    interview, token = await corp.invited()
    guide = await corp.member_says("lilei", token)
    assert "李雷" in guide
    assert "1. 同意并开始" in guide
    assert "请做一个简短的自我介绍" in await corp.member_says("lilei", "1")
    assert "已保存" in await corp.member_says("lilei", "我叫李雷。")
    assert "最熟悉哪一种数据工具" in await corp.member_says("lilei", "提交")
    assert "2. 中位数" in await corp.member_says("lilei", "SQL")
    assert "占百分之几" in await corp.member_says("lilei", "2")
    assert "面试完成" in await corp.member_says("lilei", "75")
    state = await corp.state(interview)
    assert state.phase == "completed"
    assert state.address is not None
    assert state.address.channel == "wecom"
    assert corp.api.tokens == 1


async def test_a_member_leaves_and_comes_back(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", f"/start {token}")
    await corp.member_says("lilei", "同意并开始")
    await corp.member_says("lilei", "第一句")
    assert "进度" in await corp.member_says("lilei", "退出")
    assert "原因" in await corp.member_says("lilei", "退出面试")
    await corp.member_says("lilei", "不想说")
    assert (await corp.state(interview)).phase == "exited"
    back = await corp.member_says("lilei", "我回来了")
    assert "第一句" in back
    assert "请做一个简短的自我介绍" in back


async def test_a_message_that_comes_three_times_is_handled_once(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", token)
    await corp.member_says("lilei", "1")
    said = corp.typed("lilei", "只说一次")
    for _ in range(3):
        await corp.first.post(said, corp.clock())
    await corp.member_says("lilei", "提交")
    assert len([each for each in corp.api.shown["lilei"] if "已保存" in each]) == 1
    assert await corp.said(interview) == ["只说一次"]


async def test_a_member_who_left_is_out_of_reach_and_can_come_back(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", token)
    await corp.member_says("lilei", "1")
    await corp.first.post(
        corp.xml("lilei", "event", "<Event><![CDATA[unsubscribe]]></Event>", event=True), corp.clock()
    )
    assert (await corp.state(interview)).phase == "unreachable"
    before = len(corp.api.shown["lilei"])
    await corp.first.post(
        corp.xml("lilei", "event", "<Event><![CDATA[enter_agent]]></Event><EventKey></EventKey>", event=True),
        corp.clock(),
    )
    await corp.until(lambda: len(corp.api.shown["lilei"]) > before, "a welcome back")
    assert "欢迎回来" in corp.api.shown["lilei"][-1]


async def test_opening_the_app_again_and_again_says_nothing(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", token)
    version = len(await corp.entries(interview))
    opened = corp.xml("lilei", "event", "<Event><![CDATA[enter_agent]]></Event>", event=True)
    assert (await corp.first.post(opened, corp.clock())).status_code == 200
    assert len(await corp.entries(interview)) == version


async def test_whoever_may_not_see_the_app_any_more_is_out_of_reach(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", token)
    corp.api.gone.add("lilei")
    await corp.first.post(corp.typed("lilei", "1"), corp.clock())
    await corp.until_phase(interview, "unreachable")


async def test_an_expired_token_is_renewed_without_anybody_noticing(corp: Corp) -> None:
    _, token = await corp.invited()
    await corp.member_says("lilei", token)
    corp.api.expire_token()
    assert "请做一个简短的自我介绍" in await corp.member_says("lilei", "1")
    assert corp.api.tokens == 2


async def test_a_refused_address_is_told_of_with_the_address(corp: Corp) -> None:
    _, token = await corp.invited()
    refused = Trouble(60020, "not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at x")
    corp.api.fail("message/send", refused)
    await corp.first.post(corp.typed("lilei", token), corp.clock())
    channel = corp.first.account.channel
    await corp.until(lambda: channel.problem() is not None, "a problem")
    assert "203.0.113.7" in str(channel.problem())


# the address


async def test_the_address_is_checked(corp: Corp) -> None:
    sealed = encrypted("1616140317555161061", CORP)
    right = query(sealed, corp.clock(), echostr=sealed)
    answer = await corp.first.web.get(f"{ADDRESS}?{right}")
    assert (answer.status_code, answer.content) == (200, b"1616140317555161061")
    for wrong in (
        query(sealed, corp.clock(), token="other", echostr=sealed),
        query(sealed, corp.clock() - 3600, echostr=sealed),
        "",
    ):
        assert (await corp.first.web.get(f"{ADDRESS}?{wrong}")).status_code == 403
    assert (await corp.first.web.get(f"/webhooks/wecom/wwother?{right}")).status_code == 404


async def test_what_is_not_ours_is_refused_and_changes_nothing(corp: Corp) -> None:
    _, token = await corp.invited()
    said = corp.typed("lilei", token)
    for how, status in (
        ({"token": "other"}, 403),
        ({"key": FORMER_KEY}, 400),
        ({"receiver": "wwsomebodyelse"}, 403),
    ):
        assert (await corp.first.post(said, corp.clock(), **how)).status_code == status
    assert (await corp.first.post(said, corp.clock() - 3600)).status_code == 403
    assert (await corp.first.web.post(ADDRESS, content=b"<xml></xml>")).status_code == 403
    assert await corp.store.directory.invitation(token)
    assert not corp.api.calls


@pytest.mark.parametrize(
    "inside",
    [
        "<xml><MsgType>text</MsgType></xml>",
        "<xml><FromUserName>@all</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        "<xml><FromUserName>a</FromUserName><MsgType>voice</MsgType><MsgId>1</MsgId></xml>",
        "<xml><FromUserName>a</FromUserName><MsgType>text</MsgType></xml>",
        "<xml><FromUserName><b>a</b></FromUserName><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
    ],
)
async def test_a_genuine_message_that_is_none_goes_whole_into_the_dead_letters(corp: Corp, inside: str) -> None:
    answer = await corp.first.post(inside, corp.clock())
    assert (answer.status_code, answer.text) == (200, "")
    assert await corp.store.outbox.dead_letters() == 1


# what XML cannot contain, and what shows nothing


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("我学\x0b\x00统计".encode(), "我学统计"),
        ("我学统计".encode()[:-1], "我学统"),
        ("我学".encode() + b"\xed\xa0\xbd\xed\xb8\x80\xff" + "统计".encode(), "我学😀统计"),
    ],
)
async def test_the_rest_of_a_damaged_text_is_taken(corp: Corp, typed: bytes, kept: str) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", token)
    await corp.member_says("lilei", "1")
    body = corp.typed("lilei", "ABCDEF").encode().replace(b"ABCDEF", typed)
    assert (await corp.first.post(body, corp.clock())).status_code == 200
    assert await corp.said(interview) == [kept]


async def test_what_cannot_be_read_is_kept_and_acknowledged(corp: Corp) -> None:
    for body in (b"<xml><Content>", b"\xff\xfe", b'{"a": 1}', b"<xml><MsgType>text</MsgType></xml>"):
        answer = await corp.first.post(body, corp.clock())
        assert (answer.status_code, answer.text) == (200, "")
    assert await corp.store.outbox.dead_letters() == 4


async def test_what_shows_nothing_and_stand_ins_are_no_answers(corp: Corp) -> None:
    interview, token = await corp.invited()
    await corp.member_says("lilei", token)
    await corp.member_says("lilei", "1")
    assert "还没有收到您的回答" in await corp.member_says("lilei", "\u3164")
    assert "这类消息" in await corp.member_says("lilei", "[该消息类型暂不能展示]")
    assert await corp.said(interview) == []
