"""Parsing Feishu's events into inbound events and messages to the staff console.

Source: open.feishu.cn, "接收消息" (im.message.receive_v1), "卡片回传交互回调" (card.action.trigger),
"机器人自定义菜单" (application.bot.menu_v6) (read 2026-11). A message is identified by its message_id, because an
event may come again with another event_id.
"""

import re
from typing import Annotated, Any, NamedTuple

import msgspec

from bot.channels.feishu.content import Message, UserId, is_ours, read
from bot.channels.shared.damaged_text import repaired_json
from conversation.inbound import (
    Address,
    ChoicePressed,
    CommandReceived,
    Inbound,
    What,
)
from handlers.console.context import StaffInbound

CHANNEL = "feishu"
GROUP = "oc_"
"""How the ids of groups begin, which are the user part of their addresses. Those of people begin with `ou_`."""
PERSON = "ou_"
LANGUAGE = "zh"
"""The language assumed for every user: the platform tells it only to apps with a special permission."""
_BELONGS_TO = (("message", "chat_id"), ("context", "open_chat_id"), ("operator", "operator_id", "open_id"))
_VALUE = re.compile(r"[ -~]{1,64}")


class Header(msgspec.Struct, frozen=True):
    event_id: Annotated[str, msgspec.Meta(max_length=128)] = ""
    event_type: Annotated[str, msgspec.Meta(max_length=128)] = ""
    app_id: Annotated[str, msgspec.Meta(max_length=128)] = ""
    token: Annotated[str, msgspec.Meta(max_length=256)] = ""


class Envelope(msgspec.Struct, frozen=True):
    """An event (schema 2.0), or the platform's check of a new address, which has a type and a challenge."""

    header: Header = Header()
    event: msgspec.Raw = msgspec.Raw(b"{}")
    type: str = ""
    challenge: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    token: Annotated[str, msgspec.Meta(max_length=256)] = ""


class Sender(msgspec.Struct, frozen=True):
    sender_id: UserId | None = None
    sender_type: str = "user"


class MessageEvent(msgspec.Struct, frozen=True):
    sender: Sender
    message: Message


class Action(msgspec.Struct, frozen=True):
    value: Any = None


class Context(msgspec.Struct, frozen=True):
    open_chat_id: str = ""


class CardEvent(msgspec.Struct, frozen=True):
    operator: UserId
    action: Action
    context: Context = Context()


class Operator(msgspec.Struct, frozen=True):
    operator_id: UserId


class MenuEvent(msgspec.Struct, frozen=True):
    operator: Operator
    event_key: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Received(NamedTuple):
    """One message, or one press of a button.

    - `chat`, `sender`: where answers go, and the person.
    - `text`: what was typed, or the choice that was pressed.
    - `sent_ms`: when it was sent (epoch milliseconds); 0 if unknown.
    - `message`: the platform's id of the message; empty for buttons and menus.
    - `addressed`: it is private, our bot was mentioned, or a button was pressed.
    - `mentions`: somebody is mentioned in it.
    """

    id: str
    what: What
    chat: Address
    sender: Address
    text: str
    sent_ms: int
    message: str
    addressed: bool
    mentions: bool = False

    @property
    def private(self) -> bool:
        return self.chat == self.sender


def decode(body: bytes) -> Envelope:
    """Decode an event from JSON. Raises msgspec.MsgspecError, UnicodeDecodeError."""
    return msgspec.json.decode(body, type=Envelope, strict=False)


def parse(account: str, envelope: Envelope, bot: str) -> Received | None:
    """Parse an event. Returns None if it is of a kind that we do not handle.

    `bot` is our bot's open_id; if it is empty, no mention is one of ours.

    Raises ValueError (a base of msgspec's errors) if the event is not as documented.
    """
    match envelope.header.event_type:
        case "im.message.receive_v1":
            return _message(account, msgspec.json.decode(envelope.event, type=MessageEvent, strict=False), bot)
        case "card.action.trigger":
            return _press(account, envelope, msgspec.json.decode(envelope.event, type=CardEvent, strict=False))
        case "application.bot.menu_v6":
            event = msgspec.json.decode(envelope.event, type=MenuEvent, strict=False)
            who = _person(account, event.operator.operator_id)
            key = event.event_key.lower()
            return Received(
                _id(account, envelope.header.event_id), CommandReceived(key), who, who, f"/{key}", 0, "", True
            )
        case _:  # recalled messages, opened chats, groups that we join or leave
            return None


def inbound(received: Received) -> Inbound:
    """Return a candidate's message as an inbound event. Feishu does not limit how they are answered."""
    return Inbound(
        received.id,
        received.what,
        received.sender,
        received.sent_ms,
        received.message,
        language=LANGUAGE,
    )


def to_console(received: Received) -> StaffInbound:
    """Return the message in the form for the staff console, without its file."""
    return StaffInbound(received.id, received.sender, received.chat, received.text, language=LANGUAGE)


def conversation_of(body: bytes) -> str:
    """Return what an event belongs to, within which events keep their order: its chat, or for a menu its user.

    Returns "" if it has neither.
    """
    try:
        event = msgspec.json.decode(decode(repaired_json(body)).event, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    for *path, name in _BELONGS_TO:
        found: Any = event
        for part in path:
            found = found.get(part) if isinstance(found, dict) else None
        if isinstance(found, dict) and isinstance(found.get(name), str):
            return str(found[name])
    return ""


def _id(account: str, name: str) -> str:
    if not name:
        raise ValueError("an event has an id")
    return f"fs:{account}:{name}"


def _person(account: str, user: UserId | None) -> Address:
    if not user or not user.open_id or not user.open_id.startswith(PERSON):
        raise ValueError("a person has an open_id")
    return Address(CHANNEL, account, user.open_id)


def _message(account: str, event: MessageEvent, bot: str) -> Received | None:
    message = event.message
    if event.sender.sender_type != "user" or message.message_type == "system":
        return None
    sender = _person(account, event.sender.sender_id)
    if message.chat_type == "p2p":
        chat = sender
    elif message.chat_id.startswith(GROUP):
        chat = Address(CHANNEL, account, message.chat_id)
    else:
        raise ValueError("a message comes from a person or a group")
    content = msgspec.json.decode(repaired_json(message.content.encode() or b"{}"), type=dict[str, Any])
    what, text = read(message, content, bot)
    stamp = message.create_time
    sent_ms = int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 16 else 0
    mentions = message.mentions or ()
    addressed = chat == sender or any(is_ours(each, bot) for each in mentions)
    identity = _id(account, message.message_id)
    return Received(
        identity, what, chat, sender, text, sent_ms, message.message_id, addressed, mentions=bool(mentions)
    )


def _press(account: str, envelope: Envelope, event: CardEvent) -> Received | None:
    """Parse a pressed button. It carries its choice and the chat that it was sent to.

    Returns None if the card was forwarded to another chat, where its buttons do nothing.
    """
    sender = _person(account, event.operator)
    value = event.action.value
    if not isinstance(value, dict):
        return None
    choice, to = value.get("choice"), value.get("to")
    if not (isinstance(choice, str) and _VALUE.fullmatch(choice) and isinstance(to, str)):
        return None
    if to.startswith(PERSON):
        chat = sender
        if to != sender.user:
            return None
    else:
        chat = Address(CHANNEL, account, to)
        if to != event.context.open_chat_id:
            return None
    return Received(
        _id(account, envelope.header.event_id), ChoicePressed(choice), chat, sender, choice, 0, "", True
    )
