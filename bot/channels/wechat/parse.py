"""Parsing an official account's messages and events into inbound events.

Source: developers.weixin.qq.com, "接收普通消息", "接收事件推送", "客服消息" (read 2026-11): a message is
identified by its MsgId, an event by its sender and CreateTime. Typing or speaking opens a window of 48 hours for
five messages. A click in the menu, following and scanning open one of a minute for three. A click in a menu
message comes as text with `bizmsgmenuid`, and counts as a click.
"""

import re

from bot.channels.shared.stand_ins import stand_in
from bot.channels.wechat_api.elements import MOST_CHARACTERS, Fields, text_in
from conversation.inbound import (
    Address,
    ChannelClosed,
    ChoicePressed,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
    Window,
)

CHANNEL = "wechat"
LONG = 48 * 3600, 5
"""Duration in seconds, and number of messages."""
SHORT = 60, 3
NONE = 0, 0
NOTHING = Window(0, 0)
"""The window of an account that may only reply in responses, and of a user who has unfollowed."""
_MARGIN_S = 5
"""How much earlier we consider a window closed, in seconds, because clocks differ and sending takes time."""
_COMMAND = re.compile(r"\s*[/／]([A-Za-z]{1,32})(?:\s+(.*))?", re.DOTALL)
_SCENE = "qrscene_"
MENU = ("continue", "status", "support", "exit")
"""The keys of our menu's buttons, which are commands."""
_KINDS = {"shortvideo": "video", "image": "photo", "file": "document"}


def parse(account: str, fields: Fields, now_s: float, *, push: bool, hears: bool = True) -> Inbound | None:
    """Return the inbound event, or None if the callback does not concern an interview.

    `push` says whether the account may send unprompted, `hears` whether it may fetch recordings. Raises ValueError
    if the callback is no valid message.
    """
    user, kind = text_in(fields, "FromUserName"), text_in(fields, "MsgType").lower()
    if not user or not kind:
        raise ValueError("a message has a sender and a type")
    sent_s = _number(fields, "CreateTime")
    if kind == "event":
        event, key = text_in(fields, "Event").lower(), text_in(fields, "EventKey")
        what = _event(event, key)
        allowed = NONE if isinstance(what, ChannelClosed) else SHORT
        message = ""
        name = f"{user}:{sent_s}:{event}:{key}"
    else:
        what = _message(kind, fields) if hears else _typed_only(kind, fields)
        allowed = SHORT if isinstance(what, ChoicePressed) else LONG
        message = name = text_in(fields, "MsgId")
        if not name:
            raise ValueError("a message has an id")
    if what is None:
        return None
    return Inbound(
        f"wx:{account}:{name}"[:MOST_CHARACTERS],
        what,
        Address(CHANNEL, account, user),
        sent_s * 1000,
        message,
        window=window(allowed, sent_s, now_s) if push and allowed != NONE else NOTHING,
    )


def window(allowed: tuple[int, int], sent_s: int, now_s: float) -> Window:
    """Return the window opened by a message sent at that time. `allowed` is (seconds, messages)."""
    seconds, messages = allowed
    begin = min(sent_s, now_s) if sent_s else now_s
    return Window(int((begin + seconds - _MARGIN_S) * 1000), messages)


def _event(event: str, key: str) -> What | None:
    match event:
        case "subscribe":
            return CommandReceived("start", key.removeprefix(_SCENE) if key.startswith(_SCENE) else "")
        case "scan":
            return CommandReceived("start", key)
        case "unsubscribe":
            return ChannelClosed("unsubscribed")
        case "click":
            return CommandReceived(key if key in MENU else "help")
        case _:  # opened web pages, locations, delivery reports
            return None


def _message(kind: str, fields: Fields) -> What:
    match kind:
        case "text":
            if pressed := text_in(fields, "bizmsgmenuid"):
                return ChoicePressed(pressed)
            text = text_in(fields, "Content", longest=20_000)
            return stand_in("tencent", text) or _typed(text)
        case "voice":
            wide, plain = text_in(fields, "MediaId16K"), text_in(fields, "MediaId")
            if not (wide or plain):
                raise ValueError("a voice message has a recording")
            return VoiceReceived(Media(wide or plain, recognised=text_in(fields, "Recognition", longest=4000)))
        case "image" if media := text_in(fields, "MediaId"):
            return OtherReceived("photo", Media(media, "photo"))
        case _:  # files have no id, and the addresses of videos open in browsers only
            return OtherReceived(_KINDS.get(kind, kind)[:40])


def _typed_only(kind: str, fields: Fields) -> What:
    """Return the event for an account that cannot fetch files. Voice messages become `OtherReceived`."""
    if kind == "text":
        return _message(kind, fields)
    return OtherReceived(_KINDS.get(kind, kind)[:40])


def _typed(text: str) -> What:
    command = _COMMAND.fullmatch(text)
    return CommandReceived(command[1].lower(), command[2] or "") if command else TextReceived(text)


def _number(fields: Fields, name: str) -> int:
    value = text_in(fields, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0
