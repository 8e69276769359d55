"""Parsing a robot's messages into inbound events and messages to the staff console.

Source: open.dingtalk.com, "接收消息" and "机器人接收消息的类型" (read 2026-11): `conversationType` is "1" in a
private chat and "2" in a group. `senderStaffId` is set for members of the organisation once the app is published,
and empty for everybody else. Voice messages and files reach the robot in private chats only, and files are fetched
by their `downloadCode`. In stream mode the same fields come as the frame's `data`.
"""

import re
from typing import Annotated, Any, NamedTuple

import msgspec

from bot.channels.shared.stand_ins import stand_in
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
from conversation.visible_text import trimmed
from handlers.console.context import StaffInbound

CHANNEL = "dingtalk"
GROUP = "cid:"
"""Prefix of the user part of a group's address, followed by its conversationId."""
OUTSIDER = "out:"
"""Prefix of the user part for people outside the organisation, followed by their senderId, valid only here."""
SESSION_MESSAGES = 1000
"""How many messages we send an outsider before they write again. DingTalk only states when the session ends."""
MARGIN_MS = 60_000
"""How much earlier we consider a session ended, because clocks differ and sending takes time."""
ENDLESS = Window(1 << 52, 1_000_000_000)
LANGUAGE = "zh"
"""The language of every user, because DingTalk does not tell it."""
_PRIVATE, _IN_GROUP = "1", "2"
_MOST_TEXT = 20_000
_COMMAND = re.compile(r"[/／]\s?([^\s@/]{1,32})(?:\s+(.*))?", re.DOTALL)
_GAP = r"[\s\u200b\ufeff]"
_NAME = r"[^\s\u200b\ufeff@/／]{1,64}+"
_MENTIONED = re.compile(rf"(?:@{_NAME}{_GAP}++)++")
_BEFORE_COMMAND = re.compile(rf"(?:@{_NAME}{_GAP}++)++(?=[/／])")
_BEFORE_COMMAND_IN_GROUP = re.compile(rf"(?:@{_NAME}(?:[ \u2005\u00a0]{_NAME})?+{_GAP}*+)++(?=[/／])")
"""Mentions before a command. In a group, names may have two words, and the last may be joined to the command."""
_MOST_DURATION_MS = 24 * 3600_000

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
Reference = Annotated[str, msgspec.Meta(max_length=2048)]
Stamp = Annotated[int, msgspec.Meta(ge=0, lt=1 << 53)]


class Text(msgspec.Struct, frozen=True):
    content: Annotated[str, msgspec.Meta(max_length=_MOST_TEXT)] = ""


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """The fields of a callback that we use. The structure of `content` depends on `msgtype`."""

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
    """A voice message. `duration` is in milliseconds, and `recognition` is DingTalk's own transcript."""

    download_code: Reference
    duration: Annotated[int, msgspec.Meta(ge=0, le=_MOST_DURATION_MS)] | None = None
    recognition: Annotated[str, msgspec.Meta(max_length=_MOST_TEXT)] | None = None


class File(msgspec.Struct, frozen=True, rename="camel"):
    download_code: Reference = ""
    file_name: Annotated[str, msgspec.Meta(max_length=1000)] = ""


class RichText(msgspec.Struct, frozen=True, rename="camel"):
    rich_text: tuple[dict[str, Any], ...] = ()


class Session(NamedTuple):
    """An address for replies to a conversation, valid until `until_ms` (epoch milliseconds).

    The address is a secret: anyone who has it can write there.
    """

    url: str
    until_ms: int


class Received(NamedTuple):
    """One message.

    `chat` is where answers go. `sender` is the person, or None for someone outside the organisation in a group.
    `session` is the current reply address, if there is one.
    """

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
    """Decode a callback. Raises msgspec.MsgspecError or UnicodeDecodeError if it is no robot message."""
    return msgspec.json.decode(body, type=Message, strict=False)


def parse(account: str, message: Message) -> Received:
    """Parse a message. Raises ValueError (a base of msgspec's errors) if it is not as documented."""
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
    """Return the inbound event of a candidate's message, with the window in which they can be answered.

    Members can be written to at any time, so they have a window only if a message `waited` for them: an endless
    window releases it. Others can be answered while their session lasts.
    """
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


def to_console(received: Received, sender: Address) -> StaffInbound:
    """Return the message as one to the staff console, without its file."""
    return StaffInbound(
        received.id,
        sender,
        received.chat,
        said(received),
        (received.message.sender_nick or "")[:200],
        LANGUAGE,
    )


def said(received: Received) -> str:
    """Return the text as typed. Empty for other kinds of messages."""
    message = received.message
    if message.msgtype == "text":
        return _meant(message, message.text.content if message.text else "")
    if message.msgtype == "richText":
        return _meant(message, _typed(msgspec.json.decode(message.content, type=RichText)))
    return ""


def _meant(message: Message, text: str) -> str:
    """Return a text without the mentions in front that only say to whom it is addressed.

    DingTalk removes a mention of our robot from a group message, but not one that was typed or pasted. It does not
    tell the names of those who are mentioned. In a private chat a mention may be part of what is said, so it is
    removed only before a command.
    """
    text = trimmed(text)
    if message.conversation_type == _PRIVATE:
        before = _BEFORE_COMMAND.match(text)
        return text[before.end() :] if before else text
    before = _BEFORE_COMMAND_IN_GROUP.match(text) or _MENTIONED.match(text)
    return text[before.end() :].strip() if before else text


def _what(message: Message) -> What:
    match message.msgtype:
        case "text":
            return _words(_meant(message, message.text.content if message.text else ""))
        case "audio":
            heard = msgspec.json.decode(message.content, type=Recording, strict=False)
            media = Media(heard.download_code, "audio", heard.duration or 0, recognised=heard.recognition or "")
            return VoiceReceived(media)
        case "richText":
            return _rich(message)
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
    if replaced := stand_in("dingtalk", text):
        return replaced
    if command := _COMMAND.fullmatch(text):
        return CommandReceived(command[1].lower(), (command[2] or "").strip())
    return TextReceived(text)


def _file(message: Message, kind: str) -> OtherReceived:
    file = msgspec.json.decode(message.content, type=File, strict=False)
    media = Media(file.download_code, kind) if file.download_code else None
    return OtherReceived(kind, media, file.file_name[:200])


def _rich(message: Message) -> What:
    """Return the event for text with pictures, which carries only the first picture."""
    content = msgspec.json.decode(message.content, type=RichText)
    text = _meant(message, _typed(content))
    pictures = [
        piece for piece in content.rich_text if piece.get("downloadCode") or piece.get("type") == "picture"
    ]
    if not pictures:
        return _words(text)
    code = pictures[0].get("downloadCode")
    media = Media(code[:2048], "photo") if isinstance(code, str) and code else None
    return OtherReceived("photo", media, text=text)


def _typed(content: RichText) -> str:
    pieces = (piece.get("text") for piece in content.rich_text)
    return "".join(each for each in pieces if isinstance(each, str)).strip()[:_MOST_TEXT]
