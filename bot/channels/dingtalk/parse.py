"""A robot's messages as inbound events, and as messages to the staff console.

Source: open.dingtalk.com, "接收消息" and "机器人接收消息的类型" (read 2026-11): `conversationType` is "1" in a
private chat and "2" in a group; `senderStaffId` is there for members of the organisation, once the app is
published, and empty for everybody else; voice and files reach the robot in private chats only; what stands in
files is fetched by `downloadCode`. In stream mode the same fields come as the frame's `data`.
"""

import re
from typing import Annotated, Any, NamedTuple

import msgspec

from conversation.inbound import (
    Address,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    TextReceived,
    VoiceReceived,
    What,
    Window,
)
from handlers.console.context import StaffInbound

CHANNEL = "dingtalk"
GROUP = "cid:"
"""Begins the user part of a group's address; the rest is its conversationId."""
OUTSIDER = "out:"
"""Begins that of somebody outside the organisation; the rest is their senderId, which means nothing elsewhere."""
SESSION_MESSAGES = 1000
"""How many messages we send an outsider before they write again. DingTalk only names when the session ends."""
MARGIN_MS = 60_000
"""A session is taken to end so much earlier: clocks differ, and sending takes time."""
ENDLESS = Window(1 << 52, 1_000_000_000)
LANGUAGE = "zh"
"""DingTalk does not say which language its users read."""
_PRIVATE, _IN_GROUP = "1", "2"
_MOST_TEXT = 20_000
_COMMAND = re.compile(r"[/／]\s?([^\s@/]{1,32})(?:\s+(.*))?", re.DOTALL)
_MOST_DURATION_MS = 24 * 3600_000

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Reference = Annotated[str, msgspec.Meta(max_length=2048)]
Stamp = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class Text(msgspec.Struct, frozen=True):
    content: Annotated[str, msgspec.Meta(max_length=_MOST_TEXT)] = ""


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """What is of use in a callback. `content` has another form for each `msgtype`."""

    msg_id: Id
    msgtype: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    conversation_type: str
    conversation_id: Id
    robot_code: str = ""
    chatbot_corp_id: str | None = None
    sender_staff_id: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    sender_id: Annotated[str, msgspec.Meta(max_length=256)] = ""
    sender_nick: Annotated[str, msgspec.Meta(max_length=512)] | None = None
    create_at: Stamp = 0
    session_webhook: Annotated[str, msgspec.Meta(max_length=2048)] | None = None
    session_webhook_expired_time: Stamp = 0
    is_in_at_list: bool = True
    text: Text | None = None
    content: msgspec.Raw = msgspec.Raw(b"{}")


class Recording(msgspec.Struct, frozen=True, rename="camel"):
    """`duration` in milliseconds, `recognition` is what DingTalk understood."""

    download_code: Reference
    duration: Annotated[int, msgspec.Meta(ge=0, le=_MOST_DURATION_MS)] | None = None
    recognition: Annotated[str, msgspec.Meta(max_length=_MOST_TEXT)] | None = None


class File(msgspec.Struct, frozen=True, rename="camel"):
    download_code: Reference = ""
    file_name: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class RichText(msgspec.Struct, frozen=True, rename="camel"):
    rich_text: tuple[dict[str, Any], ...] = ()


class Session(NamedTuple):
    """Where the conversation can be answered, until when (epoch milliseconds). The address is a secret: whoever
    has it can write there."""

    url: str
    until_ms: int


class Received(NamedTuple):
    """One message. `chat` is where answers go, `sender` the person (None: outside the organisation, in a group);
    `session` is how they go there for now."""

    message: Message
    chat: Address
    sender: Address | None
    what: What
    session: Session | None

    @property
    def private(self) -> bool:
        return self.message.conversation_type == _PRIVATE

    @property
    def id(self) -> str:
        return f"dt:{self.chat.account}:{self.message.msg_id}"


def decode(body: bytes) -> Message:
    """Raises msgspec.MsgspecError, UnicodeDecodeError: it is no message of a robot."""
    return msgspec.json.decode(body, type=Message, strict=False)


