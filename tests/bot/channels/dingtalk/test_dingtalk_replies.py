"""By which way a message is sent, and what happens if a way is closed."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.channels.base import MediaGone, NotNow, Rejected, SendError, TryLater, Unreachable
from bot.channels.dingtalk.quota import Quota
from conversation.inbound import Address, Media
from conversation.outbound import Attachment, Choice, OutboundMessage
from conversation.timing.messaging_window import remindable
from tests.bot.channels.dingtalk.dingtalk_robots import GROUP, MEMBER, OnDingTalk, account, on_dingtalk
from tests.fakes.dingtalk_api import KEY, ROBOT, SECRET, Heard, Trouble

BATCH = "/v1.0/robot/oToMessages/batchSend"
GROUPS = "/v1.0/robot/groupMessages/send"
TOKEN = "/v1.0/oauth2/accessToken"
SESSION = "/robot/sendBySession"
OUTSIDE = "out:$:LWCP_v1:$x"


@pytest.fixture
async def robot() -> AsyncIterator[OnDingTalk]:
    async with on_dingtalk() as running:
        yield running


def message(text: str = "您好", user: str = MEMBER, **more: Any) -> OutboundMessage:
    return OutboundMessage(Address("dingtalk", ROBOT, user), text, **more)


async def write(robot: OnDingTalk, user: str = MEMBER, **more: Any) -> None:
    """Write to the robot, which opens a session."""
    assert (await robot.post(robot.message("hello", user, **more))).status_code == 200


async def send(robot: OnDingTalk, told: OutboundMessage | None = None, key: str = "3:1-0") -> None:
    assert await robot.account.channel.send(told or message(), key) == ""


async def test_the_session_while_it_lives_then_the_api(robot: OnDingTalk) -> None:
    await write(robot)
    await send(robot)
    robot.desk.now += 5400_000
    await send(robot)
    assert robot.api.chats[MEMBER] == [Heard("您好", "session"), Heard("您好", "api")]
    (call,) = robot.api.of(BATCH)
    assert call.body == {
        "robotCode": ROBOT,
        "userIds": [MEMBER],
        "msgKey": "sampleText",
        "msgParam": '{"content":"您好"}',
    }


async def test_a_session_that_has_ended_before_its_time(robot: OnDingTalk) -> None:
    await write(robot)
    robot.api.end_sessions()
    await send(robot)
    await send(robot)
    assert [each.way for each in robot.api.chats[MEMBER]] == ["api", "api"]
    assert robot.api.refused["300001"] == 1, "it is not asked a second time"


async def test_every_message_brings_a_new_session_and_an_older_one_never_comes_back(robot: OnDingTalk) -> None:
    old = robot.message("hello")
    robot.desk.now += 60_000
    await write(robot)
    assert (await robot.post(old)).status_code == 200
    url, _ = old["sessionWebhook"], old["sessionWebhookExpiredTime"]
    await send(robot)
    assert robot.api.of(SESSION)[-1].query["session"] != url.partition("=")[2]


async def test_groups_by_their_conversation(robot: OnDingTalk) -> None:
    await send(robot, message(user=f"cid:{GROUP}"))
    (call,) = robot.api.of(GROUPS)
    assert call.body["openConversationId"] == GROUP
    assert robot.api.chats[GROUP] == [Heard("您好", "api")]


async def test_people_outside_are_answered_while_their_session_lives_and_then_held(robot: OnDingTalk) -> None:
    await write(robot, "", senderId="$:LWCP_v1:$x")
    await send(robot, message(user=OUTSIDE))
    robot.desk.now += 5400_000
    with pytest.raises(NotNow):
        await send(robot, message(user=OUTSIDE))
    assert robot.api.of(BATCH) == []
    assert [each.way for each in robot.api.chats[""]] == ["session"]


async def test_people_outside_take_an_interview_with_a_window(robot: OnDingTalk) -> None:
    who: dict[str, Any] = {"senderId": "$:LWCP_v1:$x"}
    await robot.says("/start demo", "", **who)
    assert "第 1/4 题" in (await robot.says("同意并开始", "", **who))[-1].text
    state = await robot.state(OUTSIDE)
    assert state.window is not None
    assert state.window.until_ms == robot.desk.now + 5400_000 - 60_000


async def test_who_is_no_member_any_more_is_out_of_reach(robot: OnDingTalk) -> None:
    with pytest.raises(Unreachable):
        await send(robot, message(user="gone"))
    robot.api.fail(BATCH, Trouble(400, "staffId.notExisted"))
    with pytest.raises(Unreachable):
        await send(robot)


async def test_too_much_for_one_member(robot: OnDingTalk) -> None:
    robot.api.fail(BATCH, Trouble(200, raw=b'{"processQueryKey":"","flowControlledStaffIdList":["0123456789"]}'))
    with pytest.raises(TryLater) as later:
        await send(robot)
    assert later.value.retry_after_s == 60


@pytest.mark.parametrize(
    ("trouble", "kind", "whole"),
    [
        (Trouble(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), TryLater, True),
        (Trouble(429, ""), TryLater, True),
        (Trouble(403, "Forbidden.AccessDenied.ApiCountLimitForOrg"), NotNow, False),
        (Trouble(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied"), TryLater, True),
        (Trouble(500, "InternalFailure"), TryLater, False),
        (Trouble(502, raw=b"<html>Bad Gateway"), TryLater, False),
        (Trouble(200, raw=b"<html>maintenance"), TryLater, False),
        (Trouble(200, raw=b"\xff"), TryLater, False),
        (Trouble(400, "invalidParameter.msgParam"), Rejected, False),
    ],
)
async def test_what_the_api_refuses(
    robot: OnDingTalk, trouble: Trouble, kind: type[SendError], whole: bool
) -> None:
    await send(robot)
    robot.api.fail(BATCH, trouble)
    with pytest.raises(kind) as raised:
        await send(robot)
    assert getattr(raised.value, "whole_account", False) == whole
    assert "您好" not in str(raised.value)
    await send(robot)


@pytest.mark.parametrize(
    "trouble",
    [Trouble(502, raw=b"Bad Gateway"), Trouble(200, raw=b"<html>"), Trouble(200, raw=b'{"errcode":130101}')],
)
async def test_while_a_session_is_only_in_trouble_the_api_is_spared(robot: OnDingTalk, trouble: Trouble) -> None:
    await write(robot)
    robot.api.fail(SESSION, trouble)
    with pytest.raises(TryLater) as later:
        await send(robot)
    assert "session=" not in str(later.value)
    await send(robot)
    assert [each.way for each in robot.api.chats[MEMBER]] == ["session"]


async def test_one_token_for_all_processes(robot: OnDingTalk) -> None:
    other = account(robot.api, robot.desk, robot.kv)
    for channel in (robot.account.channel, other.channel, robot.account.channel):
        await channel.send(message(), "3:1-0")
    assert [call.body for call in robot.api.of(TOKEN)] == [{"appKey": KEY, "appSecret": SECRET}]
    await other.channel.close()


async def test_a_token_that_is_refused_is_asked_for_anew(robot: OnDingTalk) -> None:
    await send(robot)
    robot.api.revoke_tokens()
    await send(robot)
    assert len(robot.api.of(TOKEN)) == 2
    assert len(robot.api.chats[MEMBER]) == 2


async def test_a_wrong_secret_is_a_problem_of_the_account(robot: OnDingTalk) -> None:
    robot.api.fail(TOKEN, Trouble(400, "invalidClientIdOrSecret"))
    with pytest.raises(TryLater) as later:
        await send(robot)
    assert later.value.whole_account
    problem = robot.account.channel.problem()
    assert problem is not None
    assert "app key" in problem
    assert SECRET not in problem
    await send(robot)
    assert robot.account.channel.problem() is None


async def test_twenty_calls_a_second_over_all_processes(robot: OnDingTalk) -> None:
    other = account(robot.api, robot.desk, robot.kv)
    channels = (robot.account.channel, other.channel)
    for number in range(20):
        await channels[number % 2].send(message(), f"3:{number}-0")
    for channel in channels:
        with pytest.raises(TryLater) as later:
            await channel.send(message(), "3:99-0")
        assert later.value.retry_after_s is not None
        assert 0 < later.value.retry_after_s <= 1
    assert robot.api.refused == {}, "DingTalk never had to say so"
    robot.desk.now += 1_000
    await send(robot)
    await other.channel.close()


async def test_calls_are_counted_and_kept_for_answers(robot: OnDingTalk) -> None:
    quota = Quota(robot.kv, ROBOT, 10_000, lambda: robot.desk.now)
    await send(robot)
    assert await quota.used() == 2, "the token and the message"
    for _ in range(8_998):
        await quota.add()
    with pytest.raises(NotNow):
        await send(robot, message(prompted=False))
    await send(robot)
    await write(robot)
    await send(robot, message(prompted=False))
    assert robot.api.chats[MEMBER][-1].way == "session", "which costs nothing"
    for _ in range(1_000):
        await quota.add()
    robot.desk.now += 5400_000
    with pytest.raises(NotNow):
        await send(robot)
    robot.desk.now += 31 * 24 * 3600_000
    await send(robot, message(prompted=False))


async def test_a_long_message_goes_on_where_it_broke_off(robot: OnDingTalk) -> None:
    await write(robot)
    text = "".join(f"{number:05} 您好\n" for number in range(1000))
    robot.api.fail(SESSION, *[Trouble(200, raw=b'{"errcode":0}')], Trouble(502, raw=b""))
    with pytest.raises(TryLater):
        await send(robot, message(text))
    await send(robot, message(text))
    first, *rest = robot.api.texts(MEMBER)
    assert text.endswith(first + "".join(rest))
    assert text != first + "".join(rest), "the first part had arrived"


async def test_files_that_people_outside_cannot_be_sent(robot: OnDingTalk) -> None:
    paper = Attachment("a.pdf", await robot.desk._keep(b"%PDF-1"), "application/pdf")
    with pytest.raises(Rejected):
        await robot.account.channel.send(message("", OUTSIDE, file=paper), "3:1-0")
    await send(robot, message("给您", file=paper))
    assert [each.file.partition(" ")[0] for each in robot.api.chats[MEMBER]] == ["", "a.pdf"]
    gone = Attachment("b.pdf", "0" * 63 + "9", "application/pdf")
    with pytest.raises(Rejected):
        await send(robot, message("", file=gone))


async def test_what_candidates_send_is_fetched_by_its_code(robot: OnDingTalk) -> None:
    robot.api.files["code-1"] = b"#!AMR\n..."
    channel = robot.account.channel
    assert await channel.fetch(Media("code-1", "audio")) == b"#!AMR\n..."
    with pytest.raises(MediaGone):
        await channel.fetch(Media("gone", "audio"))
    with pytest.raises(MediaGone):
        await channel.fetch(Media("", "audio"))
    robot.api.files["large"] = bytes(20 * 1024 * 1024 + 1)
    with pytest.raises(MediaGone, match="too_large"):
        await channel.fetch(Media("large", "audio"))
    robot.api.fail("/v1.0/robot/messageFiles/download", Trouble(200, raw=b'{"downloadUrl":"http://10.0.0.1/x"}'))
    with pytest.raises(TryLater):
        await channel.fetch(Media("code-1", "audio"))
    robot.api.fail("/v1.0/robot/messageFiles/download", Trouble(403, "Forbidden.AccessDenied.ApiCountLimitForOrg"))
    with pytest.raises(TryLater):
        await channel.fetch(Media("code-1", "audio"))


async def test_choices_in_every_way(robot: OnDingTalk) -> None:
    offered = (Choice("option.0@2", "平均数"), Choice("exit@2", "暂停或退出"))
    await write(robot)
    await send(robot, message(choices=offered))
    robot.api.end_sessions()
    await send(robot, message(choices=offered))
    by_session, by_api = robot.api.chats[MEMBER]
    assert by_session.buttons == by_api.buttons == (("平均数", "平均数"), ("暂停或退出", "暂停或退出"))
    assert by_session.text == by_api.text


async def test_what_was_held_for_a_member_is_said_when_they_write(robot: OnDingTalk) -> None:
    await robot.begins()
    quota = Quota(robot.kv, ROBOT, 10_000, lambda: robot.desk.now)
    for _ in range(10_000):
        await quota.add()
    robot.desk.now += 5400_000
    interview = (await robot.state()).interview
    reminder = message("还记得吗？", prompted=False, interview=interview)
    await robot.store.outbox.post(reminder.to, "reminder", reminder, window_s=60)
    await robot.deliver()
    assert robot.held == ["还记得吗？"]
    answers = await robot.says("我学统计")
    assert [each.text.partition("\n")[0] for each in answers][:1] == ["还记得吗？"]
    assert {each.way for each in answers} == {"session"}
    assert len(answers) == 2
    assert "还记得吗？" not in [each.text for each in await robot.says("还有")]
    assert remindable(await robot.state(), robot.desk.now + 365 * 24 * 3600_000), "and at any time after that"


async def test_what_was_held_for_somebody_outside_is_said_when_they_write(robot: OnDingTalk) -> None:
    who: dict[str, Any] = {"senderId": "$:LWCP_v1:$x"}
    await robot.says("/start demo", "", **who)
    await robot.says("同意并开始", "", **who)
    robot.desk.now += 5400_000
    told = message("同事说：您好", OUTSIDE, interview=(await robot.state(OUTSIDE)).interview)
    await robot.store.outbox.post(told.to, "told", told, window_s=60)
    await robot.deliver()
    assert robot.held == ["同事说：您好"]
    answers = await robot.says("我学统计", "", **who)
    assert answers[0].text == "同事说：您好"
