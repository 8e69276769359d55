"""The table of targets: for each parser its inputs' shape, seeds, and the errors that it documents."""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from cryptography.utils import CryptographyDeprecationWarning

from bot.channels.base import TryLater
from bot.channels.feishu import frames, signature
from bot.channels.web.bodies import UploadRefused
from bot.channels.wechat_api.callback import Forged
from bot.channels.wechat_api.elements import Damaged, Unreadable
from bot.media.formats import Undecodable
from conversation.record.anchors import ORIGIN, AnchorWrong
from conversation.record.signed_notes import NoteUnverified
from handlers.authoring.loader import ScriptUnusable
from handlers.authoring.workbook import BookUnusable
from handlers.maintenance.anchor_stamps import StampWrong
from handlers.rosters import RosterUnusable
from tests.bot.channels.feishu.feishu_bots import seal
from tests.fakes.wecom_aibot_gateway import Gateway, Shown
from tests.fakes.wecom_callbacks import encrypted
from tests.fuzz import messengers, others, recordings, workbooks
from tests.fuzz.mutate import Shape
from tests.payloads import names, raw

CORPUS = Path(__file__).parent / "corpus"
"""Inputs that were interesting before, in a folder for each target."""
_ROOT = Path(__file__).parents[2]
_TOPIC = "/v1.0/im/bot/messages/get"


class Target(NamedTuple):
    """A parser.

    - `run`: takes an input and returns what came of it, in few words. It raises nothing but `refusals`.
    - `seeds`: genuine inputs.
    - `share`: how many inputs it gets, compared with the others.
    """

    name: str
    run: Callable[[bytes], str]
    shape: Shape
    seeds: Callable[[], list[bytes]]
    refusals: tuple[type[Exception], ...] = ()
    share: float = 1.0

    def outcome(self, data: bytes) -> str:
        """Run the parser, and return what came of it. Raises what the parser should not have raised."""
        try:
            return self.run(data)
        except self.refusals as refused:
            return f"{type(refused).__name__}: {str(refused)[:60]}"

    @property
    def kept(self) -> list[bytes]:
        """The inputs in the corpus, in a fixed order."""
        return [path.read_bytes() for path in sorted((CORPUS / self.name).glob("*"))]


def _payloads(*channels: str, form: str = "json", named: str = "") -> Callable[[], list[bytes]]:
    return cache(
        lambda: [
            raw(each, name, form) for each in channels for name in names(each, form) if name.startswith(named)
        ]
    )


def _texts(*texts: str | bytes) -> Callable[[], list[bytes]]:
    return lambda: [each if isinstance(each, bytes) else each.encode() for each in texts]


@cache
def _staff_updates() -> list[bytes]:
    """Updates to the candidates' bot, and what only the staff's bot reads: groups, topics, replies to notices."""
    who, group = (
        {"id": 4200, "is_bot": False, "first_name": "王"},
        {"id": -100700, "type": "supergroup", "title": "招聘"},
    )
    message = {
        "message_id": 7,
        "date": 1_790_000_000,
        "chat": group,
        "from": who,
        "text": "@office_bot /who 3fa9c2",
    }
    ours = {
        **message,
        "from": {"id": 700002, "is_bot": True, "first_name": "b"},
        "text": "李雷 asks (#0123456789abcdef)",
    }
    topic = {
        "message_thread_id": 9,
        "is_topic_message": True,
        "forum_topic_created": {"name": "x", "icon_color": 1},
    }
    made = [
        {**message, "reply_to_message": ours, "text": "Yes."},
        {**message, **topic, "reply_to_message": {**ours, **topic}},
        {**message, "document": {"file_id": "f", "file_unique_id": "u", "file_name": "list.csv", "file_size": 9}},
        {
            **message,
            "forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": 1},
            "text": "/claim x",
        },
    ]
    return [
        *_payloads("telegram")(),
        *(json.dumps({"update_id": number, "message": each}).encode() for number, each in enumerate(made)),
    ]