def parse(account: str, message: Message) -> Received:
    """Raises ValueError (msgspec's among them): it is not as DingTalk describes its messages."""
    if message.conversation_type not in (_PRIVATE, _IN_GROUP):
        raise ValueError("a message comes from a private chat or from a group")
    sender = _sender(account, message)
    if message.conversation_type == _PRIVATE:
        if sender is None:
            raise ValueError("a message in a private chat has a sender")
        chat = sender
    else:
        chat = Address(CHANNEL, account, f"{GROUP}{message.conversation_id}")
        sender = sender if message.sender_staff_id else None
    return Received(message, chat, sender, _what(message), _session(message))


def _sender(account: str, message: Message) -> Address | None:
    if staff := message.sender_staff_id:
        if ":" in staff:
            raise ValueError("a staff id has no colon")
        return Address(CHANNEL, account, staff)
    return Address(CHANNEL, account, f"{OUTSIDER}{message.sender_id}") if message.sender_id else None


def _session(message: Message) -> Session | None:
    if not message.session_webhook:
        return None
    return Session(message.session_webhook, message.session_webhook_expired_time)


def inbound(received: Received, *, waited: bool = False) -> Inbound:
    """What a candidate said. Members can be written to at any time, others only while their session lives. Where
    something has `waited` for a member, a window without an end lets it out: who has none, has nothing waiting."""
    message = received.message
    return Inbound(
        received.id,
        received.what,
        received.chat,
        message.create_at,
        message.msg_id,
        name=(message.sender_nick or "")[:200],
        language=LANGUAGE,
        window=_window(received) if received.chat.user.startswith(OUTSIDER) else ENDLESS if waited else None,
    )


def _window(received: Received) -> Window:
    until_ms = received.session.until_ms - MARGIN_MS if received.session else 0
    return Window(max(0, until_ms), SESSION_MESSAGES)


def to_console(received: Received, sender: Address, *, addressed: bool) -> StaffInbound:
    """The same as a message to the console, as yet without its file."""
    return StaffInbound(
        received.id,
        sender,
        received.chat,
        said(received),
        (received.message.sender_nick or "")[:200],
        LANGUAGE,
        addressed=addressed,
    )


def said(received: Received) -> str:
    """What was typed, as it was typed."""
    message = received.message
    if message.msgtype == "text":
        return message.text.content.strip() if message.text else ""
    if message.msgtype == "richText":
        return _typed(msgspec.json.decode(message.content, type=RichText))
    return ""


def _what(message: Message) -> What:
    match message.msgtype:
        case "text":
            return _words(message.text.content if message.text else "")
        case "audio":
            heard = msgspec.json.decode(message.content, type=Recording, strict=False)
            media = Media(heard.download_code, "audio", heard.duration or 0, recognised=heard.recognition or "")
            return VoiceReceived(media)
        case "richText":
            return _rich(msgspec.json.decode(message.content, type=RichText))
        case "picture":
            return _file(message, "photo")
        case "video":
            return _file(message, "video")
        case "file":
            return _file(message, "document")
        case kind:
            return OtherReceived(kind)


def _words(text: str) -> What:
    text = text.strip()
    if command := _COMMAND.fullmatch(text):
        return CommandReceived(command[1].lower(), (command[2] or "").strip())
    return TextReceived(text)


def _file(message: Message, kind: str) -> OtherReceived:
    file = msgspec.json.decode(message.content, type=File, strict=False)
    media = Media(file.download_code, kind) if file.download_code else None
    return OtherReceived(kind, media, file.file_name[:200])


def _rich(content: RichText) -> What:
    """Text with pictures in it: the first picture goes with the text."""
    text = _typed(content)
    for piece in content.rich_text:
        code = piece.get("downloadCode")
        if isinstance(code, str) and code:
            return OtherReceived("photo", Media(code[:2048], "photo"), text=text)
    return _words(text)


def _typed(content: RichText) -> str:
    pieces = (piece.get("text") for piece in content.rich_text)
    return "".join(each for each in pieces if isinstance(each, str)).strip()[:_MOST_TEXT]
