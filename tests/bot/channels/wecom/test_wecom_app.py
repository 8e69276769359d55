"""The whole app with WeCom: the robot's group is told when an interview ends, and no secret is shown."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import structlog

import bot
from bot.app import App
from bot.clock import now_ms
from bot.settings import load
from conversation.inbound import Address
from storage.redis.store import RedisStore
from tests.bot.channels.wecom.wecom_corps import ADDRESS
from tests.bot.whole_app import run
from tests.dialogues.playing import script_named
from tests.fakes.waiting import until
from tests.fakes.wecom_api import AGENT, CORP, KF, LINK, ROBOT, SECRET, FakeWeCom
from tests.fakes.wecom_callbacks import AES_KEY, FORMER_KEY, TOKEN, posted

pytestmark = pytest.mark.redis
ANNA = "wmFakeCustomer0001"


@dataclass(slots=True)
class Running:
    app: App
    api: FakeWeCom
    web: httpx.AsyncClient

    async def news(self, key: str = AES_KEY) -> int:
        told = (
            f"<xml><ToUserName>{CORP}</ToUserName><CreateTime>1</CreateTime><MsgType>event</MsgType>"
            f"<Event>kf_msg_or_event</Event><Token>t</Token><OpenKfId>{KF}</OpenKfId></xml>"
        )
        query, body = posted(told, CORP, self.api.clock(), key)
        return (await self.web.post(f"{ADDRESS}?{query}", content=body)).status_code

    async def says(self, text: str, expect: str) -> None:
        self.api.bring(
            {"open_kfid": KF, "external_userid": ANNA, "origin": 3, "msgtype": "text", "text": {"content": text}}
        )
        assert await self.news() == 200
        await self.sees(expect)

    async def sees(self, expect: str) -> None:
        async def seen() -> bool:
            return any(expect in each for each in self.api.customers[ANNA].seen)

        await until(seen, f"she sees {expect}")


def where_it_is_noon(epoch_ms: int) -> str:
    """Return a time zone in which it is about noon.

    At night, notices that cannot be sent silently would wait for the digest.
    """
    ahead = 12 - epoch_ms // 3_600_000 % 24
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


@pytest.fixture
async def running(one_redis: str) -> AsyncIterator[Running]:
    async with FakeWeCom(lambda: now_ms() / 1000) as api:
        settings = load(
            {
                "redis_url": one_redis,
                "http_port": 0,
                "public_url": "https://interview.example.com",
                "scripts_dir": Path(bot.__file__).parents[1] / "interviews",
                "wecom_corp_id": CORP,
                "wecom_agent_id": AGENT,
                "wecom_secret": SECRET,
                "wecom_token": TOKEN,
                "wecom_aes_key": f"{AES_KEY},{FORMER_KEY}",
                "wecom_kf_open_id": KF,
                "wecom_api_url": api.url,
                "workday_timezone": where_it_is_noon(now_ms()),
                "notify": f"wecom+robot://{ROBOT}",
            }
        )
        store = RedisStore.at(one_redis)
        await store.check()
        app = App(settings, store)
        await app.add_channels()
        await app.learn_links()
        started = asyncio.Event()
        task = asyncio.create_task(run(app, ("web", "delivery"), started))
        await started.wait()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{app.port}") as web:
            yield Running(app, api, web)
        app.stop()
        await task
        await app.close()
        await store.close()


async def test_an_interview_in_kf_is_told_of_in_the_robots_group(running: Running) -> None:
    with structlog.testing.capture_logs() as lines:
        campaign = await running.app.campaigns.open(script_named("short"))
        invitation = await running.app.campaigns.invite(campaign, "李雷")
        assert running.app.links(invitation.token)["wecom-kf"] == f"{LINK}&scene_param={invitation.token}"
        event = {
            "event_type": "enter_session",
            "open_kfid": KF,
            "external_userid": ANNA,
            "scene_param": invitation.token,
            "welcome_code": running.api.code(ANNA),
        }
        running.api.bring({"origin": 4, "msgtype": "event", "event": event})
        assert await running.news() == 200
        await running.sees("同意并开始")
        await running.says("1", "自我介绍")
        await running.says("退出", "进度")
        await running.says("退出面试", "原因")
        await running.says("网络不好", "技术支持")

        async def told() -> bool:
            return bool(running.api.told)

        await running.says("退出面试", "已退出")
        await until(told, "the group is told")
    said = running.api.told[0]
    assert "李雷" in said
    assert "中途退出" in said
    assert "这里不能回复" in said
    assert ROBOT not in repr(lines)
    assert SECRET not in repr(lines)


async def test_the_accounts_are_shown_without_secrets(running: Running) -> None:
    accounts = running.app.channels.accounts()
    shown = {(each.channel, each.account) for each in accounts}
    assert {("wecom", CORP), ("wecom-kf", KF)} <= shown
    assert [each.staff for each in accounts if each.channel == "wecom-robot"] == [True]
    for secret in (ROBOT, SECRET, AES_KEY, TOKEN):
        assert secret not in repr(accounts)
        assert secret not in repr(running.app.settings)


async def test_the_former_key_opens_callbacks_during_a_change(running: Running) -> None:
    assert await running.news(FORMER_KEY) == 200


async def test_a_colleague_gives_a_candidate_to_the_platforms_desk(running: Running) -> None:
    console = await running.app.console()
    assert console.tools.hand_over is not None
    running.api.bring(
        {"open_kfid": KF, "external_userid": ANNA, "origin": 3, "msgtype": "text", "text": {"content": "你好"}}
    )
    assert await console.tools.hand_over(Address("wecom-kf", KF, ANNA))
    assert running.api.of("kf/service_state/trans")[-1]["service_state"] == 2
    assert not await console.tools.hand_over(Address("web", "web", "somebody"))
