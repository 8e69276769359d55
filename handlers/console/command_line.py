"""Command lines, as people type them: `/extend 3fa9c2 48h`, `／邀请 spring "张 三"`, `/stats@our_bot`."""

import re
import shlex
import unicodedata
from typing import NamedTuple

MOST_CHARACTERS = 2_000
_NAME = re.compile(r"/?\s*([^\s@/]{1,40})(?:@\S+)?\s*(.*)", re.DOTALL)
_SLASHES = "/／"
_BOT_TOKEN = re.compile(r"[0-9]{4,20}[:：][A-Za-z0-9_-]{20,}")


class Line(NamedTuple):
    """The command's name as it was typed (folded), its arguments, and all after the name as it stands."""

    name: str
    arguments: tuple[str, ...]
    rest: str
    slash: bool


def has_token(text: str) -> bool:
    """Whether there is a bot's token in it, or something that looks like one."""
    return _BOT_TOKEN.search(text) is not None


def without_tokens(text: str) -> str:
    return _BOT_TOKEN.sub("…", text)


def read(text: str) -> Line | None:
    """None: there is no word in it."""
    plain = text.strip()[:MOST_CHARACTERS]
    slash = plain[:1] in _SLASHES and bool(plain)
    found = _NAME.fullmatch("/" + plain.lstrip(_SLASHES) if slash else plain)
    if found is None:
        return None
    rest = found[2].strip()
    return Line(unicodedata.normalize("NFKC", found[1]).casefold(), _words(rest), rest, slash)


def _words(text: str) -> tuple[str, ...]:
    """Divided at spaces, quoted parts as one; with quotes that do not close, divided at spaces alone."""
    straight = text.translate({0x201C: '"', 0x201D: '"', 0x3000: " "})
    lexer = shlex.shlex(straight, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape, lexer.quotes = True, "", "", '"'
    try:
        return tuple(lexer)
    except ValueError:
        return tuple(straight.split())