@cache
def _wechat_bodies() -> list[bytes]:
    plain = _payloads("wechat", form="xml")()
    sealed = [encrypted(each.decode(), messengers.APP, messengers.KEY) for each in plain[:5]]
    form = "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{}]]></Encrypt></xml>"
    return [*plain, *(form.format(each).encode() for each in sealed)]


@cache
def _kf_messages() -> list[bytes]:
    wanted = [name for name in names("wecom") if name.startswith("kf-")]
    found = [json.loads(raw("wecom", name)) for name in wanted]
    lists = [each["msg_list"] if isinstance(each, dict) and "msg_list" in each else [each] for each in found]
    return [json.dumps(message).encode() for each in lists for message in each if isinstance(message, dict)]


@cache
def _dingtalk_frames() -> list[bytes]:
    def frame(kind: str, topic: str, data: str) -> bytes:
        headers = {"topic": topic, "messageId": "m1", "contentType": "application/json", "time": "1790000000000"}
        return json.dumps({"specVersion": "1.0", "type": kind, "headers": headers, "data": data}).encode()

    messages = [frame("CALLBACK", _TOPIC, each.decode()) for each in _payloads("dingtalk")()]
    return [*messages, frame("SYSTEM", "ping", '{"opaque":"1"}'), frame("SYSTEM", "disconnect", ""), b"{}"]


@cache
def _aibot_callbacks() -> list[bytes]:
    gateway, card = Gateway(), Shown(buttons=[("Yes", "/yes 1")], card="0123-4567")
    file = {"url": "https://files.example.com/1", "aeskey": "A" * 43 + "="}
    parts = [{"msgtype": "text", "text": {"content": "/help"}}, {"msgtype": "image", "image": file}]
    made = [
        gateway.body("/help"),
        gateway.body("/who 李雷", chat="wrgroup1"),
        gateway.body(msgtype="voice", voice={"content": "/help"}),
        gateway.body(msgtype="file", file=file),
        gateway.body(msgtype="mixed", mixed={"msg_item": parts}),
        gateway.press(card, "Yes"),
        gateway.body(event={"eventtype": "disconnected_event"}),
    ]
    return [json.dumps(each, ensure_ascii=False).encode() for each in made]


@cache
def _feishu_frames() -> list[bytes]:
    made = []
    for method, payload, parts in (
        *((frames.DATA, each, ("1", "0")) for each in _payloads("feishu")()),
        (frames.DATA, b"{", ("2", "0")),
        (frames.DATA, b"{", ("99", "98")),
        (frames.CONTROL, b'{"PingInterval":120}', ("1", "0")),
    ):
        frame = frames.Frame(SeqID=1, LogID=2, service=3, method=method, payload=payload)
        for key, value in (("type", "event"), ("message_id", "m"), ("sum", parts[0]), ("seq", parts[1])):
            frame.headers.add(key=key, value=value)
        made.append(frame.SerializeToString())
    return made


@cache
def _scripts() -> list[bytes]:
    return [path.read_bytes() for path in sorted((_ROOT / "interviews").glob("*.yaml"))] + [
        b"id: x\ntitle: {zh: a, en: b}\nstages:\n- id: s\n  questions:\n  - {id: q, kind: open, ask: {zh: a}}\n"
    ]


@cache
def _rosters() -> list[bytes]:
    return [
        "姓名,手机,邮箱\n张三,13800000000,a@b.cn\n李四,+86-139-0000-0000,\n张三,13800000000,\n".encode(),
        "手机号码,考生姓名\r\n13800000000,张三\r\n,李四\r\n".encode("gbk"),
        "姓名\t电话\r\n张三\t13800000000\r\n".encode("utf-16"),
        'sep=;\r\n"name";phone\r\n"O\'Neil";+1 (415) 555-2671\r\n李四;010-62345678转12\r\n'.encode(),
        "\ufeff2026 届名单，，\n序号，姓名（必填），手机\n1，张三，'13800000000\n".encode(),
    ]


