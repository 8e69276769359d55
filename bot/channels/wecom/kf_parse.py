"""Parsing messages and events of 微信客服, as returned by kf/sync_msg, into inbound events.

Source: developer.work.weixin.qq.com, documents 94670 (接收消息和事件) and 94677 (发送消息) (read 2026-11). A
candidate's message (origin 3) allows five of ours within 48 hours. Entering the conversation allows one within 20
seconds, by the code in that event. Messages of colleagues (origin 5) are ignored.
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
"""How long an event's code is valid, in seconds. It can be used once."""
_MARGIN_S = 5
"""How much earlier we consider a window closed, in seconds, because clocks differ and sending takes time."""
_MOST_DIGITS = 11
_FROM_CANDIDATE, _FROM_PLATFORM = 3, 4
_TAKEN_OVER = (1, 2, 4)
"""The change_type values: taken from the queue, passed on to another colleague, resumed."""
_OVER = 3
_REFUSED_BY_CANDIDATE = 10
_ACCOUNT_TROUBLE = {
    1: "the account was deleted",
    2: "the app may not use it any more",
    7: "an account without a Channels account has reached its limit of customers",
    8: "an unverified corporation has reached its limit of customers",
    9: "an unverified corporation without a Channels account has reached its limit of customers",
}


class Pulled(NamedTuple):
    """The content of one message.

    - `code`: allows one message to `user` until `code_until_s` (epoch seconds).
    - `people`: whether colleagues have the conversation from now on, or None if that has not changed.
    - `trouble`: what keeps the whole account from working.
    """

    user: str = ""
    inbound: Inbound | None = None
    code: str = ""
    code_until_s: float = 0
    people: bool | None = None
    at_ms: int = 0
    trouble: str = ""


NOTHING = Pulled()


def user_of(message: Mapping[str, Any]) -> str:
    """Return the user whose conversation the message belongs to, or "" if none."""
    event = message.get("event")
    user = message.get("external_userid") or (event.get("external_userid") if isinstance(event, dict) else "")
    return user if isinstance(user, str) else ""


def hear(account: str, message: Any, now_s: float) -> Pulled:
    """Parse a message. Raises KeyError, TypeError or ValueError if it is not as documented."""
    if not isinstance(message, dict):
        raise TypeError("a message is an object")
    user, sent_s = user_of(message), _seconds(message["send_time"])
    name = f"wk:{account}:{_text(message, 'msgid')}"
    to = Address(CHANNEL, account, user)
    if message["msgtype"] == "event":
        return _event(message["event"], Inbound(name, CommandReceived("start"), to, sent_s * 1000), now_s)
    if message["origin"] != _FROM_CANDIDATE or not user:
        return NOTHING
    what = _message(message)
    shown = _text(message, "msgid")
    return Pulled(user, Inbound(name, what, to, sent_s * 1000, shown, window=_window(sent_s, now_s)))


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


def _event(event: Mapping[str, Any], basis: Inbound, now_s: float) -> Pulled:
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
            return Pulled(user, None, code, sent_s + CODE_S, people, basis.sent_ms)
        case _:  # colleagues' shifts, recalled messages
            return NOTHING


def _entered(event: Mapping[str, Any], basis: Inbound, now_s: float) -> Pulled:
    """Return the start command of someone who enters by an invitation's link or after a longer absence.

    Merely opening the conversation again, which may happen many times a day, has no event. An event without a code
    means that the candidate was here within 48 hours: the greeting is sent without a code, and if the platform
    refuses it, waits until they write.
    """
    token = _text(event, "scene_param") if event.get("scene_param") else ""
    code = _text(event, "welcome_code") if event.get("welcome_code") else ""
    if not (token or code):
        return NOTHING
    until_s = basis.sent_ms / 1000 + CODE_S
    window = Window(int((now_s + CODE_S - _MARGIN_S) * 1000), 1)
    inbound = Inbound(basis.id, CommandReceived("start", token), basis.sender, basis.sent_ms, window=window)
    return Pulled(basis.sender.user if basis.sender else "", inbound, code, until_s)


def _failed(event: Mapping[str, Any], basis: Inbound) -> Pulled:
    """Return the event that a message accepted before did not arrive.

    When the candidate writes again, the open question is repeated.
    """
    why = int(event["fail_type"])
    closed = ChannelClosed("blocked" if why == _REFUSED_BY_CANDIDATE else f"kf:{why}")
    inbound = Inbound(basis.id, closed, basis.sender, basis.sent_ms)
    return Pulled(basis.sender.user if basis.sender else "", inbound, trouble=_ACCOUNT_TROUBLE.get(why, ""))


def _seconds(value: Any) -> int:
    """Return a time in epoch seconds. Raises ValueError or TypeError if it is none."""
    found = int(value) if isinstance(value, int) or len(value) <= _MOST_DIGITS else -1
    if not 0 <= found < 10**_MOST_DIGITS:
        raise ValueError("a message has a time in seconds")
    return found


def _text(fields: Mapping[str, Any], name: str, longest: int = 512) -> str:
    value = fields[name]
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError(f"{name} is no text of an expected length")
    return value
