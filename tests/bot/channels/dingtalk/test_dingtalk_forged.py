"""Attacks with a captured header pair and another body, which DingTalk does not sign."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
import structlog.testing

from bot.channels.dingtalk.build import build
from bot.channels.dingtalk.staff import NOT_TAKEN
from handlers.organisation.repository import claim_code, load
from tests.bot.channels.dingtalk.dingtalk_robots import (
    GROUP,
    MANAGER,
    MEMBER,
    OTHER,
    OnDingTalk,
    on_dingtalk,
    reopened,
)
from tests.fakes.dingtalk_api import ROBOT, SESSION_S, Heard
from tests.fakes.hosts import host
from tests.payloads import names, payload

ATTACKER = "attacker"
COMMANDS = ["/staff invite owner", "/stats demo", "/export demo", "/forget demo", "统计 demo", "你好", "/yes 1234"]
FILE = {"fileName": "roster.csv", "downloadCode": "code-1", "fileId": "1", "spaceId": "2"}
OUTSIDE: dict[str, Any] = {"senderId": "$:LWCP_v1:$x"}


@dataclass(slots=True)
class Attack:
    """An installation whose messages may be forged, with an owner from the time when they could not."""

    robot: OnDingTalk
    captured: dict[str, str]
    _number: int = 0

    async def posts(self, **body: Any) -> int:
        """Send a body with the captured headers and a session that leads to the attacker. Returns the status."""
        self._number += 1
        url, until = self.robot.api.session(ATTACKER, 24 * 3600)
        session = {"sessionWebhook": url, "sessionWebhookExpiredTime": until}
        forged = {**self.robot.message(), "msgId": f"forged{self._number}", **session, **body}
        return (await self.robot.post(forged, self.captured)).status_code

    async def says(self, text: str, user: str = MANAGER, **more: Any) -> None:
        told = {"senderStaffId": user, "conversationId": f"cid-of-{user}", "text": {"content": text}, **more}
        assert await self.posts(**told) == 200

    async def heard(self, user: str = MANAGER) -> list[Heard]:
        before = len(self.robot.api.chats[user])
        await self.robot.deliver()
        assert self.robot.api.chats[ATTACKER] == []
        return self.robot.api.chats[user][before:]


@pytest.fixture
async def attack() -> AsyncIterator[Attack]:
    async with on_dingtalk() as before:
        await before.claims()
        async with reopened(before, path_secret=None) as robot:
            yield Attack(robot, robot.headers())


def told(heard: list[Heard]) -> bool:
    """Whether this is the one line that says why a command was not carried out."""
    (line,) = heard
    return line.way == "api" and "XUMIAN_DINGTALK_PATH_SECRET" in line.text and "docs/dingtalk.md" in line.text


@pytest.mark.parametrize("text", COMMANDS)
async def test_the_owners_name_gives_no_rights_and_no_answer(attack: Attack, text: str) -> None:
    version = await attack.robot.version()
    await attack.says(text)
    assert told(await attack.heard()), "only the owner, who is told in Chinese what to do"
    await attack.says(text)
    assert await attack.heard() == []
    assert await attack.robot.version() == version, "nothing was carried out"


@pytest.mark.parametrize("name", names("dingtalk"))
async def test_whatever_dingtalk_sends(attack: Attack, name: str) -> None:
    version = await attack.robot.version()
    url, until = attack.robot.api.session(ATTACKER)
    body = payload("dingtalk", name)
    forged = {
        **body,
        "senderStaffId": MANAGER,
        "sessionWebhook": url,
        "sessionWebhookExpiredTime": until,
        "text": {"content": "/stats"},
    }
    assert await attack.posts(**forged) == 200
    assert {each.way for each in await attack.heard()} <= {"api"}
    assert attack.robot.api.chats[GROUP] == []
    assert await attack.robot.version() == version


async def test_a_file_in_the_owners_name_is_not_fetched(attack: Attack) -> None:
    attack.robot.api.files["code-1"] = "name\n韩梅梅\n".encode()
    await attack.says("", msgtype="file", content=FILE)
    assert told(await attack.heard())
    assert attack.robot.api.of("/v1.0/robot/messageFiles/download") == []


async def test_a_command_in_a_group_is_answered_to_its_author_only(attack: Attack) -> None:
    group: dict[str, Any] = {"conversationType": "2", "conversationId": GROUP, "isInAtList": True}
    await attack.says("/stats demo", **group)
    assert told(await attack.heard())
    await attack.says("/stats demo", OTHER, **group)
    assert await attack.heard(OTHER) == []
    assert attack.robot.api.chats[GROUP] == []


async def test_the_line_costs_few_calls(attack: Attack) -> None:
    for _ in range(50):
        await attack.says("/stats demo")
    assert told(await attack.heard())
    assert len(attack.robot.api.of("/v1.0/robot/oToMessages/batchSend")) == 2, "the welcome and the line"


async def test_a_one_time_code_is_neither_taken_nor_used_up(attack: Attack) -> None:
    desk, store = attack.robot.desk, attack.robot.store
    code = await claim_code(store, lambda: desk.now, lambda: "a-code-of-the-operator")
    await attack.says(f"/claim {code}", OTHER)
    assert told(await attack.heard(OTHER))
    assert len((await load(store)).state.people) == 1
    async with reopened(attack.robot) as safe:
        assert "所有者" in (await safe.says(f"/claim {code}", OTHER))[0].text


async def test_the_owners_next_answer_goes_to_the_owner(attack: Attack) -> None:
    for text in ("/stats demo", "/start demo", "同意并开始"):
        await attack.says(text)
    assert {each.way for each in await attack.heard()} == {"api"}
    async with reopened(attack.robot) as safe:
        (answer,) = await safe.says("/stats demo", MANAGER)
        assert answer.way == "api"
    assert attack.robot.api.chats[ATTACKER] == []


async def test_notices_go_to_colleagues_and_groups_by_their_id(attack: Attack) -> None:
    async with reopened(attack.robot) as safe:
        await safe.says("/notify", MANAGER, GROUP)
    await attack.says("/start demo")
    await attack.says("/x", conversationType="2", conversationId=GROUP)
    await attack.robot.begins()
    await attack.robot.says("退出")
    await attack.robot.says("退出面试")
    await attack.robot.says("1")
    assert "王经理" in attack.robot.api.texts(GROUP)[-1]
    assert {each.way for each in attack.robot.api.chats[GROUP]} == {"api"}
    assert attack.robot.api.chats[ATTACKER] == []


async def test_a_colleague_can_still_take_an_interview(attack: Attack) -> None:
    assert "第 1/4 题" in (await attack.robot.begins(MANAGER))[-1].text
    assert "已保存" in (await attack.robot.says("我学统计", MANAGER))[-1].text
    assert told(await attack.robot.says("/stats demo", MANAGER))


async def test_a_candidates_session_is_not_replaced(attack: Attack) -> None:
    robot = attack.robot
    await robot.begins()
    await attack.says("我学心理", MEMBER)
    assert [each.way for each in await attack.heard(MEMBER)] == ["session"]
    robot.desk.now += (SESSION_S - 120) * 1000
    assert {each.way for each in await robot.says("/help")} == {"session"}
    robot.desk.now += 120_000
    assert {each.way for each in await robot.says("/help")} == {"session"}, "the first has ended, the next came"
    assert robot.api.chats[ATTACKER] == []


async def test_after_the_platform_has_ended_a_session_the_next_one_is_used(attack: Attack) -> None:
    await attack.robot.begins()
    attack.robot.api.end_sessions()
    assert {each.way for each in await attack.robot.says("/help")} == {"api"}
    assert {each.way for each in await attack.robot.says("/help")} == {"session"}


async def test_a_planted_session_does_not_outlast_what_dingtalk_documents(attack: Attack) -> None:
    """Whoever was not in a conversation can be written for; that ends after two hours, whatever the body says."""
    await attack.says("/start demo", MEMBER)
    attack.robot.desk.now += 2 * 3_600_000
    assert {each.way for each in await attack.robot.says("同意并开始")} == {"session"}
    assert attack.robot.api.chats[ATTACKER] == []


async def test_what_was_planted_is_not_used_once_messages_are_authentic(attack: Attack) -> None:
    await attack.says("/start demo", MEMBER)
    async with reopened(attack.robot) as safe:
        assert {each.way for each in await safe.says("同意并开始")} == {"session"}
    assert attack.robot.api.chats[ATTACKER] == []


async def test_people_outside_are_answered_by_their_first_session_and_then_by_the_next(attack: Attack) -> None:
    robot = attack.robot
    await robot.says("/start demo", "", **OUTSIDE)
    first = robot.desk.now + SESSION_S * 1000 - 60_000
    robot.desk.now += 80 * 60_000
    assert "第 1/4 题" in (await robot.says("同意并开始", "", **OUTSIDE))[-1].text
    state = await robot.state("out:$:LWCP_v1:$x")
    assert state.window is not None
    assert state.window.until_ms == first, "not that of the newer session, which is not kept"
    robot.desk.now = first + 1_000
    answers = await robot.says("我学统计", "", **OUTSIDE)
    assert [(each.way, each.text[:3]) for each in answers] == [("session", "已保存")]


async def test_it_is_said_that_commands_are_not_taken(attack: Attack) -> None:
    channel = attack.robot.account.channel
    assert channel.problem() == NOT_TAKEN
    assert not channel.capabilities.commands
    assert await warned(attack.robot)
    for mode in ("http", "stream"):
        async with reopened(attack.robot, mode=mode) as safe:
            assert safe.account.channel.problem() is None
            assert safe.account.channel.capabilities.commands
            assert mode == "stream" or not await warned(safe)


async def warned(robot: OnDingTalk) -> bool:
    """Start what receives messages, and return whether the log warns that commands are not taken."""
    there = host(SimpleNamespace(kv=robot.kv), robot.desk.intake, console=robot.desk.console)
    built = await build(robot.account.settings, there)
    with structlog.testing.capture_logs() as lines:
        for receive in built.receive:
            await receive(asyncio.Event())
    for channel in built.channels:
        await channel.close()
    return [line.get("what") for line in lines] == [NOT_TAKEN]


async def test_without_an_owner_nothing_is_different_for_candidates() -> None:
    async with on_dingtalk(path_secret=None) as robot:
        assert "第 1/4 题" in (await robot.begins())[-1].text
        assert {each.way for each in robot.api.chats[MEMBER]} == {"session"}
        assert robot.account.receiver.account == ROBOT
