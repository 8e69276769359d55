"""The long connection: frames of the platform's protocol, acknowledged after the commit."""

import asyncio
import base64
import contextlib
import json
from collections.abc import AsyncIterator

import pytest

from bot.channels.feishu import frames
from bot.channels.feishu.stream import Stream
from conversation.inbound import Inbound
from storage.errors import StoreUnavailable
from tests.bot.channels.feishu.feishu_bots import OnFeishu, on_feishu
from tests.fakes.feishu_api import MEMBER, Trouble


@contextlib.asynccontextmanager
async def connected(**options: float) -> AsyncIterator[OnFeishu]:
    async with on_feishu(mode="stream") as bot:
        stopping = asyncio.Event()
        stream = Stream(bot.receiver, bot.channel, first_pause_s=0.01, **options)
        task = asyncio.create_task(stream.run(stopping))
        await bot.api.until(lambda: bot.api.connections, "connected")
        try:
            yield bot
        finally:
            stopping.set()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def test_a_frame_as_the_sdk_writes_it() -> None:
    """Bytes written by lark-oapi 1.7.5 (lark_oapi.ws.pb.pbbp2_pb2.Frame)."""
    assert frames.ping(7).hex() == "08001000180720002a0c0a0474797065120470696e67"
    frame = frames.read(
        bytes.fromhex(
            "08051006180720012a0d0a047479706512056576656e742a100a0a6d6573736167655f696412026d312a080a0373756d12013"
            "12a080a037365711201303a046a736f6e42077b2261223a317d4a0178"
        )
    )
    assert (frame.method, frame.service, frame.payload) == (frames.DATA, 7, b'{"a":1}')
    assert frames.headers_of(frame) == {"type": "event", "message_id": "m1", "sum": "1", "seq": "0"}
    with pytest.raises(ValueError, match="no frame"):
        frames.read(b"\xff\xff\xff")
    incomplete = frames.Frame(SeqID=1, LogID=1, service=1, method=frames.DATA)
    incomplete.headers.add(key="seq")  # could not be sent back as an acknowledgement
    with pytest.raises(ValueError, match="no frame"):
        frames.read(incomplete.SerializePartialToString())


async def test_an_interview_and_a_pressed_button() -> None:
    async with connected() as bot:
        sent = await bot.api.bring(bot.message("/start demo"))
        await bot.api.until(lambda: sent.answer, "acknowledged")
        assert sent.answer is not None
        assert sent.answer["code"] == 200
        await bot.deliver()
        guide = bot.api.chats[MEMBER][-1]
        pressed = await bot.api.bring(bot.press(guide.buttons[0][1]))
        await bot.api.until(lambda: pressed.answer, "acknowledged")
        assert pressed.answer == {"code": 200, "data": base64.b64encode(b"{}").decode()}
        assert (await bot.state()).phase != "guided"
        assert bot.api.pings >= 1


async def test_an_event_in_parts() -> None:
    async with connected() as bot:
        sent = await bot.api.bring(bot.message("/start demo " + "x" * 500), parts=3)
        await bot.api.until(lambda: sent.answer, "acknowledged")
        await bot.deliver()
        assert bot.api.chats[MEMBER]


