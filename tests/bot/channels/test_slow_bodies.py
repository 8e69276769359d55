"""Requests of platforms whose body comes byte by byte, or not at all: every webhook gives up after ten seconds."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp, Message

from bot.channels.dingtalk.signature import signature
from bot.channels.dingtalk.webhook import DingTalkWebhook
from bot.channels.feishu.webhook import FeishuWebhook
from bot.channels.telegram_api.webhook import TelegramWebhook
from bot.channels.wechat_api.webhook import CallbackAddress
from bot.web.http import BODY_S
from tests.fakes.virtual_time import virtual_time

_SECRET = SecretStr("a secret of this test")
_ANYBODY: Any = SimpleNamespace(account="a1", authentic=lambda _secret: True, take=None)
_SIGNED = [(b"timestamp", b"1000"), (b"sign", signature("1000", _SECRET).encode())]
WEBHOOKS: dict[str, ASGIApp] = {
    "telegram": TelegramWebhook({"a1": _ANYBODY}),
    "feishu": FeishuWebhook(_ANYBODY, _SECRET, lambda: 1000),
    "dingtalk": DingTalkWebhook(_ANYBODY, _SECRET, None, 300, lambda: 1000),
    "wechat": CallbackAddress("wechat", {"a1": _ANYBODY}),
}


@pytest.mark.parametrize("channel", WEBHOOKS)
@pytest.mark.parametrize("pause_s", [0.5, 60])
@virtual_time
async def test_a_body_that_comes_too_slowly_is_given_up(channel: str, pause_s: float) -> None:
    sent: list[Message] = []
    loop = asyncio.get_running_loop()

    async def receive() -> Message:
        await asyncio.sleep(pause_s)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": f"/webhooks/{channel}/a1",
        "path_params": {"app_id": "a1", "robot_code": "a1", "account": "a1"},
        "query_string": b"",
        "headers": _SIGNED,
    }
    begun = loop.time()
    await WEBHOOKS[channel](scope, receive, send)
    assert sent[0]["status"] == 408
    assert loop.time() - begun == pytest.approx(BODY_S, abs=1)
