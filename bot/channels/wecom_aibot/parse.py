"""Parsing what comes over the connection: messages, and presses of buttons.

Source: developer.work.weixin.qq.com, documents 100719 (接收消息), 101027 (接收事件), 101463 (长连接), and the
SDK wecom-aibot-python-sdk 1.0.2 (read 2026-12). Where it is not said whether a field may be missing, it may be.
"""

import hashlib
import re
from typing import Annotated

import msgspec

from bot.channels.shared.mixed_account import Message
from bot.channels.wecom_aibot.settings import CHANNEL
from conversation.inbound import Address, Media, OtherReceived, TextReceived, What
from handlers.console.context import StaffInbound

GROUP = "group:"
"""How the user part of a group's address begins. That of a person is their userid."""
LANGUAGE = "zh"
"""The language assumed for everybody: the platform does not tell it."""
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
_MOST_TEXT = 20_000
_MENTION = re.compile(r"^\s*@\S+\s*")
_CHOICE = re.compile(r"[ -~]{1,1024}")

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Sender(msgspec.Struct, frozen=True):
    userid: Id


class Words(msgspec.Struct, frozen=True):
    """A text, or what the platform understood of a voice message."""

    content: str = ""


class File(msgspec.Struct, frozen=True):
    """A picture or a file. The address is good for five minutes; `aeskey` decrypts what is there."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    aeskey: Annotated[str, msgspec.Meta(max_length=128)] = ""


class Item(msgspec.Struct, frozen=True):
    """A part of a message of texts and pictures."""

    msgtype: str
    text: Words | None = None
    image: File | None = None


class Mixed(msgspec.Struct, frozen=True):
    msg_item: tuple[Item, ...] = ()


class CardEvent(msgspec.Struct, frozen=True):
    event_key: Annotated[str, msgspec.Meta(max_length=1024)] = ""
    task_id: Annotated[str, msgspec.Meta(max_length=128)] = ""


class Event(msgspec.Struct, frozen=True):
    eventtype: str = ""
    template_card_event: CardEvent | None = None


class Body(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    """The body of a callback."""

    msgid: Id
    msgtype: Annotated[str, msgspec.Meta(max_length=40)]
    sender: Sender | None = None
    aibotid: str = ""
    chattype: str = "single"
    chatid: Annotated[str, msgspec.Meta(max_length=128)] = ""
    text: Words | None = None
    voice: Words | None = None
    image: File | None = None
    file: File | None = None
    mixed: Mixed | None = None
    event: Event | None = None


class Taken(msgspec.Struct, frozen=True):
    """What has to be known of a callback before it is parsed.

    - `conversation`: identifies its conversation, as far as that can be read.
    - `bot`: the bot that it is for, if that is said.
    - `ended`: another connection has taken the place of ours.
    """

    conversation: str
    bot: str
    ended: bool


def sort_out(body: object) -> Taken:
    """Read a callback's body as far as needed to handle it in its turn."""
    told = body if isinstance(body, dict) else {}
    sender, event = told.get("from"), told.get("event")
    who = told.get("chatid") or (sender.get("userid") if isinstance(sender, dict) else "")
    kind = event.get("eventtype") if isinstance(event, dict) else ""
    bot = told.get("aibotid")
    return Taken(str(who or "")[:128], bot if isinstance(bot, str) else "", kind == "disconnected_event")


def parse(account: str, body: bytes) -> Message | None:
    """Parse a callback. Returns None if it is of a kind that we do not handle.

    Raises ValueError (a base of msgspec's errors) if it is not as documented.
    """
    told = msgspec.json.decode(body, type=Body, strict=False)
    if told.sender is None:
        return None
    sender = Address(CHANNEL, account, told.sender.userid)
    group = told.chattype == "group"
    if group and not told.chatid:
        raise ValueError("a message in a group names it")
    chat = Address(CHANNEL, account, GROUP + told.chatid) if group else sender
    if told.event:
        text = _pressed(told.event, chat)
        what: What | None = TextReceived(text) if text else None
    else:
        what, text = _said(told)
        text = _MENTION.sub("", text) if group else text
    if what is None:
        return None
    inbound = StaffInbound(f"wa:{account}:{told.msgid}", sender, chat, text.strip(), language=LANGUAGE)
    return Message(what, inbound, private=not group)


def card_of(chat: Address, key: str) -> str:
    """Return the id of a card with buttons, which is different for each card and names the chat it was sent to."""
    return f"{_mark(chat)}-{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def _mark(chat: Address) -> str:
    return hashlib.sha256(str(chat).encode()).hexdigest()[:24]


def _pressed(event: Event, chat: Address) -> str:
    """Return the choice of a pressed button. Empty if it is none of ours, or was pressed in another chat."""
    card = event.template_card_event
    if event.eventtype != "template_card_event" or card is None:
        return ""
    ours = card.task_id.partition("-")[0] == _mark(chat)
    return card.event_key if ours and _CHOICE.fullmatch(card.event_key) else ""


def _said(told: Body) -> tuple[What | None, str]:
    """Return the message and its text. The first picture counts if there are several."""
    text, picture = "", told.image
    match told.msgtype:
        case "text" | "voice":
            words = told.text if told.msgtype == "text" else told.voice
            text = words.content if words else ""
            return TextReceived(text[:_MOST_TEXT]), text[:_MOST_TEXT]
        case "file" if told.file:
            return OtherReceived("document", _media(told.file, "document")), ""
        case "mixed" if told.mixed:
            items = told.mixed.msg_item
            text = "\n".join(each.text.content for each in items if each.text)[:_MOST_TEXT]
            picture = next((each.image for each in items if each.image), None)
            if picture is None:
                return TextReceived(text), text
    if picture is None:
        return None, ""
    return OtherReceived("photo", _media(picture, "photo"), text=text), text


def _media(file: File, kind: str) -> Media:
    return Media(msgspec.json.encode(file).decode(), kind)
