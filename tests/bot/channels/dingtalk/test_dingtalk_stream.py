"""Stream mode: the official SDK against a gateway that repeats what was not acknowledged."""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from pydantic import SecretStr
from websockets.asyncio.client import ClientConnection

from bot.channels.dingtalk.stream import TOPIC, Stream
from storage.errors import StoreUnavailable
from tests.bot.channels.dingtalk.dingtalk_robots import (
    MANAGER,
    MEMBER,
    WEBHOOK,
    Account,
    OnDingTalk,
    account,
    on_dingtalk,
)
from tests.fakes.dingtalk_api import KEY, ROBOT, SECRET
from tests.fakes.dingtalk_gateway import Frame, Gateway
from tests.handlers.console.desk import Desk


@dataclass(slots=True)
class Streaming:
    robot: OnDingTalk
    gateway: Gateway
    http: httpx.AsyncClient
    stopping: asyncio.Event
    tasks: list["asyncio.Task[None]"]

    def start(self, process: Account | None = None, silent_s: float = 600) -> Account:
        """Start the stream of one process."""
        running = process or self.robot.account
        stream = Stream(
            running.receiver,
            running.channel,
            KEY,
            SecretStr(SECRET),
            self.robot.api.url,
            self.http,
            silent_s=silent_s,
            first_pause_s=0.01,
        )
        self.tasks.append(asyncio.create_task(stream.run(self.stopping)))
        return running

    async def connected(self, times: int = 1) -> None:
        await self.gateway.until(lambda: self.gateway.connections >= times, f"{times} connections")

    async def acknowledged(self, *frames: Frame) -> None:
        await self.gateway.until(lambda: all(each.answer for each in frames), "acknowledged")

    async def says(self, text: str, user: str = MEMBER) -> list[str]:
        """Send a message and return the answers, after the frame has been acknowledged."""
        self.robot.desk.now += 5_000
        frame = await self.gateway.bring(self.robot.message(text, user))
        await self.acknowledged(frame)
        assert frame.answer is not None
        assert frame.answer["code"] == 200
        before = len(self.robot.api.chats[user])
        await self.robot.deliver()
        return self.robot.api.texts(user)[before:]


@pytest.fixture
async def streaming() -> AsyncIterator[Streaming]:
    async with on_dingtalk(mode="stream") as robot, httpx.AsyncClient(verify=False) as http:
        running = Streaming(robot, robot.api.gateway, http, asyncio.Event(), [])
        yield running
        running.stopping.set()
        for task in running.tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def test_an_interview_and_a_command(streaming: Streaming) -> None:
    streaming.start()
    await streaming.connected()
    assert "面试助手" in (await streaming.says("/start demo"))[-1]
    assert "第 1/4 题" in (await streaming.says("同意并开始"))[-1]
    assert "已保存" in (await streaming.says("我学统计"))[-1]
    assert "第 2/4 题" in (await streaming.says("提交"))[-1]
    assert (await streaming.says("/stats demo", MANAGER))[-1]


async def test_what_was_sent_before_the_first_stream_is_not_answered(streaming: Streaming) -> None:
    robot, hour_ms = streaming.robot, 3_600_000
    streaming.start()
    await streaming.connected()
    hours_ago = (70, 10, 1)
    old = [robot.message("在吗", f"old-{ago}", createAt=robot.desk.now - ago * hour_ms) for ago in hours_ago]
    frames = [await streaming.gateway.bring(each) for each in old]
    await streaming.acknowledged(*frames)
    assert await streaming.says("在吗", "new")
    assert not any(robot.api.texts(f"old-{ago}") for ago in hours_ago)


