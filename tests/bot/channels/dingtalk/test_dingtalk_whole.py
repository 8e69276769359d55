"""The whole app on a real Redis, with the tests' speech model and a fake DingTalk, by webhook and by stream."""

import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from bot.clock import now_ms
from handlers.maintenance.export import interviews
from handlers.organisation.repository import claim_code
from tests.bot.channels.dingtalk.dingtalk_robots import GROUP, MANAGER, MEMBER, PATH_SECRET, WEBHOOK, sign
from tests.bot.whole_app import WholeApp, whole_app
from tests.fakes.dingtalk_api import (
    CORP,
    GROUP_SECRET,
    GROUP_TOKEN,
    KEY,
    ROBOT,
    SECRET,
    FakeDingTalk,
    Heard,
)
from tests.fakes.waiting import until
from tests.speech.recordings import sample

pytestmark = pytest.mark.redis
_PATIENCE_S = 30


@dataclass(slots=True)
class Installation:
    running: WholeApp
    api: FakeDingTalk
    stream: bool
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    async def says(self, text: str, user: str = MEMBER, chat: str = "", **more: Any) -> None:
        """Send a message. When this returns, it has been confirmed to DingTalk."""
        url, ends = self.api.session(chat or user)
        body: dict[str, Any] = {
            "conversationId": chat or f"cid-of-{user}",
            "conversationType": "2" if chat else "1",
            "chatbotCorpId": CORP,
            "msgId": f"msg{next(self._numbers):05d}",
            "senderNick": "王经理",
            "senderStaffId": user,
            "senderId": f"$:LWCP_v1:${user}",
            "sessionWebhook": url,
            "sessionWebhookExpiredTime": ends,
            "createAt": now_ms(),
            "robotCode": ROBOT,
            "msgtype": "text",
            "text": {"content": text},
            **more,
        }
        if self.stream:
            frame = await self.api.gateway.bring(body)
            await self.api.gateway.until(lambda: frame.answer, "acknowledged")
            return
        stamp = str(now_ms())
        headers = {"timestamp": stamp, "sign": sign(stamp)}
        raw = json.dumps(body).encode()
        path = f"{WEBHOOK}/{PATH_SECRET}"
        assert (await self.running.web.post(path, content=raw, headers=headers)).status_code == 200

    async def speaks(self, data: bytes, recognised: str, user: str = MEMBER) -> None:
        code = f"code-{next(self._numbers)}"
        self.api.files[code] = data
        content = {"downloadCode": code, "duration": 4000, "recognition": recognised}
        await self.says("", user, msgtype="audio", content=content)

    async def sees(self, part: str, chat: str = MEMBER) -> Heard:
        """Wait for a message that contains this text, and return the newest one."""

        async def there() -> bool:
            return any(part in each.text for each in self.api.chats[chat])

        try:
            await until(there, f"{part} in {chat}", _PATIENCE_S)
        except AssertionError as error:
            raise AssertionError(f"{error}; but {self.api.texts(chat)[-3:]}") from None
        return next(each for each in reversed(self.api.chats[chat]) if part in each.text)

    async def begins(self) -> None:
        await self.says("/start demo")
        await self.sees("面试助手")
        await self.says("同意并开始")
        await self.sees("提交")

    async def claims(self, chat: str = "") -> None:
        code = await claim_code(self.running.store, now_ms, lambda: f"code-{next(self._numbers)}-abcdefgh")
        await self.says(f"/claim {code}", MANAGER, chat)
        await self.sees("所有者", chat or MANAGER)


def where_it_is_noon() -> str:
    """Return a time zone in which it is about noon.

    Group robots cannot send without a sound, so at night notices would wait for the digest and never come here.
    """
    hours = 12 - now_ms() // 3_600_000 % 24
    return f"Etc/GMT{-hours:+d}"


