"""Custom group robots sign their requests, keep within their rate limit, and can do nothing but send."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import MediaGone, NothingToEdit, SendError, TryLater
from bot.channels.dingtalk.robot import GroupRobotChannel
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.notify import parse, split
from bot.channels.shared.http_client import http_client
from bot.settings import SettingsWrong, load
from conversation.inbound import Address, Media
from conversation.outbound import Attachment, Choice, OutboundMessage
from tests.fakes.dingtalk_api import GROUP_SECRET, GROUP_TOKEN, FakeDingTalk, Trouble
from tests.fakes.kv import MemoryKv
from tests.handlers.console.desk import MONDAY

PLACE = f"dingtalk+robot://{GROUP_TOKEN}?secret={GROUP_SECRET}"
SEND = "/robot/send"


@dataclass(slots=True)
class Bench:
    api: FakeDingTalk
    kv: MemoryKv
    channel: GroupRobotChannel
    other: GroupRobotChannel
    now: int = MONDAY

    def message(self, text: str = "**x**", **more: object) -> OutboundMessage:
        return OutboundMessage(_address(), text, **more)  # type: ignore[arg-type]  # whatever a test wants


@cache
def _address() -> Address:
    (place,) = DingTalkSettings().destinations([parse(PLACE)])
    return place.address


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with TwoProcesses() as made:
        yield made


class TwoProcesses:
    """Two processes with one robot."""

    async def __aenter__(self) -> Bench:
        self.api = await FakeDingTalk(lambda: self.made.now).__aenter__()
        kv = MemoryKv(lambda: self.made.now / 1000)
        channels = [
            GroupRobotChannel(parse(PLACE), self.api.url, http_client(), kv, lambda: self.made.now)
            for _ in range(2)
        ]
        self.made = Bench(self.api, kv, channels[0], channels[1])
        return self.made

    async def __aexit__(self, *_: object) -> None:
        await self.made.channel.close()
        await self.made.other.close()
        await self.api.__aexit__(None, None, None)


async def test_what_is_sent_is_signed(bench: Bench) -> None:
    assert await bench.channel.send(bench.message("张三 完成了"), "3:1-0") == ""
    assert bench.api.texts("group-robot") == ["张三 完成了"]
    assert bench.api.refused == {}


async def test_choices_and_files_are_left_out(bench: Bench) -> None:
    file = Attachment("a.png", "00", "image/png")
    await bench.channel.send(
        bench.message("x", choices=(Choice("/card 1", "看"),), file=file, bold=((0, 1),)), "k"
    )
    (heard,) = bench.api.chats["group-robot"]
    assert (heard.text, heard.buttons, heard.file) == ("x", (), "")


async def test_the_address_tells_no_secret(bench: Bench) -> None:
    told = f"{bench.message().to} {bench.channel.account} {bench.channel.problem()}"
    assert GROUP_TOKEN not in told
    assert GROUP_SECRET not in told
    assert bench.channel.account == bench.message().to.account


@pytest.mark.parametrize(("code", "after_s"), [(130101, 600), (300001, 3600), (310000, 3600), (-1, 60), (88, 60)])
async def test_a_notice_waits_rather_than_getting_lost(bench: Bench, code: int, after_s: float) -> None:
    bench.api.fail(SEND, Trouble(200, raw=f'{{"errcode":{code},"errmsg":"x"}}'.encode()))
    with pytest.raises(TryLater) as later:
        await bench.channel.send(bench.message(), "3:1-0")
    assert later.value.retry_after_s == after_s
    problem = bench.channel.problem()
    assert (problem is not None) == (code in (300001, 310000))
    await bench.channel.send(bench.message(), "3:1-0")
    assert bench.channel.problem() is None


async def test_what_no_robot_can_do(bench: Bench) -> None:
    with pytest.raises(NothingToEdit):
        await bench.channel.edit(bench.message(), "1", "k")
    with pytest.raises(MediaGone):
        await bench.channel.fetch(Media("x"))
    assert bench.channel.link("token") is None


@settings(max_examples=40)
@given(st.lists(st.sampled_from([0, 1, 500, 3_000, 20_000, 59_000, 61_000]), min_size=30, max_size=90))
def test_the_penalty_is_never_triggered(pauses_ms: list[int]) -> None:
    """No message is refused, whatever two processes send and when, if each waits as long as it is told to."""

    async def play() -> None:
        async with TwoProcesses() as bench:
            for number, pause_ms in enumerate(pauses_ms):
                bench.now += pause_ms
                channel = (bench.channel, bench.other)[number % 2]
                while True:
                    try:
                        await channel.send(bench.message(f"{number}"), f"3:{number}-0")
                        break
                    except TryLater as later:
                        bench.now += int((later.retry_after_s or 0) * 1000) + 1
            assert bench.api.texts("group-robot") == [str(number) for number in range(len(pauses_ms))]
            assert bench.api.refused == {}

    asyncio.run(play())


def test_places() -> None:
    (named,) = split(f" {PLACE}&language=en ,")
    (place,) = DingTalkSettings().destinations([parse(named)])
    assert (place.address.channel, place.language, place.digest) == ("dingtalk-robot", "en", True)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("dingtalk+robot://", "token"),
        ("dingtalk+robot://short?secret=SEC012345678", "token"),
        (f"dingtalk+robot://{GROUP_TOKEN}", "secret"),
        (f"dingtalk+robot://{GROUP_TOKEN}?secret=", "secret"),
        (f"{PLACE}&keyword=x", "more than"),
        (f"dingtalk+robot://{GROUP_TOKEN}/x?secret={GROUP_SECRET}", "more than"),
        (f"{PLACE}&language=fr", "zh or en"),
        (f"{PLACE},{PLACE}&language=en", "twice"),
    ],
)
def test_places_that_cannot_be(value: str, why: str) -> None:
    with pytest.raises(SettingsWrong, match=why) as wrong:
        load({"notify": value})
    assert GROUP_TOKEN not in str(wrong.value)
    assert GROUP_SECRET not in str(wrong.value)


async def test_errors_say_no_secret(bench: Bench) -> None:
    await bench.api.__aexit__(None, None, None)
    with pytest.raises(SendError) as error:
        await bench.channel.send(bench.message("王五"), "3:1-0")
    for secret in (GROUP_TOKEN, GROUP_SECRET, "王五"):
        assert secret not in str(error.value)
