"""Splitting texts and arranging buttons.

Source: core.telegram.org/bots/api (read 2026-11): a text has at most 4096 characters after entities parsing;
entity offsets count UTF-16 code units; callback data has 1-64 bytes.
"""

from collections.abc import Callable
from functools import lru_cache

from conversation.outbound import Choice
from conversation.words import Instant

Bold = tuple[tuple[int, int], ...]
"""Ranges of a text that are bold: (offset, length) in characters."""
Instants = tuple[Instant, ...]
MAX_TEXT = 4096
_LONG_LABEL = 12
_WIDE_FROM = 0x2E80  # CJK characters and symbols are twice as wide


def units(text: str) -> int:
    """Return the length of the text in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def rows(choices: tuple[Choice, ...]) -> list[list[Choice]]:
    """Arrange choices in rows of buttons: short labels two in a row, long ones alone."""
    laid: list[list[Choice]] = []
    room = 0
    for choice in choices:
        short = _width(choice.label) <= _LONG_LABEL
        if short and room:
            laid[-1].append(choice)
            room = 0
        else:
            laid.append([choice])
            room = int(short)
    return laid


@lru_cache(1024)
def _width(label: str) -> int:
    return sum(2 if ord(character) >= _WIDE_FROM else 1 for character in label)


def pieces(text: str, bold: Bold) -> list[tuple[str, Bold]]:
    """Split a text into pieces that fit into a message, preferably at line ends.

    Returns each piece with its bold ranges, (offset, length) in characters.
    """
    if len(text) * 2 <= MAX_TEXT or units(text) <= MAX_TEXT:
        return [(text, bold)]
    cut: list[tuple[str, Bold]] = []
    start = 0
    while start < len(text):
        end = _cut(text, start)
        inside = tuple(
            (max(offset, start) - start, min(offset + length, end) - max(offset, start))
            for offset, length in bold
            if offset < end and offset + length > start
        )
        if text[start:end].strip():
            cut.append((text[start:end], inside))
        start = end
    return cut


def placed(instants: Instants, text: str, cut: list[str]) -> list[Instants]:
    """Return the instants of each piece into which the text was cut. One that was cut in two is left out."""
    found: list[Instants] = []
    start = 0
    for piece in cut:
        start = text.index(piece, start)
        end = start + len(piece)
        inside = (each for each in instants if start <= each.offset and each.offset + each.length <= end)
        found.append(tuple(each._replace(offset=each.offset - start) for each in inside))
        start = end
    return found


def _cut(text: str, start: int) -> int:
    end = min(len(text), start + MAX_TEXT)
    while units(text[start:end]) > MAX_TEXT:
        end -= max(1, (units(text[start:end]) - MAX_TEXT) // 2)
    if end == len(text):
        return end
    line = text.rfind("\n", start + 1, end)
    return line + 1 if line > start else end


def fitting(text: str, bold: Bold, fits: Callable[[str, Bold], bool]) -> list[tuple[str, Bold]]:
    """Halve the text until `fits` accepts every piece. Return the pieces with their bold ranges."""
    if len(text) < 2 or fits(text, bold):
        return [(text, bold)]
    middle = len(text) // 2
    left = tuple((offset, min(length, middle - offset)) for offset, length in bold if offset < middle)
    right = tuple(
        (max(0, offset - middle), offset + length - max(middle, offset))
        for offset, length in bold
        if offset + length > middle
    )
    return [*fitting(text[:middle], left, fits), *fitting(text[middle:], right, fits)]


def marked(text: str, bold: Bold, escape: Callable[[str], str]) -> str:
    """Write bold parts between `**`, and the rest as `escape` returns it.

    Each line is marked by itself, without the spaces at its ends, where the marks would have no effect.
    """
    written, at = "", 0
    for offset, length in bold:
        written += escape(text[at:offset]) + _between_marks(text[offset : offset + length], escape)
        at = offset + length
    return written + escape(text[at:])


def _between_marks(text: str, escape: Callable[[str], str]) -> str:
    lines = []
    for line in text.split("\n"):
        word = line.strip()
        before, _, after = line.partition(word) if word else (line, "", "")
        lines.append(f"{before}**{escape(word)}**{after}" if word else line)
    return "\n".join(lines)
