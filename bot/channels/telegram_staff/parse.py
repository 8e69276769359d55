"""Converting Telegram updates to messages for the staff console.

Source: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery", "ForumTopicCreated";
core.telegram.org/bots/features, "Privacy mode" (read 2026-11).
"""

import re
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec.structs import replace
from telegram import Bot, Chat, Message, Update, User

from bot.channels.telegram_staff.settings import CHANNEL
from conversation.inbound import Address
from handlers.console.commands.candidates.support import noticed
from handlers.console.context import StaffInbound

MOST_TEXT = 8_000
"""The longest text, in characters. Telegram's own limit is 4096, and the command line's is lower."""
_SLASHES = "/／"
_OF_OTHERS = ("message_id", "date", "chat", "from", "message_thread_id", "is_topic_message")
_OF_MESSAGE = (*_OF_OTHERS, "sender_chat", "text", "caption", "forward_origin")
_OF_REPLIED = (*_OF_OTHERS, "text", "caption", "forum_topic_created")
_OF_QUERY = ("id", "from", "chat_instance", "data")
_FOR_WHOM = re.compile(r"[/／]\s*[^\s@/]{1,40}@([A-Za-z0-9_]+)")


_FILES = ("photo", "voice", "audio", "video_note", "video", "animation", "document")
"""Kinds of files, in the order in which they are looked for: an animation comes with a document, too."""
_MOST_REFERENCE = 512
_MOST_NAME = 200
_YEAR_10000_S = 253_402_300_800


class _Who(msgspec.Struct, frozen=True):
    id: int
    first_name: str
    is_bot: bool
    last_name: str | None = None
    language_code: str | None = None


class _Where(msgspec.Struct, frozen=True):
    id: int
    type: str


