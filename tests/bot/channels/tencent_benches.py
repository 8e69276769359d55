"""Test benches of Tencent's platforms: WeChat, WeCom and WeCom's customer service, each with its fake."""

import contextlib
from collections.abc import AsyncIterator

from bot.channels.shared.http_client import http_client
from bot.channels.wechat.channel import WeChatChannel
from bot.channels.wechat.parse import parse as parse_wechat
from bot.channels.wechat_api.elements import elements
from bot.channels.wecom.corp import CorpApi
from bot.channels.wecom.kf_channel import KfChannel
from bot.channels.wecom.kf_parse import hear
from bot.channels.wecom.member import MemberChannel
from bot.channels.wecom.parse import parse as parse_wecom
from conversation.inbound import Address, Inbound
from tests.bot.channels.channel_benches import MEANS_TOKEN, NOW_MS, Bench
from tests.fakes import wecom_api
from tests.fakes.kv import MemoryKv
from tests.fakes.wechat_api import APP_ID, FakeWeChat
from tests.fakes.wechat_api import SECRET as APP_SECRET
from tests.fakes.wechat_api import Trouble as WeChatTrouble
from tests.payloads import raw


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
