"""Rendering messages as the platform's markdown, cards with buttons, and files.

Source: developer.work.weixin.qq.com, documents 101031 (被动回复消息), 101032 (模板卡片类型), 101463 (长连接) (read
2026-12): what is pushed is markdown of at most 20,480 bytes or a card; a card has at most six buttons, each with
a key of at most 1,024 bytes; its title has 26 characters. Whether a backslash escapes a character in this markdown
is not documented. `<@userid>` mentions somebody, so `<` is never sent as it is.
"""

import re
from collections.abc import Sequence
from typing import Any

import msgspec

from bot.channels.shared.texts import Bold, fitting, marked, pieces
from bot.channels.wecom_aibot.parse import GROUP, card_of
from conversation.inbound import Address
from conversation.outbound import Attachment, Choice, OutboundMessage

MOST_BUTTONS = 6
MOST_CARDS = 4
"""Further choices are listed as commands to type."""
_MOST_BYTES = 20_000
_MOST_KEY_BYTES = 1024
_MOST_LABEL = 20
_TITLE = 26
_AT_LINE_BEGIN = re.compile(r"^(\s*)([#>+\-]|\d+(?=[.)]))", re.MULTILINE)
_SPECIAL = re.compile(r"([\\`*_\[\]~|])")
_URL = re.compile(r"https?://[^\s<>\"，。；）]+")


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the platform's messages to a chat: its body as JSON, or a file."""

    chat: str
    body: str = ""
    file: Attachment | None = None


def render(message: OutboundMessage, key: str) -> list[Part]:
    """Split a message into parts: texts, then cards with the choices, then the file.

    `key` is the same for each attempt at this message.
    """
    chat = message.to.user
    cut = [
        each
        for text, bold in pieces(message.text, message.bold)
        for each in fitting(text, bold, lambda text, bold: len(_markdown(text, bold).encode()) <= _MOST_BYTES)
        if each[0].strip()
    ]
    bodies = [_text(_markdown(text, bold)) for text, bold in cut]
    bodies += _choices(message, key)
    parts = [Part(chat, _json(each)) for each in bodies]
    return [*parts, Part(chat, file=message.file)] if message.file else parts


def place(chat: str) -> dict[str, Any]:
    """Return the fields that say where a message goes: to a person (1) or a group (2)."""
    group = chat.startswith(GROUP)
    return {"chatid": chat.removeprefix(GROUP), "chat_type": 2 if group else 1}


def _text(markdown: str) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": markdown}}


def _choices(message: OutboundMessage, key: str) -> list[dict[str, Any]]:
    choices = message.choices
    if not choices:
        return []
    fit = len(choices) <= MOST_BUTTONS * MOST_CARDS
    if fit and all(len(each.token.encode()) <= _MOST_KEY_BYTES for each in choices):
        starts = range(0, len(choices), MOST_BUTTONS)
        title = _title(message.text)
        return [
            _card(message.to, title, choices[start : start + MOST_BUTTONS], f"{key}:{start}") for start in starts
        ]
    lines = [f"{_escaped(each.label)}　{_escaped(each.token)}" for each in choices]
    return [_text(text) for text in _packed(lines)]


def _packed(lines: Sequence[str]) -> list[str]:
    """Join lines into as few texts as possible."""
    texts = [""]
    for line in lines:
        longer = f"{texts[-1]}\n{line}" if texts[-1] else line
        if len(longer.encode()) <= _MOST_BYTES:
            texts[-1] = longer
        else:
            texts.append(line)
    return texts


def _card(to: Address, title: str, choices: Sequence[Choice], key: str) -> dict[str, Any]:
    buttons = [{"text": each.label[:_MOST_LABEL], "style": 2, "key": each.token} for each in choices]
    card = {
        "card_type": "button_interaction",
        "main_title": {"title": title},
        "button_list": buttons,
        "task_id": card_of(to, key),
    }
    return {"msgtype": "template_card", "template_card": card}


def _title(text: str) -> str:
    line = next((line.strip() for line in text.split("\n") if line.strip()), "")
    return line if 0 < len(line) <= _TITLE else f"{line[: _TITLE - 1]}…"


def _markdown(text: str, bold: Bold) -> str:
    return _AT_LINE_BEGIN.sub(r"\1\\\2", marked(text, bold, _escaped))


def _escaped(text: str) -> str:
    """Escape special characters, but not those of web addresses."""
    written, at = "", 0
    for found in _URL.finditer(text):
        written += _plain(text[at : found.start()]) + found[0]
        at = found.end()
    return written + _plain(text[at:])


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text).replace("<", "＜").replace(">", "＞")


def _json(body: dict[str, Any]) -> str:
    return msgspec.json.encode(body).decode()
