"""The whole app on a real Redis with a fake Feishu: an interview and staff commands over the long connection."""

import json

import pytest

from bot.clock import now_ms
from handlers.organisation.repository import claim_code
from tests.bot.whole_app import whole_app
from tests.fakes.feishu_api import APP, MANAGER, MEMBER, SECRET, FakeFeishu, Shown

pytestmark = pytest.mark.redis


def event(text: str, user: str, number: int) -> dict[str, object]:
    message = {
        "message_id": f"om_in_{number}",
        "chat_id": f"oc_of_{user}",
        "chat_type": "p2p",
        "message_type": "text",
        "content": json.dumps({"text": text}),
        "create_time": str(now_ms()),
    }
    header = {"event_id": f"event-{number}", "event_type": "im.message.receive_v1", "app_id": APP}
    sent = {"sender": {"sender_id": {"open_id": user}, "sender_type": "user"}, "message": message}
    return {"schema": "2.0", "header": header, "event": sent}


async def sees(api: FakeFeishu, part: str, chat: str) -> Shown:
    await api.until(lambda: any(part in text for text in api.texts(chat)), f"{part!r} in {chat}")
    return next(each for each in reversed(api.chats[chat]) if part in each.text)


async def test_from_the_poster_to_the_first_question_and_the_staff_beside_it(one_redis: str) -> None:
    async with FakeFeishu(now_ms) as api:
        settings = {"feishu_app_id": APP, "feishu_app_secret": SECRET, "feishu_api_url": api.url}
        async with whole_app(one_redis, more=settings) as running:
            await api.until(lambda: api.connections, "connected")
            await api.bring(event("/start demo", MEMBER, 1))
            await sees(api, "面试助手", MEMBER)
            await api.bring(event("同意并开始", MEMBER, 2))
            await sees(api, "自我介绍", MEMBER)
            code = await claim_code(running.store, now_ms, lambda: "one-time-code-0123456789")
            await api.bring(event(f"/claim {code}", MANAGER, 3))
            await sees(api, "所有者", MANAGER)
            await api.bring(event("/bots", MANAGER, 4))
            assert APP in (await sees(api, APP, MANAGER)).text
            ready = (await running.web.get("/readyz")).json()
            assert f"feishu:{APP}" not in ready["problems"]
