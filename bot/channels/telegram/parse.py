"""Telegram updates as inbound events. Only the fields that are needed are decoded.

Source: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery", "ChatMemberUpdated" (read 2026-11).
"""

import re

import msgspec

from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    ChoicePressed,
    CommandReceived,
    Inbound,
    OtherReceived,
    TextEdited,
    TextReceived,
    What,
)

CHANNEL = "telegram"
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

_KINDS = (
    "voice",
    "audio",
    "video_note",
    "video",
    "photo",
    "animation",  # before the document and the location that come with it
    "document",
    "sticker",
    "venue",
    "location",
    "contact",
    "poll",
    "dice",
    "story",
    "game",
    "checklist",
    "paid_media",
    "invoice",
)
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]+)?(?:\s+(.*))?", re.DOTALL)  # /start@our_bot payload
_SERVICE = "service"
_ABSENT = msgspec.Raw()  # (for msgspec, `Raw | None` takes nothing but null)


class User(msgspec.Struct, frozen=True):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""


class Chat(msgspec.Struct, frozen=True):
    id: int
    type: str


class Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    message_id: int
    date: int
    chat: Chat
    sender: User | None = None
    text: str | None = None
    caption: str | None = None
    voice: msgspec.Raw = _ABSENT
    audio: msgspec.Raw = _ABSENT
    video_note: msgspec.Raw = _ABSENT
    video: msgspec.Raw = _ABSENT
    photo: msgspec.Raw = _ABSENT
    document: msgspec.Raw = _ABSENT
    sticker: msgspec.Raw = _ABSENT
    animation: msgspec.Raw = _ABSENT
    location: msgspec.Raw = _ABSENT
    venue: msgspec.Raw = _ABSENT
    contact: msgspec.Raw = _ABSENT
    poll: msgspec.Raw = _ABSENT
    dice: msgspec.Raw = _ABSENT
    story: msgspec.Raw = _ABSENT
    game: msgspec.Raw = _ABSENT
    checklist: msgspec.Raw = _ABSENT
    paid_media: msgspec.Raw = _ABSENT
    invoice: msgspec.Raw = _ABSENT


class Pressed(msgspec.Struct, frozen=True):
    """The message under which a button was pressed, even where Telegram no longer has it."""

    chat: Chat


class CallbackQuery(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    id: str
    sender: User
    data: str = ""
    message: Pressed | None = None


class ChatMember(msgspec.Struct, frozen=True):
    status: str


class ChatMemberUpdated(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    chat: Chat
    sender: User
    new_chat_member: ChatMember


class Update(msgspec.Struct, frozen=True):
    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None


decode = msgspec.json.Decoder(Update).decode
"""msgspec.DecodeError: not JSON; msgspec.ValidationError: not an update."""


def parse(bot_id: str, update: Update) -> Inbound | None:
    """The inbound event; None for what does not concern an interview (groups, other bots, service messages)."""
    update_id = f"tg:{bot_id}:{update.update_id}"
    if message := update.message:
        return _message(update_id, bot_id, message, edited=False)
    if message := update.edited_message:
        return _message(update_id, bot_id, message, edited=True)
    if query := update.callback_query:
        if query.sender.is_bot or (query.message and query.message.chat.type != "private"):
            return None
        return _inbound(update_id, bot_id, query.sender, ChoicePressed(query.data))
    if (member := update.my_chat_member) and member.chat.type == "private":
        gone = member.new_chat_member.status in ("kicked", "left")
        return _inbound(update_id, bot_id, member.sender, ChannelClosed("blocked") if gone else ChannelReopened())
    return None


def _message(update_id: str, bot_id: str, message: Message, *, edited: bool) -> Inbound | None:
    user = message.sender
    if message.chat.type != "private" or user is None or user.is_bot:
        return None
    what = _what(message, edited=edited)
    if what is None:
        return None
    return _inbound(update_id, bot_id, user, what, message.date * 1000, str(message.message_id))


def _what(message: Message, *, edited: bool) -> What | None:
    if message.text is None:
        kind = next((kind for kind in _KINDS if getattr(message, kind) is not _ABSENT), _SERVICE)
        return None if edited or kind == _SERVICE else OtherReceived(kind)
    if edited:
        return TextEdited(message.text)
    if command := _COMMAND.fullmatch(message.text):
        return CommandReceived(command[1].lower(), command[2] or "")
    return TextReceived(message.text)


def _inbound(update_id: str, bot_id: str, user: User, what: What, sent_ms: int = 0, message: str = "") -> Inbound:
    return Inbound(
        id=update_id,
        what=what,
        sender=Address(CHANNEL, bot_id, str(user.id)),
        sent_ms=sent_ms,
        message=message,
        name=f"{user.first_name} {user.last_name}".strip(),
        language=user.language_code,
    )
