"""Outbound messages as Bot API calls.

A text that is too long for a caption goes before its file: see `bot/channels/telegram_api/media.py`.
"""

from typing import NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.channels.telegram_api.media import MAX_CAPTION
from bot.channels.telegram_api.texts import pieces, rows, units
from conversation.outbound import Attachment, Choice, OutboundMessage


class Part(NamedTuple):
    """One call: a text, or a file with or without one."""

    text: str
    bold: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | None = None
    file: Attachment | None = None
    silent: bool = False


def render(message: OutboundMessage) -> list[Part]:
    """The buttons stand under the last. A text that is too long for a caption comes before its file."""
    parts = [Part(text, _entities(text, bold)) for text, bold in pieces(message.text, message.bold)]
    if message.file:
        fits = units(message.text) <= MAX_CAPTION
        last = parts.pop() if fits else Part("", ())
        parts.append(last._replace(file=message.file))
    parts[-1] = parts[-1]._replace(keyboard=keyboard(message.choices))
    return [part._replace(silent=message.silent) for part in parts]


def _entities(text: str, bold: tuple[tuple[int, int], ...]) -> tuple[MessageEntity, ...]:
    """Bold as ranges in UTF-16 code units, so that no text need be escaped."""
    return tuple(
        MessageEntity(MessageEntity.BOLD, units(text[:offset]), units(text[offset : offset + length]))
        for offset, length in bold
    )


def keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """A button brings its command line."""
    if not choices:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(choice.label, callback_data=choice.token) for choice in row]
            for row in rows(choices)
        ]
    )