async def test_a_frame_is_acknowledged_only_after_its_commit(
    streaming: Streaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    streaming.start()
    await streaming.connected()
    await streaming.says("/start demo")
    tried = asyncio.Event()

    async def away(*_: object) -> None:
        tried.set()
        raise StoreUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(streaming.robot.store.interviews, "commit", away)
        frame = await streaming.gateway.bring(streaming.robot.message("同意并开始"))
        await tried.wait()
    await streaming.says("你好", "manager3")  # sent later, over the same connection
    assert frame.answer is None
    assert await streaming.gateway.bring_again() == 1
    await streaming.acknowledged(frame)
    assert (await streaming.robot.state()).phase == "running"


async def test_two_processes_on_one_client_id_change_one_thing(streaming: Streaming) -> None:
    robot = streaming.robot
    second = Desk(robot.store, "zh")
    second.now, second._numbers = robot.desk.now, 900_000
    other = account(robot.api, second, robot.kv)
    streaming.start()
    streaming.start(other)
    await streaming.connected(2)
    await streaming.says("/start demo")
    await streaming.says("同意并开始")
    frames = [await streaming.gateway.bring(robot.message(f"第 {n} 句"), to_all=True) for n in range(5)]
    await streaming.acknowledged(*frames)
    assert len((await robot.state()).parts) == 5
    await other.channel.close()


async def test_messages_of_one_conversation_stay_in_order_beside_others(
    streaming: Streaming, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver, began, gate = streaming.robot.account.receiver, list[str](), asyncio.Event()
    take = receiver.take

    async def slow(body: bytes) -> bool:
        began.append(text := json.loads(body)["text"]["content"])
        if text == "first":
            await gate.wait()
        return await take(body)

    monkeypatch.setattr(receiver, "take", slow)
    streaming.start()
    await streaming.connected()
    first, second = [await streaming.gateway.bring(streaming.robot.message(each)) for each in ("first", "second")]
    await streaming.says("of somebody else", "manager3")
    assert began == ["first", "of somebody else"]
    gate.set()
    await streaming.acknowledged(first, second)
    assert began == ["first", "of somebody else", "second"]


async def test_what_is_silent_is_opened_anew(streaming: Streaming) -> None:
    streaming.start(silent_s=0.05)
    await streaming.connected(3)


@pytest.mark.parametrize("how", ["disconnect", "cut"])
async def test_a_connection_that_ends_is_opened_anew(streaming: Streaming, how: str) -> None:
    streaming.start()
    await streaming.connected()
    await (streaming.gateway.say_disconnect() if how == "disconnect" else streaming.gateway.cut())
    await streaming.connected(2)
    assert "面试助手" in (await streaming.says("/start demo"))[-1]


async def test_pings_are_answered_with_what_they_brought(streaming: Streaming) -> None:
    streaming.start()
    await streaming.connected()
    await streaming.gateway.ping()
    await streaming.gateway.until(lambda: streaming.gateway.pongs, "a pong")
    (pong,) = streaming.gateway.pongs
    assert (pong["code"], pong["headers"]["messageId"], pong["data"]) == (
        200,
        "system-ping",
        '{"opaque":"abc"}',
    )


async def test_a_gateway_that_refuses_is_asked_again_and_it_is_said(streaming: Streaming) -> None:
    streaming.gateway.refuse_next.extend([500, 401, 429])
    streaming.start()
    await streaming.connected()
    assert len(streaming.robot.api.of("/v1.0/gateway/connections/open")) == 4
    await streaming.says("/start demo")
    assert streaming.robot.account.channel.problem() is None


async def test_a_wrong_secret_is_a_problem_of_the_account(streaming: Streaming) -> None:
    streaming.gateway._secret = "another"
    streaming.start()

    async def told() -> str:
        while not (problem := streaming.robot.account.channel.problem()):  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
        return problem

    async with asyncio.timeout(15):
        assert SECRET not in await told()


@pytest.mark.parametrize(
    "raw",
    [
        "no JSON",
        "[]",
        "{}",
        "7",
        '{"type":"CALLBACK"}',
        '{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"m","time":"x"},"data":"{"}',
        '{"type":"CALLBACK","headers":{"topic":"/v1.0/im/bot/messages/get","messageId":"m"},"data":5}',
        '{"type":"CALLBACK","headers":{"topic":"/v1.0/card/instances/callback","messageId":"m"},"data":"{}"}',
        '{"type":"EVENT","headers":{"topic":"*","messageId":"m"},"data":"{}"}',
        '{"type":"SYSTEM","headers":{}}',
        '{"type":"CALLBACK","headers":7}',
    ],
)
async def test_strange_frames_end_nothing(streaming: Streaming, raw: str) -> None:
    streaming.start()
    await streaming.connected()
    await streaming.gateway.raw(raw)
    assert "面试助手" in (await streaming.says("/start demo"))[-1]
    assert streaming.gateway.connections == 1


async def test_a_message_for_another_robot_is_refused_and_one_like_no_other_is_kept(streaming: Streaming) -> None:
    streaming.start()
    await streaming.connected()
    foreign = await streaming.gateway.bring({**streaming.robot.message("x"), "robotCode": "dinganother"})
    strange = await streaming.gateway.bring({**streaming.robot.message("x"), "conversationType": "9"})
    await streaming.acknowledged(foreign, strange)
    assert foreign.answer is not None
    assert foreign.answer["code"] == 400
    ((kind, _, kept),) = streaming.robot.buried
    assert (kind, json.loads(kept)["robotCode"]) == ("update", ROBOT)


async def test_no_line_of_any_library_has_a_secret_in_it(
    streaming: Streaming, caplog: pytest.LogCaptureFixture
) -> None:
    """Captures what the libraries log, at the level used in production."""
    caplog.set_level(logging.WARNING)
    for name in ("dingtalk_stream", "dingtalk_stream.client", "dingtalk_stream.handler"):
        caplog.set_level(logging.DEBUG, name)
    streaming.start()
    await streaming.connected()
    await streaming.says("我学统计")
    await streaming.gateway.say_disconnect()
    await streaming.connected(2)
    assert [record.getMessage() for record in caplog.records] == []


async def test_the_loop_is_not_held_while_the_connection_is_opened(streaming: Streaming) -> None:
    """The gateway answers from this same event loop, so a call that blocked the loop would wait for ever."""
    streaming.start()
    async with asyncio.timeout(15):
        await streaming.connected()


async def test_in_stream_mode_there_is_no_address() -> None:
    async with on_dingtalk(mode="stream") as robot:
        assert (await robot.post(robot.message("/start demo"), path=WEBHOOK)).status_code == 404


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"data": "no JSON"}, 400),
        ({"data": "\ud83d"}, 400),
        ({"data": ""}, 400),
        ({}, 400),
        ({"data": "[" * 100_000}, 400),
        ({"data": {"robotCode": ROBOT}}, 200),
        ({"data": json.dumps({"robotCode": ROBOT, "createAt": "x"})}, 200),
        ({"data": f'{{"robotCode":"{ROBOT}","createAt":{"9" * 5000}}}'}, 200),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_frames_that_the_sdk_cannot_read_are_acknowledged_and_messages_in_them_kept(
    frame: dict[str, object], code: int
) -> None:
    async with on_dingtalk(mode="stream") as robot:
        sent: list[dict[str, object]] = []

        async def send(text: str) -> None:
            sent.append(json.loads(text))

        stream = Stream(
            robot.account.receiver,
            robot.account.channel,
            KEY,
            SecretStr(SECRET),
            "",
            cast(httpx.AsyncClient, None),
        )
        headers = {"topic": TOPIC, "messageId": "m1", "time": "not a number"}
        raw = json.dumps({"type": "CALLBACK", "headers": headers, **frame})
        assert await stream.read(raw, cast(ClientConnection, SimpleNamespace(send=send)))
        await asyncio.gather(*stream._handling)
        assert [(each["code"], cast(dict[str, str], each["headers"])["messageId"]) for each in sent] == [
            (code, "m1")
        ]
        assert len(robot.buried) == (1 if code == 200 else 0)
