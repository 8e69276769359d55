"""What messengers post or send, from the bytes to the inbound event. Each function returns the kind of outcome."""

import asyncio
import json
from functools import cache
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
import msgspec
import structlog
from pydantic import SecretStr

from bot.channels.dingtalk import parse as dingtalk
from bot.channels.dingtalk import receive as dingtalk_receive
from bot.channels.dingtalk.stream import Stream as DingTalkStream
from bot.channels.feishu import parse as feishu
from bot.channels.feishu import receive as feishu_receive
from bot.channels.feishu import signature as feishu_signature
from bot.channels.feishu.stream import Stream as FeishuStream
from bot.channels.shared.damaged_text import repaired_json
from bot.channels.telegram import parse as telegram
from bot.channels.telegram_staff import client
from bot.channels.telegram_staff import parse as telegram_staff
from bot.channels.telegram_staff import receive as staff_receive
from bot.channels.wechat import parse as wechat
from bot.channels.wechat_api import api
from bot.channels.wechat_api.callback import Callback, Query, signature
from bot.channels.wechat_api.elements import elements
from bot.channels.wecom import kf_parse
from bot.channels.wecom import parse as wecom
from bot.channels.wecom_aibot import parse as wecom_aibot_parse
from bot.runtime.polling import is_json
from conversation.inbound import Inbound, What
from handlers.console.command_line import read
from handlers.console.commands.candidates.support import answer_line
from handlers.intake.entrance import codes_of
from tests.fakes import feishu_api
from tests.fakes.dingtalk_api import ROBOT
from tests.fakes.wecom_callbacks import encrypted

NOW_S = 1_790_000_000
TOKEN, KEY, APP = "a-token-of-the-console", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wx0123456789abcdef"
FEISHU_KEY = SecretStr("encrypt-key-0123456789")
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are not a platform's message; receivers keep these in the dead letters."""


def storable(inbound: Inbound) -> str:
    """Check that an event can be stored and looked up, and return its kind. Raises what encoding raises."""
    msgspec.json.encode(inbound)
    msgspec.msgpack.encode(inbound)
    codes_of(inbound)
    return _kind(inbound.what)


def _kind(what: What) -> str:
    return f"{type(what).__name__} {getattr(what, 'kind', '')[:12]}"


# Telegram


def telegram_update(data: bytes) -> str:
    is_json(data)
    found = telegram.parse("700001", telegram.decode(data))
    return storable(found) if found else "nothing"


@cache
def _bot() -> Any:
    return client.client("111111111:AAF-staff-0123456789-abcdefghij-klm", "http://127.0.0.1:9", *_requests())


@cache
def _requests() -> tuple[Any, Any]:
    return client.request(), client.request(1)


def staff_update(data: bytes) -> str:
    """`read` raises whatever PTB's models raise; the rest must not."""
    if not is_json(data):
        return "no JSON"
    staff_receive._without_tokens(data)
    told = msgspec.json.decode(data)
    files = telegram_staff.upload(told), telegram_staff.emoji(told)
    try:
        update = telegram_staff.read(told, _bot())
    except (TypeError, KeyError, ValueError, AttributeError, IndexError, OverflowError, OSError) as error:
        return type(error).__name__
    received = telegram_staff.parse(telegram_staff.Us("700002", "office_bot"), update, *files)
    if received is None:
        return "nothing"
    line = read(answer_line(received.inbound.about, received.inbound.text))
    return (
        f"{line is not None} {received.meant} {received.upload and received.upload.kind} {bool(received.thread)}"
    )


# WeChat and WeCom


@cache
def _callback(*, sealed: bool) -> Callback:
    return Callback(TOKEN, APP, (KEY,) if sealed else (), lambda: NOW_S)


def wechat_body(data: bytes) -> str:
    """A body of any kind, rightly signed, to an account in plain mode and to one in safe mode."""
    stamp = str(NOW_S)
    found = data.partition(b"<Encrypt>")[2].partition(b"</Encrypt>")[0]
    inner = found.removeprefix(b"<![CDATA[").removesuffix(b"]]>").decode("utf-8", "replace")
    query = Query(signature(TOKEN, stamp, "1"), signature(TOKEN, stamp, "1", inner), stamp, "1")
    outcomes = []
    for sealed in (False, True):
        try:
            outcomes.append("opened" if _callback(sealed=sealed).open(query, data).fields else "empty")
        except Exception as error:
            if type(error).__name__ not in ("Damaged", "Forged", "Unreadable"):
                raise
            outcomes.append(str(error))
    return " ".join(outcomes)


def wechat_query(data: bytes) -> str:
    """Parameters of a callback, as the route reads them."""
    pairs = dict(parse_qsl(data[:8192].decode("ascii", "replace"), max_num_fields=20))
    query = Query.of(pairs)
    for sealed in (True, False):
        signed = query._replace(
            msg_signature=query.msg_signature and signature(TOKEN, query.timestamp, query.nonce, query.echostr),
            signature=signature(TOKEN, query.timestamp, query.nonce),
        )
        _callback(sealed=sealed).echo(signed)
    return "echoed"


def wechat_inside(data: bytes) -> str:
    """What is inside a callback that was verified. Parsing raises ValueError."""
    fields = elements(data)
    found = [
        wechat.parse(APP, fields, NOW_S, push=push, hears=hears)
        for push, hears in ((True, True), (False, True), (False, False))
    ]
    return " ".join(storable(each) if each else "nothing" for each in found)


