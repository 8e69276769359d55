"""The content of Feishu's messages: texts, rich texts and files.

Source: open.feishu.cn, "接收消息内容结构" (read 2026-11). Texts contain mentions as `@_user_1`, and a list beside
the text says who is meant. Rich texts that are received are not grouped by language, unlike those that are sent.
"""

import re
from typing import Annotated, Any

import msgspec
from msgspec.structs import replace

from conversation.inbound import CommandReceived, Media, OtherReceived, TextReceived, VoiceReceived, What

_MOST_TEXT = 20_000
_MOST_NAME = 150
_MOST_DURATION_MS = 24 * 3600_000
_COMMAND = re.compile(r"[/／]\s?([^\s@/]{1,32})(?:\s+(.*))?", re.DOTALL)

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class UserId(msgspec.Struct, frozen=True):
    open_id: Annotated[str, msgspec.Meta(max_length=128)] | None = None


class Mention(msgspec.Struct, frozen=True):
    key: str
    id: UserId | None = None
    name: Annotated[str, msgspec.Meta(max_length=512)] = ""


class Message(msgspec.Struct, frozen=True):
    message_id: Id
    chat_id: Id
    chat_type: str
    message_type: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    content: Annotated[str, msgspec.Meta(max_length=200_000)] = "{}"
    create_time: str = "0"
    mentions: tuple[Mention, ...] | None = None


def is_ours(mention: Mention, bot: str) -> bool:
    """Whether our bot is mentioned. An empty id mentions everybody."""
    return bool(bot and mention.id and mention.id.open_id == bot)


def read(message: Message, content: dict[str, Any], bot: str) -> tuple[What, str]:
    """Return the event, and the text that was typed."""
    match message.message_type:
        case "text":
            text = _without_mentions(_text(content, "text"), message, bot)
            return _words(text), text
        case "post":
            return _post(message, content, bot)
        case "audio":
            return VoiceReceived(_media(message, content, "file_key", "audio")), ""
        case "image":
            return OtherReceived("photo", _media(message, content, "image_key", "photo")), ""
        case "media":
            return OtherReceived("video", _media(message, content, "file_key", "video"), _name(content)), ""
        case "file":
            return OtherReceived("document", _media(message, content, "file_key", "document"), _name(content)), ""
        case kind:
            return OtherReceived(kind), ""


def _words(text: str) -> What:
    if command := _COMMAND.fullmatch(text):
        return CommandReceived(command[1].lower(), (command[2] or "").strip())
    return TextReceived(text)


def _post(message: Message, content: dict[str, Any], bot: str) -> tuple[What, str]:
    """Parse a rich text: its words, and the first of its pictures or videos."""
    lines = [_text(content, "title")]
    file: OtherReceived | None = None
    rows = content.get("content")
    for row in rows if isinstance(rows, list) else []:
        elements = [each for each in row if isinstance(each, dict)] if isinstance(row, list) else []
        lines.append("".join(_element(each) for each in elements))
        file = file or next((found for each in elements if (found := _file(message, each))), None)
    text = _without_mentions("\n".join(lines).strip()[:_MOST_TEXT], message, bot)
    return (replace(file, text=text) if file else _words(text)), text


def _file(message: Message, element: dict[str, Any]) -> OtherReceived | None:
    """Return the picture or video of an element. A video also has a picture, shown before it is played."""
    if _string(element, "file_key"):
        return OtherReceived("video", _media(message, element, "file_key", "video"))
    if _string(element, "image_key"):
        return OtherReceived("photo", _media(message, element, "image_key", "photo"))
    return None


def _element(element: dict[str, Any]) -> str:
    match element.get("tag"):
        case "at":
            return _string(element, "user_id")
        case "a":
            text, href = _text(element, "text"), _text(element, "href")
            return f"{text} ({href})" if text and href and text != href else text or href
        case "emotion":
            return f"[{_string(element, 'emoji_type')}]"
        case _:
            return _text(element, "text")


def _without_mentions(text: str, message: Message, bot: str) -> str:
    """Replace mentions by the names of those who are mentioned, and remove mentions of our bot."""
    for each in sorted(message.mentions or (), key=lambda mention: -len(mention.key)):
        if each.key:
            text = text.replace(each.key, "" if is_ours(each, bot) else f"@{each.name}")
    return text.strip()


def _media(message: Message, content: dict[str, Any], field: str, kind: str) -> Media:
    key = _string(content, field)
    if not key:
        raise ValueError("a file has a key")
    of = "image" if field == "image_key" else "file"
    duration = content.get("duration")
    duration_ms = duration if isinstance(duration, int) and 0 <= duration <= _MOST_DURATION_MS else 0
    return Media(f"{message.message_id}|{of}|{key}", kind, duration_ms)


def _name(content: dict[str, Any]) -> str:
    return _string(content, "file_name", 1000)[:_MOST_NAME]


def _text(content: dict[str, Any], name: str) -> str:
    """Return what somebody wrote, cut if it is too long; "" if it is missing."""
    value = content.get(name)
    return value[:_MOST_TEXT] if isinstance(value, str) else ""


def _string(content: dict[str, Any], name: str, most: int = 256) -> str:
    """Return an id or a name, or "" if it is missing. Raises ValueError if it is too long or not a text."""
    value = content.get(name) or ""
    if not isinstance(value, str) or len(value) > most:
        raise ValueError(f"{name} is a text of at most {most} characters")
    return value
