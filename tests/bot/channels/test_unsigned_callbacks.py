"""What strangers post to the callback addresses of every platform, to the whole app over a real socket.

Without a right signature or secret, nothing of it may reach a parser or a receiver.
"""

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from bot.clock import now_ms
from tests.bot.channels.telegram.telegram_bots import HEADER, SECRET, WEBHOOK
from tests.bot.whole_app import WholeApp, whole_app

pytestmark = pytest.mark.redis
_NOWHERE = "http://127.0.0.1:9"
_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLATFORMS = {
    "wechat_app_id": "wx0123456789abcdef",
    "wechat_app_secret": "0123456789abcdef0123456789abcdef",
    "wechat_token": "a-token-of-ours",
    "wechat_aes_key": _KEY,
    "wechat_api_url": _NOWHERE,
    "wecom_corp_id": "ww0123456789abcdef",
    "wecom_agent_id": "1000002",
    "wecom_secret": "a-secret-of-the-app-0123456789abcdef",
    "wecom_token": "another-token",
    "wecom_aes_key": _KEY,
    "wecom_api_url": _NOWHERE,
    "dingtalk_app_key": "ding0123456789abcdef",
    "dingtalk_app_secret": "a-client-secret-0123456789",
    "dingtalk_robot_code": "ding0123456789robot",
    "dingtalk_api_url": _NOWHERE,
    "feishu_app_id": "cli_a1b2c3d4e5f60718",
    "feishu_app_secret": "a-secret-of-the-app",
    "feishu_mode": "http",
    "feishu_encrypt_key": "an-encrypt-key",
    "feishu_verification_token": "a-verification-token",
    "feishu_api_url": _NOWHERE,
}
ADDRESSES = (
    WEBHOOK,
    "/webhooks/wechat/wx0123456789abcdef",
    "/webhooks/wecom/ww0123456789abcdef",
    "/webhooks/dingtalk/ding0123456789robot",
    "/webhooks/feishu/cli_a1b2c3d4e5f60718",
)
_FLAT = b"<xml>" + b"<a>b</a>" * 111_000 + b"</xml>"
BODIES = {
    "890 KB of flat XML": _FLAT,
    "as much flat XML as fits": _FLAT[: 60 * 1024] + b"</xml>",
    "many ciphertexts": b"<xml>" + b"<Encrypt>QUJD</Encrypt>" * 2500 + b"</xml>",
    "ciphertexts without an end": b"<Encrypt>QUJD" * 4500,
    "deep JSON": b"[" * 60_000,
    "a ciphertext": b'{"encrypt":"' + b"QUJD" * 900 + b'"}',
    "a message": b'{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"}}}',
    "nothing": b"",
}
_PARSERS = (
    "bot.channels.wechat_api.callback.elements",
    "bot.channels.dingtalk.receive.Receiver.take",
    "bot.channels.feishu.receive.Receiver.take",
    "bot.channels.feishu.webhook.decode",
    "bot.channels.feishu.webhook.FeishuWebhook._decrypted",
    "bot.channels.telegram.receive.Receiver.take",
)


@pytest.fixture
async def everywhere(one_redis: str) -> AsyncIterator[WholeApp]:
    async with whole_app(one_redis, public=True, more=PLATFORMS) as running:
        yield running


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch, everywhere: WholeApp) -> Iterator[list[str]]:
    """The parsers that were reached. They are watched once the app runs."""
    reached: list[str] = []

    def watched(name: str) -> Any:
        def parser(*_arguments: Any, **_options: Any) -> None:
            reached.append(name)
            raise ValueError(name)

        return parser

    with monkeypatch.context() as patches:
        for name in _PARSERS:
            patches.setattr(name, watched(name))
        yield reached


def _credentials() -> list[tuple[dict[str, str], dict[str, str]]]:
    """Parameters and headers of requests without a signature, and with a wrong one."""
    stamp = str(int(time.time()))
    wrong = {"signature": "0" * 40, "msg_signature": "0" * 40, "timestamp": stamp, "nonce": "1"}
    headers = {
        HEADER: f"{SECRET}x",
        "timestamp": str(now_ms()),
        "sign": "c2lnbmVk",
        "X-Lark-Request-Timestamp": stamp,
        "X-Lark-Request-Nonce": "1",
        "X-Lark-Signature": "0" * 64,
    }
    return [
        ({}, {}),
        (wrong, headers),
        ({**wrong, "signature": "", "msg_signature": ""}, {}),
        ({**wrong, "signature": ""}, {}),
    ]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_nothing_unsigned_reaches_a_parser(everywhere: WholeApp, parsed: list[str], address: str) -> None:
    for name, body in BODIES.items():
        for query, headers in _credentials():
            answer = await everywhere.web.post(address, params=query, headers=headers, content=body)
            assert answer.status_code in (401, 403, 413), (name, query)
    assert parsed == []
    assert await everywhere.store.client.keys("xm:*dead*") == []


async def test_a_signed_message_does(everywhere: WholeApp, parsed: list[str]) -> None:
    """The parsers that are watched are those that messages go through."""
    await everywhere.web.post(WEBHOOK, content=BODIES["a message"], headers={HEADER: SECRET})
    assert parsed == ["bot.channels.telegram.receive.Receiver.take"]
