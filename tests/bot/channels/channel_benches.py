"""Test benches: channels with fakes of their platforms, for the contract that all channels share."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from pydantic import SecretStr

from bot.channels.base import Channel
from bot.channels.dingtalk.api import Api
from bot.channels.dingtalk.channel import DingTalkChannel
from bot.channels.dingtalk.parse import decode as decode_dingtalk
from bot.channels.dingtalk.parse import inbound as to_inbound
from bot.channels.dingtalk.parse import parse as parse_dingtalk
from bot.channels.dingtalk.quota import Quota, Sessions
from bot.channels.dingtalk.replies import Replies
from bot.channels.feishu.api import Api as FeishuApi
from bot.channels.feishu.channel import FeishuChannel
from bot.channels.feishu.parse import decode as decode_feishu
from bot.channels.feishu.parse import inbound as feishu_inbound
from bot.channels.feishu.parse import parse as parse_feishu
from bot.channels.shared.http_client import http_client
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.parse import decode, parse
from bot.channels.telegram.session import Session
from bot.channels.web import frames
from bot.channels.web.channel import MailboxChannel
from bot.commands.terminal import _what
from conversation.inbound import (
    Address,
    Inbound,
)
from storage.errors import StoreUnavailable
from storage.memory.mailboxes import MemoryMailboxes
from tests.bot.speech.offices import MemoryArchive
from tests.fakes import feishu_api
from tests.fakes.bot_api import TOKEN, FakeBotApi, Trouble
from tests.fakes.dingtalk_api import KEY, ROBOT, FakeDingTalk
from tests.fakes.dingtalk_api import SECRET as DINGTALK_SECRET
from tests.fakes.dingtalk_api import Trouble as DingTalkTrouble
from tests.fakes.feishu_api import FakeFeishu
from tests.fakes.kv import MemoryKv
from tests.payloads import raw

NOW_MS = 1_790_000_000_000
MEANS_TOKEN = "kR3vX9dQ2mB7tL5wY8nC1A"


@dataclass(slots=True)
class Bench:
    """A channel in front of a fake platform.

    - `to`: the person to whom the channel sends.
    - `heard`: gives the messages that the person has received, as text and choices.
    - `fail_once`: makes the platform fail at the next message.
    - `brings`: inbound events parsed from what the platform sends, by kind (`text`, `edited`, `choice`,
      `command`).
    - `repeats`: whether sending a message again with the same key makes it appear twice.
    - `link`: how the channel's links begin; None if it has none.
    """

    channel: Channel
    to: Address
    heard: Callable[[], "AbstractAsyncContextManager[list[tuple[str, tuple[str, ...]]]]"]
    fail_once: Callable[[], None]
    brings: dict[str, Inbound]
    repeats: bool
    typed: bool = False
    """Choices are numbered lines of the text: `heard` gives their labels. Long texts are cut at line ends."""
    link: str | None = "http://127.0.0.1:8080/?start="

    edited: bool = True
    """Whether the platform reports edited messages."""

    said: bool = False
    """Whether choices work like typed text: a button sends its label, and the text lists the choices, too."""

    def offered(self, token: str, label: str) -> tuple[str]:
        return (label,) if self.typed or self.said else (token,)

    def shown(self, text: str, label: str) -> str:
        """Return the text as it arrives with this choice."""
        return f"{text}\n\n1. {label}" if self.said else text

    def whole(self, text: str) -> str:
        return text.replace("\n", "") if self.typed else text


@contextlib.asynccontextmanager
async def telegram() -> AsyncIterator[Bench]:
    async with FakeBotApi() as api:
        session = Session(api.url, timeout_s=5)
        channel = TelegramChannel(TOKEN, session, "secret")

        @contextlib.asynccontextmanager
        async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
            yield [
                (
                    sent["text"],
                    tuple(
                        button["callback_data"]
                        for row in sent.get("reply_markup", {}).get("inline_keyboard", ())
                        for button in row
                    ),
                )
                for sent in api.of("sendMessage")
            ]

        def fail_once() -> None:
            api.fail("sendMessage", Trouble(502, raw=b"Bad Gateway"))

        brings = {
            kind: inbound
            for kind, name in (
                ("text", "guide-entities"),
                ("edited", "guide-edited"),
                ("choice", "callback"),
                ("command", "start-with-payload"),
            )
            if (inbound := parse("700001", decode(raw("telegram", name))))
        }
        await channel.learn_link()
        yield Bench(
            channel,
            Address("telegram", "700001", "42"),
            heard,
            fail_once,
            brings,
            repeats=True,
            link="https://t.me/interviews_bot?start=",
        )
        await channel.close()
        await session.close()


class _Mailboxes(MemoryMailboxes):
    fails = 0

    async def append(self, address: Address, item: str, payload: bytes) -> int:
        if self.fails:
            self.fails -= 1
            raise StoreUnavailable("away")
        return await super().append(address, item, payload)


@contextlib.asynccontextmanager
async def mailbox(name: str, brings: dict[str, Inbound]) -> AsyncIterator[Bench]:
    boxes = _Mailboxes()
    channel = MailboxChannel(name, "local", boxes, lambda: NOW_MS, lambda: "http://127.0.0.1:8080")
    to = Address(name, "local", "7f3a")

    @contextlib.asynccontextmanager
    async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
        items = [frames.decode_item(item.payload) for item in await boxes.read(to, 0, 1000)]
        yield [(item.text, tuple(token for token, _ in item.choices)) for item in items]

    def fail_once() -> None:
        boxes.fails = 1

    yield Bench(channel, to, heard, fail_once, brings, repeats=False)
    await channel.close()


def web() -> AbstractAsyncContextManager[Bench]:
    """Return a bench of the web channel.

    The frames are as the page sends them: see `page/messenger.js` and `page/outbox.js`.
    """
    said = {
        "text": '{"id":"3f6c1c1e-2d5b-4f35-9d4b-1f1f4a1a7f10","text":"Bold and italics"}',
        "edited": '{"id":"5c1f","edit":"3f6c1c1e-2d5b-4f35-9d4b-1f1f4a1a7f10","text":"Edited text"}',
        "choice": '{"id":"77aa","choice":"submit@0","label":"提交"}',
        "command": '{"id":"88bb","text":"/start kR3vX9dQ2mB7tL5wY8nC1A"}',
    }
    sender = frames.address_of("a-key-of-a-page-0123456789")
    brings = {
        kind: frames.inbound(sender, frame, NOW_MS, "zh")
        for kind, text in said.items()
        if (frame := frames.decode(text))
    }
    return mailbox("web", brings)


def terminal() -> AbstractAsyncContextManager[Bench]:
    """Return a bench of the terminal, which has no buttons and no edits: choices are typed by number."""
    said = {"text": "Bold and italics", "command": "/start kR3vX9dQ2mB7tL5wY8nC1A"}
    sender = Address("terminal", "local", "me")
    return mailbox("terminal", {kind: Inbound(f"term:{kind}", _what(text), sender) for kind, text in said.items()})


@contextlib.asynccontextmanager
async def dingtalk() -> AsyncIterator[Bench]:
    """Open a bench of DingTalk's server API, where nothing can be edited."""
    kv = MemoryKv(lambda: NOW_MS / 1000)
    async with FakeDingTalk(lambda: NOW_MS) as api:
        api.qps = 1000
        sessions = Sessions(kv, ROBOT, api.url, lambda: NOW_MS, authentic=True)
        quota = Quota(kv, ROBOT, 10_000, lambda: NOW_MS)
        seconds = itertools.count(NOW_MS, 1000)  # otherwise all calls of a test would fall within one second
        calls = Api(
            http_client(),
            api.url,
            ROBOT,
            KEY,
            SecretStr(DINGTALK_SECRET),
            kv,
            quota,
            "me",
            lambda: next(seconds),
        )
        replies = Replies(calls, sessions, quota, lambda _: False)
        channel = DingTalkChannel(calls, replies, MemoryArchive(), quota)

        @contextlib.asynccontextmanager
        async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
            yield [(each.text, tuple(said for _, said in each.buttons)) for each in api.chats["0123456789"]]

        def fail_once() -> None:
            api.fail("/v1.0/robot/oToMessages/batchSend", DingTalkTrouble(503, raw=b"Service Unavailable"))

        brings = {
            kind: to_inbound(parse_dingtalk(ROBOT, decode_dingtalk(raw("dingtalk", name))))
            for kind, name in (("text", "text"), ("command", "text-command"))
        }
        to = Address("dingtalk", ROBOT, "0123456789")
        yield Bench(channel, to, heard, fail_once, brings, repeats=True, said=True, link=None)
        await channel.close()


