"""Splitting outbound messages into the parts that are sent by one Bot API call each.

For the limit on captions, see `bot/channels/telegram_api/media.py`.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.channels.shared.texts import Instants, pieces, placed, rows, units
from bot.channels.telegram_api.dates import FORMAT
from bot.channels.telegram_api.media import MAX_CAPTION
from conversation.outbound import Attachment, Choice, OutboundMessage


class Part(NamedTuple):
    """The content of one call: a text, or a file with or without a caption."""

    text: str
    entities: tuple[MessageEntity, ...]
    keyboard: InlineKeyboardMarkup | None = None
    file: Attachment | None = None
    silent: bool = False


def render(message: OutboundMessage) -> list[Part]:
    """Return the parts of a message. Buttons go with the last. Text too long for a caption precedes its file.

    Dates in a text with a file are words only: a refused entity would cost a second upload.
    """
    cut = pieces(message.text, message.bold)
    dates = placed(() if message.file else message.instants, message.text, [text for text, _ in cut])
    parts = [
        Part(text, (*_entities(text, bold), *_dates(text, named)))
        for (text, bold), named in zip(cut, dates, strict=True)
    ]
    if message.file:
        fits = units(message.text) <= MAX_CAPTION
        last = parts.pop() if fits else Part("", ())
        parts.append(last._replace(file=message.file))
    parts[-1] = parts[-1]._replace(keyboard=keyboard(message.choices))
    return [part._replace(silent=message.silent) for part in parts]


def _entities(text: str, bold: tuple[tuple[int, int], ...]) -> tuple[MessageEntity, ...]:
    """Return bold ranges as entities in UTF-16 code units, so that the text needs no escaping."""
    return tuple(
        MessageEntity(MessageEntity.BOLD, units(text[:offset]), units(text[offset : offset + length]))
        for offset, length in bold
    )


def _dates(text: str, instants: Instants) -> tuple[MessageEntity, ...]:
    return tuple(
        MessageEntity(
            MessageEntity.DATE_TIME,
            units(text[: each.offset]),
            units(text[each.offset : each.offset + each.length]),
            unix_time=datetime.fromtimestamp(each.at_ms // 1000, UTC),
            date_time_format=FORMAT if each.alone else None,
        )
        for each in instants
    )


def keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """Return buttons for the choices, or None. A button's callback data is its command line."""
    if not choices:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(choice.label, callback_data=choice.token) for choice in row]
            for row in rows(choices)
        ]
    )
