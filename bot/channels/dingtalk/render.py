"""Rendering outbound messages for DingTalk: plain texts, markdown, cards with buttons, files.

Source: open.dingtalk.com, "机器人发送消息的类型", "企业机器人发送的消息类型", "自定义机器人发送消息的消息类型"
(read 2026-11): the server API takes `msgKey` and `msgParam`, the latter a JSON string of at most 15,000 bytes.
Cards have one to five buttons, one below the other. In markdown a line break needs two spaces before it.

A button with the address `dtmd://dingtalkclient/sendMessage?content=…` makes the client send that text in the
user's name. DingTalk does not document this, but public bots use it. Pressing a button thus types the choice's
label, or its command. The choices are listed in the text too, for clients that do not support this address.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from bot.channels.shared.texts import Bold, fitting, marked, pieces
from conversation.outbound import Attachment, Choice, OutboundMessage

MAX_TEXT = 4096
"""Maximum length of a piece before escaping, in UTF-16 code units."""
MOST_BYTES = 15_000
"""Maximum size of a `msgParam`."""
_ROOM_BYTES = 12_500
"""Maximum size of a piece's text in it. The rest is for choices."""
MOST_BUTTONS = 5
_TITLE = 40
_SPECIAL = re.compile(r"([\\`*_\[\]<>~|])")
_AT_LINE_BEGIN = re.compile(r"^(\s*)([#+\-]|\d+(?=[.)]))", re.MULTILINE)
_SEND = "dtmd://dingtalkclient/sendMessage?content="
_SUFFIX = re.compile(r"\.([A-Za-z0-9]{1,8})$")


class Button(NamedTuple):
    title: str
    url: str


class Part(NamedTuple):
    """One DingTalk message. `markdown` says whether `text` is markdown.

    A picture in `file` is shown below the text. Any other file is sent alone.
    """

    title: str
    text: str
    markdown: bool = False
    buttons: tuple[Button, ...] = ()
    file: Attachment | None = None


def render(message: OutboundMessage) -> list[Part]:
    """Split a message into DingTalk messages.

    The choices and a picture go with the last text. Any other file follows in a message of its own.
    """
    title = _title(message.text)
    cut = [each for text, bold in pieces(message.text, message.bold) for each in fitting(text, bold, _fits)]
    cut = cut or [("", ())]
    parts = [_part(title, text, bold) for text, bold in cut]
    text, bold = cut[-1]
    if message.choices:
        below = _choices(message)
        parts[-1] = _with_buttons(Part(title, f"{_markdown(text, bold)}\n\n{below}", markdown=True), message)
    if message.file and is_picture(message.file):
        parts[-1] = parts[-1]._replace(
            text=parts[-1].text if parts[-1].markdown else _markdown(text, bold), markdown=True, file=message.file
        )
    elif message.file:
        parts.append(Part(title, "", file=message.file))
    return [part for part in parts if part.text.strip() or part.file]


def _fits(text: str, bold: Bold) -> bool:
    """Escaping can more than double the length."""
    return len(_json({"text": _markdown(text, bold)}).encode()) <= _ROOM_BYTES


def _with_buttons(part: Part, message: OutboundMessage) -> Part:
    """Add buttons if the choices are few and their labels short. Others are typed, or pressed in the text."""
    if len(message.choices) > MOST_BUTTONS:
        return part
    card = part._replace(buttons=_buttons(message.choices))
    return card if len(for_api(card)[1].encode()) <= MOST_BYTES else part


def _part(title: str, text: str, bold: Bold) -> Part:
    """Return the text as markdown if any of it is bold, otherwise as plain text."""
    return Part(title, _markdown(text, bold), markdown=True) if bold else Part(title, text)


def _title(text: str) -> str:
    """Return the message's title in the list of chats: the start of its first line."""
    return (text.strip().partition("\n")[0][:_TITLE].strip()) or "…"


def is_picture(file: Attachment) -> bool:
    return file.media_type in ("image/png", "image/jpeg", "image/gif")


def _markdown(text: str, bold: Bold) -> str:
    lines = _AT_LINE_BEGIN.sub(r"\1\\\2", marked(text, bold, _escaped))
    return lines.replace("\n", "  \n")


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _choices(message: OutboundMessage) -> str:
    """Return the choices as lines of markdown. They are links if there are too many choices for buttons."""
    lines = []
    many = len(message.choices) > MOST_BUTTONS
    for number, each in enumerate(message.choices, start=1):
        label = _escaped(each.label)
        shown = f"[{label}]({_press(each)})" if many else label
        if each.token.startswith("/"):
            lines.append(f"{shown} {_escaped(each.token)}")
        else:
            lines.append(shown if message.by_name else f"{number}\\. {shown}")
    return "  \n".join(lines)


def _buttons(choices: Sequence[Choice]) -> tuple[Button, ...]:
    return tuple(Button(each.label, _press(each)) for each in choices)


def _press(choice: Choice) -> str:
    """Return the address that types the choice: its label for a candidate, its command for staff."""
    said = choice.token if choice.token.startswith("/") else choice.label
    return f"{_SEND}{quote(said, safe='')}"


def with_picture(part: Part, media_id: str) -> Part:
    """Return the part with its picture, uploaded under this media id, in the text."""
    alt = _escaped((part.file.alt if part.file else "") or "…")
    return part._replace(text=f"{part.text}\n\n![{alt}]({media_id})", file=None)


def for_session(part: Part) -> dict[str, object]:
    """Return the body of a session reply, or of a group robot's message."""
    if part.buttons:
        buttons = [{"title": each.title, "actionURL": each.url} for each in part.buttons]
        card = {"title": part.title, "text": part.text, "btnOrientation": "0", "btns": buttons}
        return {"msgtype": "actionCard", "actionCard": card}
    if part.markdown:
        return {"msgtype": "markdown", "markdown": {"title": part.title, "text": part.text}}
    return {"msgtype": "text", "text": {"content": part.text}}


def for_api(part: Part) -> tuple[str, str]:
    """Return (msgKey, msgParam) of a message for the server API."""
    if part.buttons:
        return _card(part)
    if part.markdown:
        return "sampleMarkdown", _json({"title": part.title, "text": part.text})
    return "sampleText", _json({"content": part.text})


def _card(part: Part) -> tuple[str, str]:
    told = {"title": part.title, "text": part.text}
    if len(part.buttons) == 1:
        (only,) = part.buttons
        return "sampleActionCard", _json({**told, "singleTitle": only.title, "singleURL": only.url})
    for number, each in enumerate(part.buttons, start=1):
        told |= {f"actionTitle{number}": each.title, f"actionURL{number}": each.url}
    return f"sampleActionCard{len(part.buttons)}", _json(told)


def for_file(file: Attachment, media_id: str) -> tuple[str, str]:
    """Return (msgKey, msgParam) of a file uploaded under this media id."""
    suffix = _SUFFIX.search(file.name)
    kind = suffix[1].lower() if suffix else "bin"
    return "sampleFile", _json({"mediaId": media_id, "fileName": file.name, "fileType": kind})


def _json(values: dict[str, str]) -> str:
    return msgspec.json.encode(values).decode()
