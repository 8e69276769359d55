"""What a message looks like where there is nothing but text: choices as numbered lines, limits in bytes.

Typing is better than a click here: a typed message opens a window of 48 hours, a click one of a minute.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from conversation.outbound import OutboundMessage

MAX_BYTES = 2048
"""Of a text. Documented for WeCom; of official accounts it is what people report (MamaShip/Observer issue 77)."""
RESERVE_BYTES = 96
"""Kept free in each piece for the line that says that there is more."""
JOINT = "\n\n"


def text_of(message: OutboundMessage, *, choices: bool = True) -> str:
    """The message as plain text."""
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
    """The message as messages that each fit, cut at line ends where there are any; choices stand with the last.
    What is only a change of an earlier message is left out: nothing can be edited."""
    if message.quiet:
        return ()
    room = MAX_BYTES - RESERVE_BYTES
    if size(text_of(message)) <= room:
        return (message,)
    tail = size(text_of(replace(message, text="")))
    if tail > room // 2:  # very long choices: they are cut as the text is
        message, tail = replace(message, text=text_of(message), choices=()), 0
    cut = _cut(message.text, max(room - tail, room // 2), room)
    parts = [replace(message, text=text, choices=(), bold=()) for text in cut]
    parts[-1] = replace(parts[-1], choices=message.choices)
    return tuple(parts)


def joined(messages: Sequence[OutboundMessage]) -> Sequence[OutboundMessage]:
    """Neighbours as one message, as far as that fits, where each message counts. The last choices are those that
    are open. What somebody wants to hear of, and what has a file, stays by itself."""
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
    """In pieces of at most `room` bytes, the last of at most `last`."""
    found: list[str] = []
    while size(text) > last:
        end = _fitting(text, room)
        if end == len(text):  # it fits, but not with what must stand below it
            end = _fitting(text, last)
        line = max(text.rfind("\n", 1, end), text.rfind("。", 1, end), text.rfind(". ", 1, end))
        end = line + 1 if line > end // 2 else end
        found.append(text[:end].strip("\n"))
        text = text[end:].lstrip("\n")
    return [*(each for each in found if each), text] if text else found


def _fitting(text: str, room: int) -> int:
    """How many characters fit into so many bytes."""
    return len(text.encode()[:room].decode(errors="ignore"))