def wechat_sealed(data: bytes) -> str:
    """The same, encrypted, with whatever a ciphertext may hold."""
    sealed = encrypted(data, APP, KEY)
    body = f"<xml><ToUserName>a</ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
    stamp = str(NOW_S)
    query = Query("", signature(TOKEN, stamp, "1", sealed), stamp, "1")
    opened = _callback(sealed=True).open(query, body)
    assert opened.xml == data
    assert opened.fields == elements(data)
    return "opened"


def wecom_inside(data: bytes) -> str:
    fields = elements(data)
    json.dumps(dict(fields), ensure_ascii=False).encode()
    found = wecom.parse("ww0123456789", fields)
    if isinstance(found, Inbound):
        return storable(found)
    if found:
        json.dumps(found).encode()
    return type(found).__name__


def wecom_kf(data: bytes) -> str:
    """One message in an answer of the customer service. Parsing raises KeyError, TypeError or ValueError."""
    message = api._understood(b'{"message":' + data + b"}")["message"]
    json.dumps(message, ensure_ascii=False).encode()
    heard = kf_parse.hear("wkABC", message, NOW_S)
    return storable(heard.inbound) if heard.inbound else f"{heard.people} {bool(heard.code)} {bool(heard.trouble)}"


# DingTalk


def dingtalk_message(data: bytes) -> str:
    is_json(data)
    dingtalk_receive.conversation_of(data)
    dingtalk_receive._without_session(data)
    received = dingtalk.parse(ROBOT, dingtalk.decode(data))
    kinds = {storable(dingtalk.inbound(received, waited=waited)) for waited in (False, True)}
    dingtalk.to_console(received, received.chat)
    read(dingtalk.said(received))
    return " ".join(kinds) + f" {received.private} {received.session is not None}"


class _Socket:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[str | bytes] = []

    async def send(self, data: str | bytes) -> None:
        self.sent.append(data)


class _Taking:
    """Stands for a receiver, which takes everything as far as it is JSON."""

    async def take(self, body: bytes, **_how: bool) -> Any:
        return b"{}" if is_json(body) else None


@cache
def _stand_ins() -> tuple[Any, Any]:
    api = SimpleNamespace(credentials=("app", "secret"), url="http://127.0.0.1:9", http=None)
    return cast(Any, _Taking()), cast(Any, SimpleNamespace(report=lambda _problem: None, api=api))


def dingtalk_frame(data: bytes) -> str:
    """A frame of the stream. Whatever it is, the connection must go on, and no task may fail."""
    stream = DingTalkStream(*_stand_ins(), "key", SecretStr("secret"), "", cast(httpx.AsyncClient, None))
    return _streamed(stream, data.decode("utf-8", "replace"))


def _streamed(stream: Any, raw: str | bytes) -> str:
    async def play() -> str:
        socket = _Socket()
        goes_on = await stream.read(raw, socket)
        await asyncio.gather(*stream._handling)
        return f"{goes_on} {len(socket.sent)}"

    with structlog.testing.capture_logs() as lines:
        outcome = asyncio.run(play())
    failed = [(line["event"], line.get("why")) for line in lines if line["log_level"] == "error"]
    assert not failed, failed
    return f"{outcome} {sorted({line['event'] for line in lines})}"


def feishu_frame(data: bytes) -> str:
    """A frame of the long connection. Whatever it is, the connection must go on, and no task may fail."""
    return _streamed(FeishuStream(*_stand_ins()), data)


# Feishu


def aibot(data: bytes) -> str:
    """A callback over the long connection. Raises ValueError."""
    try:
        wecom_aibot_parse.sort_out(json.loads(data))
    except (ValueError, RecursionError):
        return "no JSON"
    found = wecom_aibot_parse.parse(APP, repaired_json(data))
    if found is None:
        return "nothing"
    msgspec.json.encode(found.to_console)
    read(found.to_console.text)
    return f"{_kind(found.what)} {found.private}"


def feishu_event(data: bytes) -> str:
    is_json(data)
    feishu.conversation_of(data)
    feishu_receive._without_tokens(data)
    envelope = feishu.decode(data)
    found = feishu.parse(feishu_api.APP, envelope, feishu_api.BOT)
    if found is None:
        return "nothing"
    read(feishu.to_console(found).text)
    return storable(feishu.inbound(found)) + f" {found.private} {found.addressed}"


def feishu_sealed(data: bytes) -> str:
    """A ciphertext of any kind. Raises Forged."""
    return str(bool(feishu_signature.decrypt(data.decode("utf-8", "replace"), FEISHU_KEY)))


def feishu_signed(data: bytes) -> str:
    """Headers of a request, separated by line feeds: timestamp, nonce and signature."""
    stamp, nonce, given = (*data.decode("latin-1").split("\n"), "", "", "")[:3]
    right = feishu_signature.signature(stamp, nonce, FEISHU_KEY, data)
    outcomes = []
    for each in (given, right):
        try:
            feishu_signature.check(stamp, nonce, each, FEISHU_KEY, data, NOW_S)
            outcomes.append("right")
        except feishu_signature.Forged as error:
            outcomes.append(str(error))
    return " ".join(outcomes)
