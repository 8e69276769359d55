"""Outbound messages as Bot API calls. Bold goes as entities, so that no text need be escaped.

Source: core.telegram.org/bots/api: a text has at most 4096 characters after entities parsing; entity offsets count
UTF-16 code units; callback data has 1-64 bytes (read 2026-11).
"""

from typing import Any

from conversation.outbound import Choice, OutboundMessage

MAX_TEXT = 4096
_LONG_LABEL = 12
_WIDE_FROM = 0x2E80  # CJK and what stands beside it takes twice the room


def render(message: OutboundMessage) -> list[dict[str, Any]]:
    """The parameters of one or more sendMessage calls; the choices stand under the last."""
    pieces = _pieces(message.text, message.bold)
    calls: list[dict[str, Any]] = []
    for text, bold in pieces:
        call: dict[str, Any] = {"chat_id": int(message.to.user), "text": text}
        if bold:
            call["entities"] = [
                {"type": "bold", "offset": units(text[:offset]), "length": units(text[offset : offset + length])}
                for offset, length in bold
            ]
        call["link_preview_options"] = {"is_disabled": True}
        calls.append(call)
    if message.choices:
        calls[-1]["reply_markup"] = {"inline_keyboard": keyboard(message.choices)}
    return calls


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def keyboard(choices: tuple[Choice, ...]) -> list[list[dict[str, str]]]:
    """Short labels two in a row, long ones alone."""
    rows: list[list[dict[str, str]]] = []
    room = 0
    for choice in choices:
        button = {"text": choice.label, "callback_data": choice.token}
        short = _width(choice.label) <= _LONG_LABEL
        if short and room:
            rows[-1].append(button)
            room = 0
        else:
            rows.append([button])
            room = int(short)
    return rows


def _width(label: str) -> int:
    return sum(2 if ord(character) >= _WIDE_FROM else 1 for character in label)


def _pieces(text: str, bold: tuple[tuple[int, int], ...]) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    """The text in pieces that Telegram takes, cut at line ends where there are any, with each piece's bold."""
    if len(text) * 2 <= MAX_TEXT or units(text) <= MAX_TEXT:
        return [(text, bold)]
    pieces: list[tuple[str, tuple[tuple[int, int], ...]]] = []
    start = 0
    while start < len(text):
        end = _cut(text, start)
        inside = tuple(
            (max(offset, start) - start, min(offset + length, end) - max(offset, start))
            for offset, length in bold
            if offset < end and offset + length > start
        )
        if text[start:end].strip():
            pieces.append((text[start:end], inside))
        start = end
    return pieces


def _cut(text: str, start: int) -> int:
    end = min(len(text), start + MAX_TEXT)
    while units(text[start:end]) > MAX_TEXT:
        end -= max(1, (units(text[start:end]) - MAX_TEXT) // 2)
    if end == len(text):
        return end
    line = text.rfind("\n", start + 1, end)
    return line + 1 if line > start else end
