"""Telegram updates as messages to the staff console.

Source: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery", "ForumTopicCreated";
core.telegram.org/bots/features, "Privacy mode" (read 2026-11).
"""

import re
from typing import Any, NamedTuple

from telegram import Bot, Chat, Message, Update, User

from bot.channels.telegram_staff.settings import CHANNEL
from conversation.inbound import Address
from handlers.console.commands.candidates.support import noticed
from handlers.console.context import StaffInbound

MOST_TEXT = 8_000
"""Characters. Telegram's own limit is 4096; what a command line may have is less."""
_SLASHES = "/／"
_OF_OTHERS = ("message_id", "date", "chat", "from", "message_thread_id", "is_topic_message")
_OF_MESSAGE = (*_OF_OTHERS, "sender_chat", "text", "caption")
_OF_REPLIED = (*_OF_OTHERS, "text", "caption", "forum_topic_created")
_OF_QUERY = ("id", "from", "chat_instance", "data")
_FOR_WHOM = re.compile(r"[/／]\s*[^\s@/]{1,40}@([A-Za-z0-9_]+)")


_FILES = ("photo", "voice", "audio", "video_note", "video", "animation", "document")
"""In the order in which they are looked for: an animation comes with a document, too."""
_MOST_REFERENCE = 512
_MOST_NAME = 200


class Upload(NamedTuple):
    """A file in a message: what Telegram has it by, its kind, name and size in bytes (0: not told)."""

    reference: str
    kind: str
    name: str
    size: int


class Received(NamedTuple):
    """A message to the console, as yet without its file; `press` is the query of a button that waits for an
    answer. `thread` is the topic in which it was said (0: none). `meant`: for us, whatever topic that is."""

    inbound: StaffInbound
    upload: Upload | None = None
    press: str = ""
    thread: int = 0
    meant: bool = True


class Us(NamedTuple):
    """The bot: its number, and its name, empty while that is not known."""

    account: str
    username: str


def read(update: Any, bot: Bot) -> Update:
    """PTB's model of what we need. It would make models of all the rest too, and refuse the whole where one part
    has a form of other years (a poll, say). Raises what those raise: TypeError, KeyError, …"""
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


def _some(values: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def upload(update: Any) -> Upload | None:
    """The file in an update, as Telegram wrote it; None: there is none, or it is not as Telegram describes it."""
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
    """What a sticker stands for; empty: there is none."""
    sticker = _message_of(update).get("sticker")
    found = sticker.get("emoji") if isinstance(sticker, dict) else None
    return found[:16] if isinstance(found, str) else ""


def parse(us: Us, update: Update, file: Upload | None = None, said: str = "") -> Received | None:
    """None: it is not for the console. In groups only commands, mentions and replies to us are, and what is said
    in topics, if those are ours. `said` stands for what has no words."""
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
        return None  # a group's anonymous admins and channels have no person behind them
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
    return Received(inbound, file, thread=thread, meant=meant is not None)


def _thread(message: Message) -> int:
    """The topic in which it was said; 0: none. (In other groups, threads of replies have a number as well.)"""
    return message.message_thread_id or 0 if message.is_topic_message else 0


def _meant_for_us(us: Us, message: Message, said: str) -> str | None:
    """What is said to us in a group, without our name; None: it is said to others."""
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
    """Our message to which this one replies. (In a topic everything "replies" to how that was made.)"""
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
