"""Test benches: each channel with a fake of its platform, for the contract that all channels share."""

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
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.parse import parse as parse_wechat
from bot.channels.wechat_api.elements import elements
from bot.channels.wecom.corp import CorpApi
from bot.channels.wecom.kf_channel import KfChannel
from bot.channels.wecom.kf_parse import hear
from bot.channels.wecom.member import MemberChannel
from bot.channels.wecom.parse import parse as parse_wecom
from bot.commands.terminal import _what
from conversation.inbound import (
    Address,
    Inbound,
)
from storage.errors import StoreUnavailable
from storage.memory.mailboxes import MemoryMailboxes
from tests.bot.speech.offices import MemoryArchive
from tests.fakes import feishu_api, wecom_api
from tests.fakes.bot_api import TOKEN, FakeBotApi, Trouble
from tests.fakes.dingtalk_api import KEY, ROBOT, FakeDingTalk
from tests.fakes.dingtalk_api import SECRET as DINGTALK_SECRET
from tests.fakes.dingtalk_api import Trouble as DingTalkTrouble
from tests.fakes.feishu_api import FakeFeishu
from tests.fakes.kv import MemoryKv
from tests.fakes.wechat_api import APP_ID, FakeWeChat
from tests.fakes.wechat_api import SECRET as APP_SECRET
from tests.fakes.wechat_api import Trouble as WeChatTrouble
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
async def wechat() -> AsyncIterator[Bench]:
    """Open a bench of WeChat, where nothing can be edited and a choice is pressed in a menu message."""
    async with FakeWeChat(lambda: NOW_MS / 1000, free=True) as api:
        kv = MemoryKv(api.now)
        channel = WeChatChannel(APP_ID, APP_SECRET, api.url, http_client(), kv, "process", api.now)

        @contextlib.asynccontextmanager
        async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
            yield [_numbered(text) for text in api.followers["o6_bmjrPTlm6_2sgVt7hMZOPfL2M"].heard]

        def fail_once() -> None:
            api.fail("/cgi-bin/message/custom/send", WeChatTrouble(-1))

        said = {"text": "text", "choice": "msgmenu-click", "command": "subscribe-scene"}
        changes: dict[str, dict[str, object]] = {
            "text": {"Content": "Bold and italics"},
            "choice": {"bizmsgmenuid": "submit@0"},
        }
        brings = {
            kind: inbound
            for kind, name in said.items()
            if (fields := {**elements(raw("wechat", name, "xml")), **changes.get(kind, {})})
            and (inbound := parse_wechat(APP_ID, fields, NOW_MS / 1000, push=True))
        }
        to = Address("wechat", APP_ID, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M")
        yield Bench(channel, to, heard, fail_once, brings, repeats=True, typed=True, link=None)
        await channel.close()


@contextlib.asynccontextmanager
async def wecom() -> AsyncIterator[Bench]:
    async with wecom_api.FakeWeCom(lambda: NOW_MS / 1000) as api:
        channel = MemberChannel(corp_api(api))
        said = {"text": "Bold and italics", "command": "/start kR3vX9dQ2mB7tL5wY8nC1A"}
        brings: dict[str, Inbound] = {}
        for number, (kind, text) in enumerate(said.items()):
            fields = {
                "FromUserName": "lilei",
                "CreateTime": "1790000000",
                "MsgType": "text",
                "Content": text,
                "MsgId": str(number),
            }
            inbound = parse_wecom(wecom_api.CORP, fields)
            assert isinstance(inbound, Inbound)
            brings[kind] = inbound

        @contextlib.asynccontextmanager
        async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
            yield [_numbered(text) for text in api.shown["lilei"]]

        def fail_once() -> None:
            api.fail("message/send", wecom_api.Trouble(status=502))

        to = Address("wecom", wecom_api.CORP, "lilei")
        yield Bench(channel, to, heard, fail_once, brings, repeats=True, typed=True, link=None)
        await channel.close()


@contextlib.asynccontextmanager
async def wecom_kf() -> AsyncIterator[Bench]:
    async with wecom_api.FakeWeCom(lambda: NOW_MS / 1000) as api:
        kv = MemoryKv()
        channel = KfChannel(wecom_api.KF, corp_api(api, kv), kv, lambda: NOW_MS / 1000)
        await channel.learn_link()
        customer = api.customers["wm1"]
        customer.left, customer.until_s = 10_000, NOW_MS / 1000
        text = {
            "send_time": 1,
            "external_userid": "wm1",
            "msgtype": "text",
            "text": {"content": "Bold and italics"},
        }
        entered = {"event_type": "enter_session", "external_userid": "wm1", "scene_param": MEANS_TOKEN}
        event = {"send_time": 1, "msgtype": "event", "origin": 4, "event": entered}
        brings = {
            kind: inbound
            for kind, message in (
                ("text", {**text, "origin": 3, "msgid": "1"}),
                ("command", {**event, "msgid": "2"}),
            )
            if (inbound := hear(wecom_api.KF, message, NOW_MS / 1000).inbound)
        }

        @contextlib.asynccontextmanager
        async def heard() -> AsyncIterator[list[tuple[str, tuple[str, ...]]]]:
            yield [_numbered(text) for text in customer.seen]

        def fail_once() -> None:
            api.fail("kf/send_msg", wecom_api.Trouble(status=502))

        to, link = Address("wecom-kf", wecom_api.KF, "wm1"), f"{wecom_api.LINK}&scene_param="
        yield Bench(channel, to, heard, fail_once, brings, repeats=False, typed=True, link=link)
        await channel.close()


def corp_api(api: wecom_api.FakeWeCom, kv: MemoryKv | None = None) -> CorpApi:
    return CorpApi(
        wecom_api.CORP,
        wecom_api.AGENT,
        wecom_api.SECRET,
        api.url,
        http_client(),
        kv or MemoryKv(),
        "this-process",
        lambda: NOW_MS / 1000,
    )


def _numbered(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text before the numbered lines, and the labels of these lines."""
    said, _, lines = text.partition("\n\n1. ")
    return said, tuple(line.partition(". ")[2] or line for line in lines.split("\n") if line)


@contextlib.asynccontextmanager
async def dingtalk() -> AsyncIterator[Bench]:
    """Open a bench of DingTalk's server API, where nothing can be edited."""
    kv = MemoryKv(lambda: NOW_MS / 1000)
    async with FakeDingTalk(lambda: NOW_MS) as api:
        api.qps = 1000
        sessions = Sessions(kv, ROBOT, api.url, lambda: NOW_MS)
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
        channel = DingTalkChannel(calls, Replies(calls, sessions, quota), MemoryArchive(), quota)

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