@contextlib.asynccontextmanager
async def feishu() -> AsyncIterator[Bench]:
    async with FakeFeishu(lambda: NOW_MS) as api:
        kv = MemoryKv(lambda: NOW_MS / 1000)
        secret = SecretStr(feishu_api.SECRET)
        calls = FeishuApi(http_client(), api.url, feishu_api.APP, secret, kv, "me", lambda: NOW_MS)
        channel = FeishuChannel(calls, MemoryArchive(), "stream")

        @contextlib.asynccontextmanager
        async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
            yield [
                (each.text.replace("**", ""), tuple(str(value["choice"]) for _, value in each.buttons))
                for each in api.chats[feishu_api.MEMBER]
            ]

        def fail_once() -> None:
            api.fail("im/v1/messages", feishu_api.Trouble(502, raw=b"Bad Gateway"))

        brings = {}
        for kind, name in (("text", "text"), ("command", "text-command"), ("choice", "card")):
            received = parse_feishu(feishu_api.APP, decode_feishu(raw("feishu", name)), feishu_api.BOT)
            assert received is not None
            brings[kind] = feishu_inbound(received)
        to = Address("feishu", feishu_api.APP, feishu_api.MEMBER)
        yield Bench(channel, to, heard, fail_once, brings, repeats=False, edited=False, link=None)
        await channel.close()
