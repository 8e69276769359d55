"""Rendering messages as Feishu's cards and files.

Source: open.feishu.cn, "发送消息内容结构", "卡片 JSON 1.0 结构", "按钮", "富文本（Markdown）组件" (read 2026-11):
a card has at most 30 KB, and only cards with `update_multi` can be changed later. Every text is sent as a card. In
a text message, `<at …>` and links would take effect, even if they come from what a candidate has written. In a
card's plain text they do not (for mentions this is likely but not documented).
"""

import json
import re
from typing import Any, NamedTuple

from bot.channels.shared.texts import Bold, fitting, marked, pieces
from conversation.outbound import Attachment, Choice, OutboundMessage

MOST_CARD_BYTES = 30_000
_ROOM_BYTES = 20_000
"""The most bytes that a piece's text may take, so that choices fit below it."""
_MOST_LABEL = 100
_SPECIAL = re.compile(r"[<>*~_`\[\]()\\&]")
_URL = re.compile(r"https?://[A-Za-z0-9._/?#=&%:@+,;$!-]*[A-Za-z0-9/#=&%+_-]")
_MOST_BUTTONS = 40
"""How many buttons certainly fit into a card without a text."""


class Part(NamedTuple):
    """One of the platform's messages: a card as JSON, or a file."""

    card: str = ""
    file: Attachment | None = None


def render(message: OutboundMessage) -> list[Part]:
    """Split a message into parts. The choices go with the last text, and a file follows in a part of its own."""
    cut = [
        each
        for text, bold in pieces(message.text, message.bold)
        for each in fitting(text, bold, lambda text, bold: len(_json(_text(text, bold)).encode()) <= _ROOM_BYTES)
        if each[0].strip()
    ]
    cards = [_card(text, bold) for text, bold in cut]
    if message.choices:
        text, bold = cut[-1] if cut else ("", ())
        last = _card(text, bold, message.choices, message.to.user)
        if len(last.encode()) <= MOST_CARD_BYTES:
            cards[-1:] = [last]
        else:
            starts = range(0, len(message.choices), _MOST_BUTTONS)
            some = [message.choices[start : start + _MOST_BUTTONS] for start in starts]
            cards += [_card("", (), each, message.to.user) for each in some]
    parts = [Part(card) for card in cards]
    return [*parts, Part(file=message.file)] if message.file else parts


def _card(text: str, bold: Bold, choices: tuple[Choice, ...] = (), to: str = "") -> str:
    elements: list[dict[str, Any]] = [{"tag": "div", "text": _text(text, bold)}] if text else []
    if choices:
        elements.append({"tag": "action", "layout": "flow", "actions": [_button(each, to) for each in choices]})
    return _json({"config": {"update_multi": True, "wide_screen_mode": True}, "elements": elements})


def _button(choice: Choice, to: str) -> dict[str, Any]:
    """Return a button. Its value comes back when it is pressed; see `parse`."""
    return {
        "tag": "button",
        "type": "default",
        "text": {"tag": "plain_text", "content": choice.label[:_MOST_LABEL]},
        "value": {"choice": choice.token, "to": to},
    }


def _text(text: str, bold: Bold) -> dict[str, str]:
    """Return a text element, in Markdown only if something is bold or the text contains a URL."""
    if not bold and not _URL.search(text):
        return {"tag": "plain_text", "content": text}
    return {"tag": "lark_md", "content": marked(text, bold, _escaped)}


def _escaped(text: str) -> str:
    """Escape special characters as HTML entities, as this Markdown requires.

    URLs stay as they are. A space separates them from a Chinese character, which would otherwise become part of
    the URL.
    """
    written, at = "", 0
    for found in _URL.finditer(text):
        written += _entities(text[at : found.start()]) + found[0]
        at = found.end()
        written += "" if text[at : at + 1].isascii() else " "
    return written + _entities(text[at:])


def _entities(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
