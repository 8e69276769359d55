"""微信客服's messages and events, as kf/sync_msg brings them, as inbound events.

Source: developer.work.weixin.qq.com, documents 94670 (接收消息和事件) and 94677 (发送消息) (read 2026-11). A
message of the candidate (origin 3) allows five of ours within 48 hours; entering the conversation allows one,
within 20 seconds, with the code that comes with it. What colleagues write (origin 5) is none of ours.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.channels.wecom.parse import KINDS, said
from conversation.inbound import (
    Address,
    ChannelClosed,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    VoiceReceived,
    What,
    Window,
)

CHANNEL = "wecom-kf"
WINDOW_S, WINDOW_MESSAGES = 48 * 3600, 5
CODE_S = 20
"""The code of an event is good for so long, once."""
_MARGIN_S = 5
"""A window is taken to end so much earlier: clocks differ, and sending takes time."""
_FROM_CANDIDATE, _FROM_PLATFORM = 3, 4
_TAKEN_OVER = (1, 2, 4)
"""change_type: taken from the queue, passed on to another colleague, taken up again."""
_OVER = 3
_REFUSED_BY_CANDIDATE = 10
_ACCOUNT_TROUBLE = {
    1: "the account was deleted",
    2: "the app may not use it any more",
    7: "an account without a Channels account has reached its limit of customers",
    8: "an unverified corporation has reached its limit of customers",
    9: "an unverified corporation without a Channels account has reached its limit of customers",
}


class Heard(NamedTuple):
    """What one message says. `code`: something may be said to `user` with it until `code_until_s` (epoch).
    `people`: whether colleagues have the conversation from now on; None: that has not changed. `trouble`: what
    keeps the whole account from working."""

    user: str = ""
    inbound: Inbound | None = None
    code: str = ""
    code_until_s: float = 0
    people: bool | None = None
    at_ms: int = 0
    trouble: str = ""


NOTHING = Heard()


def user_of(message: Mapping[str, Any]) -> str:
    """Whose conversation the message belongs to; empty: nobody's."""
    event = message.get("event")
    user = message.get("external_userid") or (event.get("external_userid") if isinstance(event, dict) else "")
    return user if isinstance(user, str) else ""


def hear(account: str, message: Mapping[str, Any], now_s: float) -> Heard:
    """KeyError, TypeError, ValueError: it is no message of the documented form."""
    user, sent_s = user_of(message), int(message["send_time"])
    name = f"wk:{account}:{_text(message, 'msgid')}"
    to = Address(CHANNEL, account, user)
    if message["msgtype"] == "event":
        return _event(message["event"], Inbound(name, CommandReceived("start"), to, sent_s * 1000), now_s)
    if message["origin"] != _FROM_CANDIDATE or not user:
        return NOTHING
    what = _message(message)
    shown = _text(message, "msgid")
    return Heard(user, Inbound(name, what, to, sent_s * 1000, shown, window=_window(sent_s, now_s)))


def _window(sent_s: int, now_s: float) -> Window:
    until_s = min(sent_s, now_s) + WINDOW_S - _MARGIN_S
    return Window(int(until_s * 1000), WINDOW_MESSAGES)


def _message(message: Mapping[str, Any]) -> What:
    kind = _text(message, "msgtype")
    inside = message.get(kind)
    if kind == "text":
        return said(_text(message["text"], "content", 20_000))
    media = inside.get("media_id", "") if isinstance(inside, dict) else ""
    if kind == "voice":
        return VoiceReceived(Media(_text(message["voice"], "media_id")))
    known = KINDS.get(kind, kind)[:40]
    return OtherReceived(known, Media(media, known) if isinstance(media, str) and media else None)


def _event(event: Mapping[str, Any], basis: Inbound, now_s: float) -> Heard:
    user = basis.sender.user if basis.sender else ""
    sent_s = basis.sent_ms / 1000
    match event["event_type"]:
        case "enter_session" if user:
            return _entered(event, basis, now_s)
        case "msg_send_fail" if user:
            return _failed(event, basis)
        case "session_status_change" if user:
            change = int(event["change_type"])
            code = _text(event, "msg_code") if event.get("msg_code") else ""
            people = True if change in _TAKEN_OVER else False if change == _OVER else None
            return Heard(user, None, code, sent_s + CODE_S, people, basis.sent_ms)
        case _:  # colleagues' shifts, messages taken back
            return NOTHING


def _entered(event: Mapping[str, Any], basis: Inbound, now_s: float) -> Heard:
    """Who comes in by an invitation's link, or for the first time in a while, is greeted. Who merely opens the
    conversation again is not: they may do that many times a day. Where there is no code, they have been here
    within 48 hours, and it is tried without: if the platform refuses, it waits for their word."""
    token = _text(event, "scene_param") if event.get("scene_param") else ""
    code = _text(event, "welcome_code") if event.get("welcome_code") else ""
    if not (token or code):
        return NOTHING
    until_s = basis.sent_ms / 1000 + CODE_S
    window = Window(int((now_s + CODE_S - _MARGIN_S) * 1000), 1)
    inbound = Inbound(basis.id, CommandReceived("start", token), basis.sender, basis.sent_ms, window=window)
    return Heard(basis.sender.user if basis.sender else "", inbound, code, until_s)


def _failed(event: Mapping[str, Any], basis: Inbound) -> Heard:
    """Something that was taken has not arrived. The candidate's next word brings the open question back."""
    why = int(event["fail_type"])
    closed = ChannelClosed("blocked" if why == _REFUSED_BY_CANDIDATE else f"kf:{why}")
    inbound = Inbound(basis.id, closed, basis.sender, basis.sent_ms)
    return Heard(basis.sender.user if basis.sender else "", inbound, trouble=_ACCOUNT_TROUBLE.get(why, ""))


def _text(fields: Mapping[str, Any], name: str, longest: int = 512) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"{name} is no text of an expected length")
    return value
