"""Formatting messages for channels with text only: choices as numbered lines, and length limits in bytes.

Typed answers are preferable to clicks here: a typed message allows us to reply for 48 hours, a click for a minute.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from conversation.outbound import OutboundMessage

MAX_BYTES = 2048
"""The longest text, in bytes.

Documented for WeCom; for official accounts it is what users report (MamaShip/Observer issue 77).
"""
RESERVE_BYTES = 96
"""Bytes kept free in each piece for the line saying that there is more."""
JOINT = "\n\n"


def text_of(message: OutboundMessage, *, choices: bool = True) -> str:
    """Return the message as plain text, with its choices below unless `choices` is false."""
    if not choices or not message.choices:
        return message.text
    if message.by_name:
        lines = " · ".join(f"「{choice.label}」" for choice in message.choices)
    else:
        lines = "\n".join(f"{number}. {each.label}" for number, each in enumerate(message.choices, start=1))
    return f"{message.text}{JOINT}{lines}"


def size(text: str) -> int:
    return len(text.encode())


def pieces(message: OutboundMessage) -> Sequence[OutboundMessage]:
    """Split a message into messages that fit, preferably at line ends. The choices go with the last one.

    Quiet messages are dropped, because they only edit earlier ones and these channels cannot edit.
    """
    if message.quiet:
        return ()
    room = MAX_BYTES - RESERVE_BYTES
    if size(text_of(message)) <= room:
        return (message,)
    tail = size(text_of(replace(message, text="")))
    if tail > room // 2:  # very long choices: split them like the text
        message, tail = replace(message, text=text_of(message), choices=()), 0
    cut = _cut(message.text, max(room - tail, room // 2), room)
    parts = [replace(message, text=text, choices=(), bold=()) for text in cut]
    parts[-1] = replace(parts[-1], choices=message.choices)
    return tuple(parts)


def joined(messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
    """Merge consecutive messages of one interview, as far as they fit, on channels that count messages.

    The merged message has the last choices, which are the open ones. Messages with a writer or a file are not
    merged.
    """
    found: list[OutboundMessage] = []
    for each in messages:
        if found and _one_with(found[-1], each):
            both = _both(found[-1], each)
            if size(text_of(both)) <= MAX_BYTES - RESERVE_BYTES:
                found[-1] = both
                continue
        found.append(each)
    return tuple(found)


def _one_with(first: OutboundMessage, then: OutboundMessage) -> bool:
    alone = first.writer or then.writer or first.file or then.file
    return first.to == then.to and first.interview == then.interview and not alone


def _both(first: OutboundMessage, then: OutboundMessage) -> OutboundMessage:
    last = then if then.choices else first
    return replace(
        then,
        text=f"{first.text}{JOINT}{then.text}",
        choices=last.choices,
        by_name=last.by_name,
        bold=(),
        prompted=first.prompted or then.prompted,
        until_ms=0,
    )


def _cut(text: str, last: int, room: int) -> list[str]:
    """Split a text into pieces of at most `room` bytes, the last of at most `last`."""
    found: list[str] = []
    while size(text) > last:
        end = _fitting(text, room)
        if end == len(text):  # it fits, but not together with the choices
            end = _fitting(text, last)
        line = max(text.rfind("\n", 1, end), text.rfind("。", 1, end), text.rfind(". ", 1, end))
        end = line + 1 if line > end // 2 else end
        found.append(text[:end].strip("\n"))
        text = text[end:].lstrip("\n")
    return [*(each for each in found if each), text] if text else found


def _fitting(text: str, room: int) -> int:
    """Return how many characters of the text fit into `room` bytes."""
    return len(text.encode()[:room].decode(errors="ignore"))