class _Replied(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    sender: _Who | None = None
    text: str | None = None
    caption: str | None = None


class _Message(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    chat: _Where
    date: Annotated[int, msgspec.Meta(ge=0, lt=_YEAR_10000_S)]
    sender: _Who | None = None
    text: str | None = None
    caption: str | None = None
    message_thread_id: int | None = None
    reply_to_message: _Replied | None = None
    migrate_to_chat_id: int | None = None
    migrate_from_chat_id: int | None = None


class _Under(msgspec.Struct, frozen=True):
    chat: _Where
    message_thread_id: int | None = None


class _Query(msgspec.Struct, frozen=True, rename={"sender": "from"}):
    id: str
    sender: _Who
    data: str | None = None
    message: _Under | None = None


class _Update(msgspec.Struct, frozen=True):
    """The types of the fields that are used here. PTB's models do not check them."""

    update_id: int
    message: _Message | None = None
    callback_query: _Query | None = None


class Upload(NamedTuple):
    """A file in a message: its Telegram file id, kind, name, and size in bytes (0: unknown)."""

    reference: str
    kind: str
    name: str
    size: int


class Received(NamedTuple):
    """A message to the console, whose file is not downloaded yet.

    `upload`: the message's file.
    `press`: the callback query id of a pressed button, which must be answered.
    `thread`: the topic in which the message was written (0: none).
    `meant`: whether the message is addressed to the bot. If not, it counts only in a topic of the bot.
    """

    inbound: StaffInbound
    upload: Upload | None = None
    press: str = ""
    thread: int = 0
    meant: bool = True


class Us(NamedTuple):
    """The bot's id and its username, which is empty while it is not known."""

    account: str
    username: str


def read(update: Any, bot: Bot) -> Update:
    """Return PTB's model of an update, made only from the parts that are needed.

    From a whole update, PTB would build models of every part, and fail if any of them (a poll, say) has the
    structure of another API version. Raises msgspec.ValidationError if a field that is used here has another type
    than documented, and for other fields what PTB's models raise: TypeError, KeyError, …
    """
    msgspec.convert(update, _Update)
    kept = {"update_id": update["update_id"]}
    if message := update.get("message"):
        kept["message"] = _some(message, _OF_MESSAGE)
        if replied := message.get("reply_to_message"):
            kept["message"]["reply_to_message"] = _some(replied, _OF_REPLIED)
    elif query := update.get("callback_query"):
        kept["callback_query"] = _some(query, _OF_QUERY)
        if message := query.get("message"):
            kept["callback_query"]["message"] = _some(message, _OF_OTHERS)
    return Update.de_json(kept, bot)


def migration(update: Any) -> tuple[int, int] | None:
    """Return (old, new) if an update says that a group has become a supergroup, which has another id.

    Telegram says so in both chats: core.telegram.org/bots/api, "Message", `migrate_to_chat_id` and
    `migrate_from_chat_id` (read 2026-11). Raises msgspec.ValidationError like `read`.
    """
    message = msgspec.convert(update, _Update).message
    if message and message.migrate_to_chat_id:
        return message.chat.id, message.migrate_to_chat_id
    if message and message.migrate_from_chat_id:
        return message.migrate_from_chat_id, message.chat.id
    return None


def _some(values: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def upload(update: Any) -> Upload | None:
    """Return the file in an update's raw JSON, or None if there is none or it does not have the expected form."""
    message = _message_of(update)
    kind = next((each for each in _FILES if each in message), "")
    found = message.get(kind)
    if kind == "photo":  # the largest size comes last
        found = found[-1] if isinstance(found, list) and found else None
    if not isinstance(found, dict) or not isinstance(reference := found.get("file_id"), str):
        return None
    size, name = found.get("file_size"), found.get("file_name")
    told = size if isinstance(size, int) and size > 0 else 0
    return Upload(reference[:_MOST_REFERENCE], kind, name[:_MOST_NAME] if isinstance(name, str) else "", told)


def _message_of(update: Any) -> dict[str, Any]:
    message = update.get("message") if isinstance(update, dict) else None
    return message if isinstance(message, dict) else {}


def emoji(update: Any) -> str:
    """Return the emoji of the sticker in an update, or an empty string."""
    sticker = _message_of(update).get("sticker")
    found = sticker.get("emoji") if isinstance(sticker, dict) else None
    return found[:16] if isinstance(found, str) else ""


def parse(us: Us, update: Update, file: Upload | None = None, said: str = "") -> Received | None:
    """Return an update as a message to the console, or None if it is not for it.

    In groups, only commands, mentions of the bot, replies to it and messages in topics are for the console.
    Whether the topic is the bot's must be checked later. `said` is used for a message without text.
    """
    update_id = f"tgs:{us.account}:{update.update_id}"
    if query := update.callback_query:
        if query.from_user.is_bot or not query.data or query.message is None:
            return None
        under = query.message if isinstance(query.message, Message) else None
        thread = _thread(under) if under else 0
        return Received(
            _inbound(update_id, us, query.from_user, query.message.chat, query.data, thread),
            press=query.id,
            thread=thread,
        )
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot or message.sender_chat:
        return None  # anonymous admins and channels are not known persons
    said = message.text or message.caption or said
    if not said and file is None:
        return None
    thread = _thread(message)
    meant = said if message.chat.type == Chat.PRIVATE else _meant_for_us(us, message, said)
    if meant is None and not thread:
        return None
    replied = _reply_to_us(us, message)
    about = noticed(replied.text or replied.caption or "") if replied else ""
    inbound = _inbound(
        update_id, us, message.from_user, message.chat, said if meant is None else meant, thread, about
    )
    inbound = replace(inbound, forwarded=message.forward_origin is not None)
    return Received(inbound, file, thread=thread, meant=meant is not None)


def _thread(message: Message) -> int:
    """Return the topic of a message, or 0. In groups without topics, reply threads have a number as well."""
    return message.message_thread_id or 0 if message.is_topic_message else 0


def _meant_for_us(us: Us, message: Message, said: str) -> str | None:
    """Return a group message's text without the bot's name, or None if it is not addressed to the bot."""
    if said.lstrip()[:1] in tuple(_SLASHES):
        whom = _FOR_WHOM.match(said.lstrip())
        others = whom and us.username and whom[1].lower() != us.username.lower()
        return None if others else said
    if us.username:
        name = rf"(?<!\S)@{re.escape(us.username)}(?![A-Za-z0-9_])[,:，：]?\s*"
        without, mentions = re.subn(name, "", said, flags=re.IGNORECASE)
        if mentions:
            return without
    return said if _reply_to_us(us, message) else None


def _reply_to_us(us: Us, message: Message) -> Message | None:
    """Return the bot's message to which this one replies, or None.

    In a topic, every message formally replies to the creation of the topic, which does not count.
    """
    replied = message.reply_to_message
    if replied is None or replied.from_user is None or replied.forum_topic_created:
        return None
    return replied if str(replied.from_user.id) == us.account else None


def _inbound(
    update_id: str, us: Us, user: User, chat: Chat, said: str, thread: int, about: str = ""
) -> StaffInbound:
    return StaffInbound(
        id=update_id,
        sender=Address(CHANNEL, us.account, str(user.id)),
        chat=Address(CHANNEL, us.account, f"{chat.id}/{thread}" if thread else str(chat.id)),
        text=said[:MOST_TEXT],
        name=user.full_name,
        language=user.language_code or "",
        about=about,
    )
