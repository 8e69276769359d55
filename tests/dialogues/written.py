"""Reading dialogue files, and rewriting them with what the bot said. README.md describes the format."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from conversation.outbound import OutboundMessage
from conversation.script import Language

_INPUT = re.compile(r"(\w*>|[~!])(?: |$)")
_OUTPUT = re.compile(r"(\w*<|[@=])(?: |$)")
_REPEATED = re.compile(r"(.{1,12}?)\1{30,}")


class Header(NamedTuple):
    """The header of a dialogue file.

    - `register`: `invitation`, `invitation NAME` or `walk-in`.
    - `profile`: the person's name in the messenger.
    - `phone`: the last digits of the phone number in the roster.
    - `plays`: `everywhere`, or `intake` for dialogues with strangers or a second interview.
    """

    language: Language
    script: str
    register: str
    start: datetime
    zone: ZoneInfo
    profile: str
    plays: str
    phone: str


class Turn(NamedTuple):
    """One input, with the comments and blank lines before it. `mark` is `>`, `web>`, `~` or `!`."""

    before: tuple[str, ...]
    mark: str
    text: str


class Dialogue(NamedTuple):
    header: Header
    head: tuple[str, ...]
    turns: tuple[Turn, ...]


def read(path: Path) -> Dialogue:
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next(index for index, line in enumerate(lines) if not line.startswith("#") and ":" not in line)
    return Dialogue(_header(lines[:length]), tuple(lines[:length]), tuple(_turns(lines[length:])))


def _header(lines: Iterable[str]) -> Header:
    pairs = (line.partition(":") for line in lines if not line.startswith("#"))
    said = {name.strip(): value.strip() for name, _, value in pairs}
    moment, _, zone = said["start"].rpartition(" ")
    language: Language = "en" if said["language"] == "en" else "zh"
    return Header(
        language,
        said["script"],
        said.get("register", "invitation"),
        datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone)),
        ZoneInfo(zone),
        said.get("profile", ""),
        said.get("plays", "everywhere"),
        said.get("phone", ""),
    )


def _turns(lines: Sequence[str]) -> Iterable[Turn]:
    before: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        index += 1
        if said := _INPUT.match(line):
            end = _end(lines, index)
            more = [each[2:] for each in lines[index:end]]
            yield Turn(tuple(before), said[1], "\n".join([line[said.end() :], *more]))
            before, index = [], end
        elif _OUTPUT.match(line):
            index = _end(lines, index)
        else:
            if line and not line.startswith("#"):
                raise ValueError(f"not a line of a dialogue: {line!r}")
            before.append(line)


def _end(lines: Sequence[str], index: int) -> int:
    """Return the index after the last continuation line from `index` on.

    Such lines are indented, or blank lines before an indented one.
    """
    while index < len(lines) and (lines[index].startswith("  ") or _blank_within(lines, index)):
        index += 1
    return index


def _blank_within(lines: Sequence[str], index: int) -> bool:
    return not lines[index] and index + 1 < len(lines) and lines[index + 1].startswith("  ")


# writing


_ID = re.compile(r"\b[0-9A-F]{6}\b")
_WHOLE_ID = re.compile(r"#[0-9a-f]{16}\b")
_SAME_ID = "6651A1"
"""Replaces interview numbers, which differ between players, so that dialogues are the same."""


def write(dialogue: Dialogue, answers: Iterable[Sequence[str]], record: Iterable[str]) -> str:
    """Return the file's text with these answers to the turns and this final record."""
    lines = list(dialogue.head)
    for turn, answer in zip(dialogue.turns, answers, strict=True):
        lines += [*turn.before, *indented(f"{turn.mark} {turn.text}"), *answer]
    return "\n".join([*lines, "", *record]) + "\n"


def message_lines(place: str, message: OutboundMessage, how: str = "") -> list[str]:
    """Return the lines of a message as its reader sees it, with bold between `**` and choices in brackets."""
    text = how + _WHOLE_ID.sub("#ID", _ID.sub(_SAME_ID, _with_bold(message)))
    lines = [shortened(line) for line in f"{place}< {text}".split("\n")]
    if message.choices:
        lines.append(" ".join(f"[{choice.label}]" for choice in message.choices))
    return indented("\n".join(lines))


def _with_bold(message: OutboundMessage) -> str:
    """Return the text with marks around bold parts. A literal `**` becomes `\\**`."""
    pieces: list[str] = []
    at = 0
    for offset, length in message.bold:
        plain, bold = message.text[at:offset], message.text[offset : offset + length]
        pieces += [plain.replace("**", "\\**"), "**", bold.replace("**", "\\**"), "**"]
        at = offset + length
    return "".join([*pieces, message.text[at:].replace("**", "\\**")])


def shortened(line: str) -> str:
    """Replace many repetitions of a text by one with their number."""
    return _REPEATED.sub(lambda found: f"{found[1]}×{len(found[0]) // len(found[1])}", line)


def indented(text: str) -> list[str]:
    """Return the lines of a text, with all but the first indented."""
    first, *more = text.split("\n")
    return [first.rstrip(), *(f"  {line}".rstrip() for line in more)]
