"""Parsing the app's callbacks: members' messages and events, and the notification of new 微信客服 messages.

Source: developer.work.weixin.qq.com, documents 90239 (消息格式), 90240 (事件格式), 94670 (微信客服: 回调事件)
(read 2026-11): a message is identified by its MsgId, an event by its sender, time and kind.
"""

import re
from typing import NamedTuple

from bot.channels.shared.stand_ins import stand_in
from bot.channels.wechat_api.elements import MOST_CHARACTERS, Fields, text_in
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
_LONGEST_TEXT = 20_000
_EVERYBODY = "@all"
_MENU = frozenset({"continue", "status", "support", "exit", "help", "language", "privacy"})
"""The keys of menu buttons that are commands of ours."""
_COMMAND = re.compile(r"/([a-z]{2,20})(?:\s+(.*))?", re.DOTALL)
KINDS = {"image": "photo", "shortvideo": "video", "file": "document"}
"""Message kinds: from the platform's names to those common to all channels."""


class News(NamedTuple):
    """Notification of new 微信客服 messages for its account `open_kfid`, which may be empty.

    With `token` the next pull does not count against the platform's limit.
    """

    open_kfid: str
    token: str


def parse(corp_id: str, fields: Fields) -> Inbound | News | None:
    """Return the event of a callback, or None if it does not concern an interview.

    Raises ValueError if it is no valid message.
    """
    kind, user = text_in(fields, "MsgType").lower(), text_in(fields, "FromUserName")
    event = text_in(fields, "Event").lower() if kind == "event" else ""
    if event == "kf_msg_or_event":
        return News(text_in(fields, "OpenKfId"), text_in(fields, "Token"))
    if not user or not kind or "|" in user or user == _EVERYBODY:
        raise ValueError("a message has one sender and a type")
    sent = text_in(fields, "CreateTime")
    if event:
        key = text_in(fields, "EventKey")
        what, message = _event(event, key), ""
        name = f"{user}:{sent}:{event}:{key}"
    else:
        what, message = _message(kind, fields), text_in(fields, "MsgId")
        name = message
        if not message:
            raise ValueError("a message has an id")
    if what is None:
        return None
    sent_ms = int(sent) * 1000 if sent.isascii() and sent.isdigit() and len(sent) < 12 else 0
    return Inbound(
        f"wc:{corp_id}:{name}"[:MOST_CHARACTERS], what, Address(CHANNEL, corp_id, user), sent_ms, message
    )


def said(text: str) -> What:
    """Return the event for typed text, which may be a command, or stand for what the platform does not pass on."""
    if replaced := stand_in("tencent", text):
        return replaced
    found = _COMMAND.fullmatch(text.strip())
    return CommandReceived(found[1], (found[2] or "").strip()) if found else TextReceived(text)


def _event(event: str, key: str) -> What | None:
    match event:
        case "subscribe":
            return CommandReceived("start")
        # comes whenever the app is opened, but only someone out of reach before is welcomed back
        case "enter_agent":
            return ChannelReopened()
        case "unsubscribe":
            return ChannelClosed("unsubscribed")
        case "click":
            return CommandReceived(key if key in _MENU else "help")
        case _:  # opened pages, locations, changes of the address book
            return None


def _message(kind: str, fields: Fields) -> What:
    if kind == "text":
        return said(text_in(fields, "Content", _LONGEST_TEXT))
    media = text_in(fields, "MediaId")
    if kind == "voice":
        if not media:
            raise ValueError("a voice message has a recording")
        return VoiceReceived(Media(media))
    known = KINDS.get(kind, kind)[:40]
    return OtherReceived(known, Media(media, known) if media else None)
