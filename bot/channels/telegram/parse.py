"""Converting Telegram updates to inbound events. Only the fields that are needed are decoded.

Source: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery", "ChatMemberUpdated" (read 2026-11).
"""

import re
from typing import Annotated

import msgspec

from conversation.inbound import (
    Address,
    ChannelClosed,
    ChannelReopened,
    ChoicePressed,
    CommandReceived,
    Inbound,
    Media,
    OtherReceived,
    TextEdited,
    TextReceived,
    VoiceReceived,
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
    "animation",  # before "document": an animation comes with one
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
_SPOKEN = ("voice", "audio", "video_note", "video", "document")
"""Kinds of messages that may contain speech; of documents, only audio and video files."""
MOST_NAME = 150
"""The longest file name, in characters; longer ones are cut."""
_AUDIO_NAME = re.compile(
    r"\.(?:aac|aiff?|amr|awb|caf|flac|m4a|mka|mp3|og[ag]|opus|silk|slk|spx|wav|weba|wma)\Z", re.IGNORECASE
)
MOST_REFERENCE = 512
"""The longest file id, in characters. Real ones have less than a hundred; longer ones are cut, so invalid."""
MOST_DURATION_S = 24 * 3600
MOST_SIZE = 1 << 40
_MOST_SEQUENCE = 1 << 53
_ABSENT = msgspec.Raw()  # a default, because for msgspec `Raw | None` accepts only null


Stamp = Annotated[int, msgspec.Meta(ge=0, lt=1 << 40)]
"""A time in epoch seconds. Larger numbers could not be stored in milliseconds."""


class User(msgspec.Struct, frozen=True):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""


class Chat(msgspec.Struct, frozen=True):
    id: int
    type: str


class File(msgspec.Struct, frozen=True):
    """The needed fields of "Voice", "Audio", "VideoNote", "Video" and "Document".

    All but the id may be set by the sender and are not trusted.
    """

    file_id: str
    duration: int = 0
    file_size: int = 0
    mime_type: str = ""
    file_name: str = ""


class PhotoSize(msgspec.Struct, frozen=True):
    file_id: str
    file_size: int = 0


class Sticker(msgspec.Struct, frozen=True):
    emoji: str = ""


class Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    message_id: int
    date: Stamp
    chat: Chat
    sender: User | None = None
    text: str | None = None
    caption: str | None = None
    forward_origin: msgspec.Raw = _ABSENT
    voice: File | None = None
    audio: File | None = None
    video_note: File | None = None
    video: File | None = None
    photo: msgspec.Raw = _ABSENT
    document: File | None = None
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
    """The message whose button was pressed. Only its chat is known if Telegram no longer has the message."""

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
    date: Stamp = 0


class Update(msgspec.Struct, frozen=True):
    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None


decode = msgspec.json.Decoder(Update).decode
"""Decode an update. Raises msgspec.DecodeError for invalid JSON, msgspec.ValidationError for another structure."""


def parse(bot_id: str, update: Update) -> Inbound | None:
    """Return an update as an inbound event.

    Returns None for updates that no interview needs: from groups or other bots, and service messages.
    """
    if message := update.message:
        return _message(update.update_id, bot_id, message, edited=False)
    if message := update.edited_message:
        return _message(update.update_id, bot_id, message, edited=True)
    if query := update.callback_query:
        if query.sender.is_bot or (query.message and query.message.chat.type != "private"):
            return None
        return _inbound(update.update_id, bot_id, query.sender, ChoicePressed(query.data))
    if (member := update.my_chat_member) and member.chat.type == "private":
        gone = member.new_chat_member.status in ("kicked", "left")
        what = ChannelClosed("blocked") if gone else ChannelReopened()
        return _inbound(update.update_id, bot_id, member.sender, what, member.date * 1000)
    return None


def _message(sequence: int, bot_id: str, message: Message, *, edited: bool) -> Inbound | None:
    user = message.sender
    if message.chat.type != "private" or user is None or user.is_bot:
        return None
    what = _what(message, edited=edited)
    if what is None:
        return None
    return _inbound(sequence, bot_id, user, what, message.date * 1000, str(message.message_id))


def _what(message: Message, *, edited: bool) -> What | None:
    if message.text is None:
        kind = next((kind for kind in _KINDS if _has(message, kind)), _SERVICE)
        return None if edited or kind == _SERVICE else _sent(message, kind)
    if edited:
        return TextEdited(message.text)
    if not _has(message, "forward_origin") and (command := _COMMAND.fullmatch(message.text)):
        return CommandReceived(command[1].lower(), command[2] or "")
    return TextReceived(message.text)


def _has(message: Message, kind: str) -> bool:
    found = getattr(message, kind)
    return found is not None and found is not _ABSENT


def _sent(message: Message, kind: str) -> What:
    file: File | None = getattr(message, kind) if kind in _SPOKEN else None
    if file is None or (kind == "document" and not _may_be_speech(file)):
        return _other(message, kind)
    return VoiceReceived(_media(kind, file), message.caption or "")


def _other(message: Message, kind: str) -> OtherReceived:
    """Return a message that is neither text nor speech as an event, with its file or emoji.

    These are left out if they do not have the structure that Telegram documents.
    """
    try:
        file = _file_of(message, kind)
        if kind == "sticker":
            return OtherReceived(kind, text=msgspec.json.decode(message.sticker, type=Sticker).emoji[:16])
    except msgspec.MsgspecError:
        file = None
    if file is None:
        return OtherReceived(kind, text=message.caption or "")
    return OtherReceived(kind, _media(kind, file), file.file_name[:MOST_NAME], message.caption or "")


def _file_of(message: Message, kind: str) -> File | None:
    """Return the message's file, if it has one: of a photo the largest size, which comes last."""
    if kind == "photo":
        sizes = msgspec.json.decode(message.photo, type=list[PhotoSize])
        return File(sizes[-1].file_id, 0, sizes[-1].file_size) if sizes else None
    if kind == "animation":
        return msgspec.json.decode(message.animation, type=File)
    return message.document if kind == "document" else None


def _media(kind: str, file: File) -> Media:
    duration_ms = 1000 * min(max(0, file.duration), MOST_DURATION_S)
    size = min(max(0, file.file_size), MOST_SIZE)
    return Media(file.file_id[:MOST_REFERENCE], kind, duration_ms, size=size)


def _may_be_speech(document: File) -> bool:
    told = document.mime_type.lower().startswith(("audio/", "video/"))
    return told or _AUDIO_NAME.search(document.file_name) is not None


def _inbound(sequence: int, bot_id: str, user: User, what: What, sent_ms: int = 0, message: str = "") -> Inbound:
    return Inbound(
        id=f"tg:{bot_id}:{sequence}",
        what=what,
        sender=Address(CHANNEL, bot_id, str(user.id)),
        sent_ms=sent_ms,
        sequence=sequence if 0 < sequence < _MOST_SEQUENCE else 0,
        message=message,
        name=f"{user.first_name} {user.last_name}".strip(),
        language=user.language_code,
    )