_OGG = b"OggS\0\2" + bytes(20) + b"\1\x13OpusHead\1\1\x38\1\x80\xbb\0\0\0\0\0"
_FILES = (
    _OGG,
    b"OggS\0\2" + bytes(20) + b"\1\x04abcd" + _OGG,
    b"#!AMR\n<abc",
    b"#!AMR-WB\nabc",
    b"fLaCabc",
    b"%PDF-1.7\n",
    b"\2#!SILK_V3\x04\0abcd\x02\0ab\xff\xff",
    b"#!SILK_V3" + b"\1\0a" * 40,
    b"\x1aE\xdf\xa3webm",
    b"GIF89a",
    b"<html>",
    b"\0\0\0\x18ftypmp42isom",
    b"RIFF\x24\0\0\0WAVEfmt ",
    b"RIFF\x24\0\0\0WEBPVP8 ",
    b"ID3\3\0\0\0\0\0\x0afLaC" * 2,
    b"\xff\xfb\x90\x00" + bytes(413) + b"\xff\xfb\x90\x00",
    b"\xff\xf1\x50\x80\x01\x1f\xfc" + bytes(30),
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b'{"errcode":40007}',
    "简历 \u202efdp.exe".encode(),
)
FRAMES = (
    '{"hello":{"key":"a-key-of-a-page-0123456789","after":3,"start":"kR3vX9dQ2mB7tL5wY8nC1A","language":"zh"}}',
    '{"hello":{"key":"","pane":"recruiter","former":"a-former-key-0123456789","begin":true}}',
    '{"id":"m1","text":"我学统计。","language":"zh"}',
    '{"id":"m2","choice":"submit@0","label":"提交"}',
    '{"id":"m3","text":"/status now","edit":"m1"}',
    '{"id":"m4","text":"/start demo"}',
    '{"ping":5}',
    '{"client":{"device":"phone","browser":"Chrome","version":"140","network":"4g"},"noticed":"hidden"}',
)
_TYPED = (
    "我学统计，也做过两年数据分析。",
    "/status",
    '／邀请 spring "张 三"',
    "/extend 3fa9c2 48h",
    "/stats@our_bot",
    "agree@-1",
    "submit@0",
    "option.1@2.00ff00ff",
    "reason.time@1",
    "face.2@0",
    "later.3@1",
    "什么时候截止？",
    "跳过",
    "Can I do this tomorrow?",
    "1",
    "二",
    "3 年",
    "1,500.5",
    "north",
    "B",
    "ok 👍",
    "/start demo",
    "/exit",
    "人工",
    "/reply 0123456789abcdef Hello “there”",
    "/staff add 李 700:12 owner",
    "ABCD-2345",
    "repeat the question please",
)
_QUERIES = (
    "signature=a&timestamp=1790000000&nonce=13&echostr=6131",
    "msg_signature=a&timestamp=1790000000&nonce=1&echostr=aGk%3D",
    "signature=a&timestamp=1790000000&nonce=%E4%BD%A0&openid=o&encrypt_type=aes&msg_signature=b",
)
_UPLOADS = (
    "m1?ms=4200&language=zh",
    "m-2?name=%E7%AE%80%E5%8E%86.pdf&language=en",
    "a?name=list.csv&text=%2Finvite+spring",
)
_HEADERS = (
    'host: 127.0.0.1:8080\nrange: bytes=0-99\nif-range: "e"\norigin: http://127.0.0.1:8080\nx-client: 2001:db8::1',
    "host: [::1]:8080\ncontent-length: 20\ncookie: xumian_pane_8080=a; b=c\nx-client: ::ffff:1.1.1.1",
)
_TOKENS = (
    "ABCD-2345",
    "2345 6789 ABCD EFGH",
    '["00ff00ff00ff00ff","p1"]',
    ".eJyLVjIwSEszMIBRSjpKBYaxAGpUB-0",
    "",
)
_PLACES = ("telegram://-100200?language=en", "dingtalk://SEC0:token?unit=a,feishu://x", "wecom://key/path#f")
_ROOT_64 = "A" * 43 + "="
_MADE = "made 2026-11-24T02:00:00Z"
_NOTES = (
    f"{ORIGIN}\n2\n{_ROOT_64}\nnumber 3\n{_MADE}\nprevious {_ROOT_64}\n\n— {ORIGIN} {'A' * 100}\n",
    f"FW:\n  {ORIGIN}  \r\n0\r\n{_ROOT_64}\r\nnumber 1\r\n{_MADE}\r\n\r\n— {ORIGIN} {'A' * 100}\r\n--",
    f"{ORIGIN}+0a1b2c3d+AQ{'A' * 42}",
)
_STAMP = "1790000000\nnonce\nsignature"

