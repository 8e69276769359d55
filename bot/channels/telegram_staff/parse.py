"""Telegram updates as messages to the staff console.

Source: core.telegram.org/bots/api, "Update", "Message", "CallbackQuery"; core.telegram.org/bots/features, "Privacy
mode" (read 2026-11).
"""

import re
from typing import Any, NamedTuple

from telegram import Bot, Chat, Document, Message, Update, User

from bot.channels.telegram_staff.channel import CHANNEL
from conversation.inbound import Address
from handlers.staff.supporting import answer_line
from handlers.staff.turn import StaffInbound

MOST_FILE_BYTES = 2 * 1024 * 1024
MOST_TEXT = 8_000
"""Characters. Telegram's own limit is 4096; what a command line may have is less."""
_SLASHES = "/／"
_OF_MESSAGE = ("message_id", "date", "chat", "from", "sender_chat", "text", "caption", "document")
_OF_OTHERS = ("message_id", "date", "chat", "from")
_OF_QUERY = ("id", "from", "chat_instance", "data")
_FOR_WHOM = re.compile(r"[/／]\s*[^\s@/]{1,40}@([A-Za-z0-9_]+)")


class Received(NamedTuple):
    """A message to the console, as yet without its file; `press` is the query of a button that waits for an
    answer."""

    inbound: StaffInbound
    document: Document | None = None
    press: str = ""


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
            kept["message"]["reply_to_message"] = _some(replied, _OF_OTHERS)
    elif query := update.get("callback_query"):
        kept["callback_query"] = _some(query, _OF_QUERY)
        if message := query.get("message"):
            kept["callback_query"]["message"] = _some(message, _OF_OTHERS)
    return Update.de_json(kept, bot)


def _some(values: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def parse(us: Us, update: Update) -> Received | None:
    """None: it is not for the console. In groups only commands, mentions and replies to us are."""
    update_id = f"tgs:{us.account}:{update.update_id}"
    if query := update.callback_query:
        if query.from_user.is_bot or not query.data or query.message is None:
            return None
        inbound = _inbound(update_id, us, query.from_user, query.message.chat, query.data)
        return Received(inbound, press=query.id)
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot or message.sender_chat:
        return None  # a group's anonymous admins and channels have no person behind them
    said = message.text or message.caption or ""
    if not said and message.document is None:
        return None
    if message.chat.type != Chat.PRIVATE:
        meant = _meant_for_us(us, message, said)
        if meant is None:
            return None
        said = meant
    if replied := _reply_to_us(us, message):
        said = answer_line(replied.text or "", said)
    return Received(_inbound(update_id, us, message.from_user, message.chat, said), message.document)


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
    """Our message to which this one replies."""
    replied = message.reply_to_message
    ours = replied is not None and replied.from_user is not None and str(replied.from_user.id) == us.account
    return replied if ours else None


def _inbound(update_id: str, us: Us, user: User, chat: Chat, said: str) -> StaffInbound:
    return StaffInbound(
        id=update_id,
        sender=Address(CHANNEL, us.account, str(user.id)),
        chat=Address(CHANNEL, us.account, str(chat.id)),
        text=said[:MOST_TEXT],
        name=user.full_name,
        language=user.language_code or "",
    )
