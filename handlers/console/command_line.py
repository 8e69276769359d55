"""Parsing of command lines as people type them.

Examples: `/extend 3fa9c2 48h`, `／邀请 spring "张 三"`, `/stats@our_bot`.
"""

import re
import shlex
import unicodedata
from typing import NamedTuple

from conversation.visible_text import shows, trimmed

MOST_CHARACTERS = 2_000
_NAME = re.compile(r"/?\s*([^\s@/]{1,40})(?:@\S+)?\s*(.*)", re.DOTALL)
_SLASHES = "/／"
REPORT = "report_"
"""What a link's payload begins with that asks for an interview's report; the interview's id follows."""
_REPORT = re.compile(rf"{REPORT}([0-9a-f]{{16}})")
_NAMED = re.compile(r'(?:["\u201c\u201d]([^"\u201c\u201d]+)["\u201c\u201d]|(\S+))(?:\s+(.+))?', re.DOTALL)
_BOT_TOKEN = re.compile(r"[0-9]{4,20}[:：][A-Za-z0-9_-]{20,}")


class Line(NamedTuple):
    """A parsed command line.

    `name` is the name as typed, after NFKC normalisation and case folding.
    `rest` is everything after the name, unparsed.
    `slash` says whether it began with a slash.
    """

    name: str
    arguments: tuple[str, ...]
    rest: str
    slash: bool


def has_token(text: str) -> bool:
    """Whether the text contains a bot's token, or something that looks like one."""
    return _BOT_TOKEN.search(text) is not None


def without_tokens(text: str) -> str:
    return _BOT_TOKEN.sub("…", text)


def read(text: str) -> Line | None:
    """Parse the first `MOST_CHARACTERS` of a text, or return None if it contains no word. What shows nothing is no
    word.

    `/start` with the payload of a link to a report is that `/report`.
    """
    plain = trimmed(text)[:MOST_CHARACTERS]
    slash = plain[:1] in _SLASHES and bool(plain)
    found = _NAME.fullmatch("/" + plain.lstrip(_SLASHES) if slash else plain)
    if found is None:
        return None
    rest = trimmed(found[2])
    if slash and found[1] == "start" and (wanted := _REPORT.fullmatch(rest)):
        return Line("report", (wanted[1],), wanted[1], slash)
    return Line(unicodedata.normalize("NFKC", found[1]).casefold(), _words(rest), rest, slash)


def named_and_said(rest: str) -> tuple[str, str] | None:
    """Split what follows a command into somebody's name, in quotes if it has spaces, and a text as it was typed.
    Return None if there is no name."""
    found = _NAMED.fullmatch(rest)
    return (found[1] or found[2], (found[3] or "").strip()) if found else None


def after_words(rest: str, count: int) -> str:
    """Return what follows the first `count` words or quoted parts, as it was typed."""
    for _ in range(count):
        found = _NAMED.fullmatch(rest)
        rest = (found[3] or "").strip() if found else ""
    return rest


def _words(text: str) -> tuple[str, ...]:
    """Split a text at spaces, keeping quoted parts together. If a quote is not closed, quotes are ignored."""
    straight = text.translate({0x201C: '"', 0x201D: '"', 0x3000: " "})
    lexer = shlex.shlex(straight, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape, lexer.quotes = True, "", "", '"'
    try:
        words = tuple(lexer)
    except ValueError:
        words = tuple(straight.split())
    return tuple(each for each in words if not each or shows(each))