_UNREADABLE = messengers.UNREADABLE
_UNUSABLE = (RosterUnusable, BookUnusable, ScriptUnusable)
_VERIFIED = (Damaged, Unreadable, ValueError)
TARGETS = (
    Target("telegram", messengers.telegram_update, "json", _payloads("telegram"), _UNREADABLE, share=3),
    Target("telegram-staff", messengers.staff_update, "json", _staff_updates, _UNREADABLE, share=1),
    Target("wechat-body", messengers.wechat_body, "xml", _wechat_bodies, share=0.5),
    Target("wechat-query", messengers.wechat_query, "query", _texts(*_QUERIES), (Forged, Unreadable, ValueError)),
    Target(
        "wechat-inside", messengers.wechat_inside, "xml", _payloads("wechat", form="xml"), _VERIFIED, share=0.5
    ),
    Target(
        "wechat-sealed",
        messengers.wechat_sealed,
        "xml",
        _payloads("wechat", form="xml"),
        (Damaged, Unreadable, Forged),
        share=0.5,
    ),
    Target("wecom-inside", messengers.wecom_inside, "xml", _payloads("wecom", form="xml"), _VERIFIED, share=0.5),
    Target(
        "wecom-kf", messengers.wecom_kf, "json", _kf_messages, (KeyError, TypeError, ValueError, TryLater), share=2
    ),
    Target(
        "dingtalk",
        messengers.dingtalk_message,
        "json",
        _payloads("dingtalk"),
        (ValueError, RecursionError),
        share=2,
    ),
    Target("dingtalk-frame", messengers.dingtalk_frame, "json", _dingtalk_frames, share=0.3),
    Target("wecom-aibot", messengers.aibot, "json", _aibot_callbacks, (ValueError, RecursionError), share=2),
    Target("feishu", messengers.feishu_event, "json", _payloads("feishu"), (ValueError, RecursionError), share=2),
    Target("feishu-frame", messengers.feishu_frame, "bytes", _feishu_frames, share=0.5),
    Target(
        "feishu-sealed",
        messengers.feishu_sealed,
        "text",
        lambda: [json.loads(seal(b"{}"))["encrypt"].encode()],
        (signature.Forged,),
        0.5,
    ),
    Target("feishu-signed", messengers.feishu_signed, "text", _texts(_STAMP), share=0.5),
    Target("web-frame", others.web_frame, "json", _texts(*FRAMES), share=2.5),
    Target("upload", others.uploads, "query", _texts(*_UPLOADS), (UploadRefused,)),
    Target("headers", others.headers, "text", _texts(*_HEADERS)),
    Target("file", others.files, "bytes", _texts(*_FILES), (Undecodable,), share=3),
    Target("roster", others.roster, "text", _rosters, (RosterUnusable,), share=0.5),
    Target("workbook", workbooks.in_workbook, "xml", workbooks.seeds, _UNUSABLE, 0.1),
    Target("workbook-packed", workbooks.packed, "bytes", workbooks.packed_seeds, _UNUSABLE, 0.1),
    Target("recording", recordings.recording, "bytes", recordings.seeds, share=0.1),
    Target("script", others.script, "text", _scripts, share=0.05),
    Target("typed", others.typed, "text", _texts(*_TYPED), share=1),
    Target("conversation", others.conversation, "text", _texts(*_TYPED), share=0.5),
    Target("token", others.tokens, "text", _texts(*_TOKENS)),
    Target("notice-place", others.place, "text", _texts(*_PLACES), (ValueError,), 0.5),
    Target("note", others.note, "text", _texts(*_NOTES), (NoteUnverified, AnchorWrong), 0.5),
    Target(
        "time-stamp", others.time_stamp, "bytes", others.time_stamps, (StampWrong, CryptographyDeprecationWarning)
    ),
)