@contextlib.asynccontextmanager
async def installed(
    redis_url: str, *, stream: bool, data_dir: Path | None = None, **more: object
) -> AsyncIterator[Installation]:
    async with (
        FakeDingTalk(now_ms) as api,
        whole_app(
            redis_url,
            data_dir=data_dir,
            more={
                "dingtalk_app_key": KEY,
                "dingtalk_app_secret": SECRET,
                "dingtalk_robot_code": ROBOT,
                "dingtalk_api_url": api.url,
                "dingtalk_path_secret": PATH_SECRET,
                "workday_timezone": where_it_is_noon(),
                "dingtalk_mode": "stream" if stream else "http",
                "notify": f"dingtalk+robot://{GROUP_TOKEN}?secret={GROUP_SECRET}",
                **more,
            },
        ) as running,
    ):
        if stream:
            await api.gateway.until(lambda: api.gateway.connections, "connected")
        yield Installation(running, api, stream)


both_ways = pytest.mark.parametrize("stream", [False, True], ids=["http", "stream"])


@both_ways
async def test_an_interview_with_voice_exit_and_return(one_redis: str, tmp_path: Path, stream: bool) -> None:
    async with installed(one_redis, stream=stream, data_dir=tmp_path) as there:
        await there.begins()
        await there.speaks(sample("zh-amr-nb.amr"), "钉钉听到的话")
        await there.sees("转写：「")
        await there.says("退出")
        await there.sees("退出面试")
        await there.says("退出面试")
        await there.sees("原因")
        await there.says("网络")
        await there.sees("王经理", "group-robot")
        await there.says("我回来了")
        await there.sees("您之前说到")
        campaign = await there.running.store.directory.campaign("demo")
        assert campaign is not None
        exported = [msgspec.to_builtins(each) async for each in interviews(there.running.store, campaign)]
    (interview,) = exported
    (part, *_) = interview["answers"][0]["parts"]
    assert part["kind"] == "voice"
    assert part["audio"]["sha256"]
    assert part["transcript"]["machine"]
    assert [each["kind"] for each in interview["interruptions"]] == ["exit"]
    assert {each.way for each in there.api.chats[MEMBER]} == {"session"}, "no call of the API's was needed"


@both_ways
async def test_staff_in_private_and_in_a_group(one_redis: str, stream: bool) -> None:
    async with installed(one_redis, stream=stream) as there:
        await there.claims()
        await there.says("/bots", MANAGER)
        bots = await there.sees("钉钉", MANAGER)
        assert ROBOT in bots.text
        assert "/10000" in bots.text, "the month's calls"
        assert ("Stream" if stream else "webhook").lower() in bots.text.lower()
        await there.says("/campaigns demo", MANAGER)
        way_in = await there.sees("/start demo", MANAGER)
        assert "仅限本组织成员" in way_in.text, "people outside are told where they can go"
        await there.says(" /notify", MANAGER, GROUP)
        await there.sees("候选人消息会发到这里", GROUP)

        async def known() -> bool:
            return bool(there.running.app.watch.organisation.chats)

        await until(known, "the process knows of the chat")
        await there.begins()
        await there.says("退出")
        await there.sees("退出面试")
        await there.says("退出面试")
        await there.says("网络")
        await there.sees("王经理", GROUP)


async def test_without_a_robot_its_address_is_unknown(one_redis: str) -> None:
    async with whole_app(one_redis) as running:
        assert (await running.web.post(WEBHOOK, content=b"{}")).status_code == 404


async def test_readiness_names_what_is_wrong(one_redis: str) -> None:
    async with installed(one_redis, stream=True) as there:
        answer: httpx.Response = await there.running.web.get("/readyz")
        assert answer.json()["problems"].get(f"dingtalk:{ROBOT}") is None
        there.api.gateway.refuse_next.extend([500] * 50)
        await there.api.gateway.cut()

        async def told() -> bool:
            problems = (await there.running.web.get("/readyz")).json()["problems"]
            return "stream" in problems.get(f"dingtalk:{ROBOT}", "")

        await until(told, "the stream's problem")


async def test_readiness_says_if_commands_are_not_taken(one_redis: str) -> None:
    async with installed(one_redis, stream=False, dingtalk_path_secret=None) as there:
        answer = (await there.running.web.get("/readyz")).json()
        assert "XUMIAN_DINGTALK_PATH_SECRET" in answer["problems"][f"dingtalk:{ROBOT}"]
        assert answer["ready"], "candidates are served"
