"""Callbacks to the app: what members say and do as inbound events, and the news that 微信客服 has something.

Source: developer.work.weixin.qq.com, documents 90239 (消息格式), 90240 (事件格式), 94670 (微信客服: 回调事件)
(read 2026-11): a message is known by its MsgId, an event by its sender, time and kind.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
)

CHANNEL = "wecom"
_LONGEST = 512  # characters of an id
_LONGEST_TEXT = 20_000
_EVERYBODY = "@all"
_MENU = frozenset({"continue", "status", "support", "exit", "help", "language", "privacy"})
"""The keys of buttons in an app's menu that are commands of ours."""
_COMMAND = re.compile(r"/([a-z]{2,20})(?:\s+(.*))?", re.DOTALL)
KINDS = {"image": "photo", "shortvideo": "video", "file": "document"}
"""What the platform calls them, and what every channel does."""

Fields = Mapping[str, object]


class News(NamedTuple):
    """微信客服 has something for its account `open_kfid` (empty: not said). `token` makes the next pull cheap."""

    open_kfid: str
    token: str


def parse(corp_id: str, fields: Fields) -> Inbound | News | None:
    """None for what does not concern an interview. ValueError: it is no message."""
    kind, user = _text(fields, "MsgType").lower(), _text(fields, "FromUserName")
    event = _text(fields, "Event").lower() if kind == "event" else ""
    if event == "kf_msg_or_event":
        return News(_text(fields, "OpenKfId"), _text(fields, "Token"))
    if not user or not kind or "|" in user or user == _EVERYBODY:
        raise ValueError("a message has one sender and a type")
    sent = _text(fields, "CreateTime")
    if event:
        key = _text(fields, "EventKey")
        what, message = _event(event, key), ""
        name = f"{user}:{sent}:{event}:{key}"
    else:
        what, message = _message(kind, fields), _text(fields, "MsgId")
        name = message
        if not message:
            raise ValueError("a message has an id")
    if what is None:
        return None
    sent_ms = int(sent) * 1000 if sent.isascii() and sent.isdigit() and len(sent) < 12 else 0
    return Inbound(f"wc:{corp_id}:{name}"[:_LONGEST], what, Address(CHANNEL, corp_id, user), sent_ms, message)


def said(text: str) -> What:
    """Typed words: a command where they have its form."""
    found = _COMMAND.fullmatch(text.strip())
    return CommandReceived(found[1], (found[2] or "").strip()) if found else TextReceived(text)


def _event(event: str, key: str) -> What | None:
    match event:
        case "subscribe":
            return CommandReceived("start")
        case "enter_agent":  # each time that the app is opened: only whoever was out of reach is welcomed back
            return ChannelReopened()
        case "unsubscribe":
            return ChannelClosed("unsubscribed")
        case "click":
            return CommandReceived(key if key in _MENU else "help")
        case _:  # opened pages, positions, changes of the address book
            return None


def _message(kind: str, fields: Fields) -> What:
    if kind == "text":
        return said(_text(fields, "Content", _LONGEST_TEXT))
    media = _text(fields, "MediaId")
    if kind == "voice":
        if not media:
            raise ValueError("a voice message has a recording")
        return VoiceReceived(Media(media))
    known = KINDS.get(kind, kind)[:40]
    return OtherReceived(known, Media(media, known) if media else None)


def _text(fields: Fields, name: str, longest: int = _LONGEST) -> str:
    """An element's text; empty where there is none. ValueError: it is nested, or too long to be right."""
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"{name} is no text of an expected length")
    return value
