"""Group robots: limits in bytes and per minute, pictures, and a key that is never shown."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from pydantic import SecretStr

from bot.channels.base import MediaGone, NothingToEdit, Rejected, TryLater
from bot.channels.notify import parse
from bot.channels.shared.http_client import http_client
from bot.channels.wecom.build import build
from bot.channels.wecom.robot import MOST_PICTURE_BYTES, RobotChannel
from bot.channels.wecom.settings import WeComSettings
from bot.media.archive import ArchiveUnavailable, NotArchived
from conversation.inbound import Address, Media
from conversation.outbound import Attachment, Choice, OutboundMessage
from tests.bot.channels.wecom.wecom_corps import Clock
from tests.fakes.hosts import host
from tests.fakes.wecom_api import ROBOT, FakeWeCom, Trouble

ELSEWHERE = "（这里不能回复）"
GROUP = Address("wecom-robot", "robot", "group")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


class Archive:
    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.away = False

    async def get(self, sha256: str) -> bytes:
        if self.away:
            raise ArchiveUnavailable("away")
        if sha256 not in self.files:
            raise NotArchived(sha256)
        return self.files[sha256]


@dataclass(slots=True)
class Bench:
    api: FakeWeCom
    clock: Clock
    archive: Archive
    channel: RobotChannel

    def with_key(self, key: str) -> RobotChannel:
        return RobotChannel(
            "robot", SecretStr(key), ELSEWHERE, self.api.url, http_client(), self.archive, self.clock
        )


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock, archive = Clock(), Archive()
    async with FakeWeCom(clock) as api:
        channel = RobotChannel("robot", SecretStr(ROBOT), ELSEWHERE, api.url, http_client(), archive, clock)
        yield Bench(api, clock, archive, channel)
        await channel.close()


def notice(text: str = "✅ 张三 · 已完成", **more: object) -> OutboundMessage:
    return OutboundMessage(GROUP, text, **more)  # type: ignore[arg-type] # by name, whatever a test needs


def picture(sha256: str = "f1", media_type: str = "image/png") -> Attachment:
    return Attachment("digest.png", sha256, media_type)


async def test_choices_become_a_line_that_says_where_to_act(bench: Bench) -> None:
    await bench.channel.send(notice(choices=(Choice("/report 1", "看报告"),)), "1:1-0")
    await bench.channel.send(notice(), "1:2-0")
    assert bench.api.told == [f"✅ 张三 · 已完成\n\n{ELSEWHERE}", "✅ 张三 · 已完成"]


async def test_a_long_text_comes_in_pieces_that_fit(bench: Bench) -> None:
    text = "\n".join(f"{number} 候选人" for number in range(300))
    await bench.channel.send(notice(text), "1:1-0")
    assert len(bench.api.told) > 1
    assert all(len(each.encode()) <= 2048 for each in bench.api.told)
    assert "\n".join(bench.api.told) == text


async def test_the_digests_picture_comes_after_its_text(bench: Bench) -> None:
    bench.archive.files["f1"] = PNG
    await bench.channel.send(notice(file=picture()), "1:1-0")
    _, shown = bench.api.told
    assert base64.b64decode(shown["base64"]) == PNG
    assert shown["md5"] == hashlib.md5(PNG).hexdigest()


@pytest.mark.parametrize("file", [picture("large"), picture("missing"), picture("f1", "application/pdf")])
async def test_what_cannot_be_shown_is_left_out(bench: Bench, file: Attachment) -> None:
    bench.archive.files |= {"f1": PNG, "large": PNG + bytes(MOST_PICTURE_BYTES)}
    await bench.channel.send(notice(file=file), "1:1-0")
    assert bench.api.told == ["✅ 张三 · 已完成"]


async def test_tried_again_it_goes_on_where_it_stopped(bench: Bench) -> None:
    bench.archive.files["f1"] = PNG
    bench.archive.away = True
    with pytest.raises(TryLater):
        await bench.channel.send(notice(file=picture()), "1:1-0")
    bench.archive.away = False
    await bench.channel.send(notice(file=picture()), "1:1-0")
    assert len(bench.api.told) == 2


async def test_the_twenty_first_message_of_a_minute_waits_by_itself(bench: Bench) -> None:
    for number in range(20):
        await bench.channel.send(notice(), f"1:{number}-0")
        bench.clock.now_s += 1
    with pytest.raises(TryLater) as later:
        await bench.channel.send(notice(), "1:20-0")
    assert later.value.retry_after_s == 40
    bench.clock.now_s += 40
    await bench.channel.send(notice(), "1:20-0")
    assert len(bench.api.told) == 21
    assert bench.api.refusals == []


async def test_whoever_used_the_robot_besides_us_makes_it_wait(bench: Bench) -> None:
    bench.api.fail("webhook/send", Trouble(45009, "api freq out of limit"))
    with pytest.raises(TryLater) as later:
        await bench.channel.send(notice(), "1:1-0")
    assert later.value.retry_after_s == 60


async def test_a_text_that_is_refused_is_put_away(bench: Bench) -> None:
    bench.api.fail("webhook/send", Trouble(40058, "invalid content"))
    with pytest.raises(Rejected):
        await bench.channel.send(notice(), "1:1-0")


async def test_a_robot_that_is_gone_is_said_without_its_key(bench: Bench) -> None:
    secret = "0f0f0f0f-7a01-4bc4-97a0-0ec2f1fa5bbb"
    channel = bench.with_key(secret)
    with pytest.raises(TryLater) as later:
        await channel.send(notice(), "1:1-0")
    assert "group robot is gone" in str(channel.problem())
    for said in (str(later.value), repr(later.value), str(channel.problem()), repr(channel), repr(vars(channel))):
        assert secret not in said
    await channel.close()


async def test_an_address_that_cannot_be_reached_is_not_said(bench: Bench) -> None:
    channel = RobotChannel(
        "robot", SecretStr(ROBOT), ELSEWHERE, "http://127.0.0.1:1", http_client(), bench.archive, bench.clock
    )
    with pytest.raises(TryLater) as later:
        await channel.send(notice(), "1:1-0")
    assert ROBOT not in str(later.value)
    assert "127.0.0.1" not in str(later.value)
    await channel.close()


async def test_nobody_says_anything_there(bench: Bench) -> None:
    with pytest.raises(MediaGone):
        await bench.channel.fetch(Media("x"))
    with pytest.raises(NothingToEdit):
        await bench.channel.edit(notice(), "1", "1:1-0")
    assert bench.channel.link("token") is None


async def test_robots_of_the_settings_speak_their_groups_language(bench: Bench) -> None:
    named = [parse(f"wecom+robot://{ROBOT}?language=en")]
    settings = WeComSettings(api_url=bench.api.url)
    (channel,) = (await build(settings, host(None, archive=bench.archive, notify=named))).channels
    await channel.send(notice(choices=(Choice("/report 1", "Report"),)), "1:1-0")
    assert "staff bot" in bench.api.told[0]
    await channel.close()