async def test_what_is_not_committed_is_not_acknowledged(monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected() as bot:
        asked = asyncio.Event()
        receive = bot.desk.intake.receive

        async def away(*_: object) -> None:
            asked.set()
            raise StoreUnavailable("away")

        monkeypatch.setattr(bot.desk.intake, "receive", away)
        sent = await bot.api.bring(bot.message("/start demo"))
        await asked.wait()
        monkeypatch.setattr(bot.desk.intake, "receive", receive)
        assert sent.answer is None
        await bot.api.send(sent)
        await bot.api.until(lambda: sent.answer, "acknowledged")


async def test_frames_that_nobody_knows_and_foreign_events_do_no_harm() -> None:
    async with connected() as bot:
        socket = bot.api._sockets[0]
        for strange in (b"", b"\xff\xff\xff", b"x" * 1000):
            await socket.send_bytes(strange)
        await socket.send_str("text")
        foreign = bot.message("x")
        foreign["header"]["app_id"] = "cli_other"
        refused = await bot.api.bring(foreign)
        await bot.api.until(lambda: refused.answer, "answered")
        assert refused.answer == {"code": 400}
        sent = await bot.api.bring(bot.message("/start demo"))
        await bot.api.until(lambda: sent.answer, "acknowledged")


async def test_it_connects_again_and_says_what_keeps_it_from_that() -> None:
    async with connected() as bot:
        bot.api.fail("ws", Trouble(200, 514), Trouble(502, 1))
        await bot.api.drop_connections()
        await bot.api.until(lambda: bot.api.connections == 2, "connected again")
        sent = await bot.api.bring(bot.message("/start demo"))
        await bot.api.until(lambda: sent.answer, "acknowledged")
        assert bot.channel.problem() is None


@pytest.mark.parametrize(
    "answer",
    [
        b"[]",
        b"[" * 100_000,
        b'{"code": 0, "data": {"URL": "wss://host:99999999/"}}',
        b'{"code": 0, "data": {"URL": "wss://[::1"}}',
        b'{"code": 0, "data": {"URL": "wss:///x"}}',
        '{"code": 0, "data": {"URL": "ws://127.0.0.1:1/?service_id=²"}}'.encode(),
    ],
)
async def test_whatever_the_platform_answers_it_is_asked_again(answer: bytes) -> None:
    async with connected() as bot:
        bot.api.fail("ws", Trouble(200, raw=answer))
        await bot.api.drop_connections()
        await bot.api.until(lambda: bot.api.connections == 2, "connected again")


async def test_an_event_in_progress_is_acknowledged_before_it_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    async with on_feishu(mode="stream") as bot:
        begun, may_end = asyncio.Event(), asyncio.Event()
        receive = bot.desk.intake.receive

        async def slowly(inbound: Inbound) -> None:
            begun.set()
            await may_end.wait()
            await receive(inbound)

        monkeypatch.setattr(bot.desk.intake, "receive", slowly)
        task = asyncio.create_task(Stream(bot.receiver, bot.channel).run(asyncio.Event()))
        await bot.api.until(lambda: bot.api.connections, "connected")
        sent = await bot.api.bring(bot.message("/start demo"))
        await begun.wait()
        task.cancel()
        await asyncio.sleep(0)
        may_end.set()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await bot.api.until(lambda: sent.answer, "acknowledged")


async def test_an_error_in_one_event_does_not_end_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async with connected() as bot:
        take = bot.receiver.take

        async def broken(body: bytes, *, posted: bool) -> bytes | None:
            monkeypatch.setattr(bot.receiver, "take", take)
            raise RuntimeError("a fault of ours")

        monkeypatch.setattr(bot.receiver, "take", broken)
        lost = await bot.api.bring(bot.message("x"))
        sent = await bot.api.bring(bot.message("/start demo"))
        await bot.api.until(lambda: sent.answer, "acknowledged")
        assert (lost.answer, bot.api.connections) == (None, 1)


async def test_parts_that_contradict_each_other_are_dropped() -> None:
    async with connected() as bot:
        stream = Stream(bot.receiver, bot.channel)
        said = (
            {"seq": "4", "sum": "5"},
            {"seq": "0", "sum": "2"},
            {"seq": "9", "sum": "2"},
            {"seq": "x", "sum": "2"},
        )
        assert [stream._whole(each | {"message_id": "m"}, b"x") for each in said[:3]] == [None] * 3
        assert stream._whole({"seq": "1", "sum": "2", "message_id": "m"}, b"y") == b"xy"


async def test_a_silent_connection_is_opened_anew() -> None:
    async with connected(silent_s=0.05) as bot:
        await bot.api.until(lambda: bot.api.connections >= 2, "opened anew")


async def test_the_platform_sets_how_often_to_ping() -> None:
    async with on_feishu(mode="stream") as bot:
        stream = Stream(bot.receiver, bot.channel)
        for config, expected in (({"PingInterval": 30}, 30), ({"PingInterval": 0}, 30), ({"PingInterval": 1}, 5)):
            stream._configure(json.loads(json.dumps(config)))
            assert stream._ping_s == expected
