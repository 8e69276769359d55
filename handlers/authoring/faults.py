"""Messages to the author of a script: where a fault is, what it is, and what to write instead."""

import difflib
from collections.abc import Iterable
from typing import Literal, NamedTuple

Level = Literal["error", "warning"]
Path = tuple[str | int, ...]
SHOWN_CHARACTERS = 40
# Comparing words is slow, and files with more words than this are not written by hand.
COMPARED_WORDS = 200


class Fault(NamedTuple):
    """One thing to change. `line` and `column` count from 1; `write` completes the sentence "write …"."""

    file: str
    line: int
    column: int
    level: Level
    what: str
    write: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.level}: {self.what}; write {self.write}"


class Remark(NamedTuple):
    """A fault at a path of the tree, before its line is known. `at_key`: it concerns the key, not the value."""

    path: Path
    what: str
    write: str
    level: Level = "error"
    at_key: bool = False


def shown(text: str) -> str:
    """Return `text` in backticks, on one line, cut to SHOWN_CHARACTERS."""
    return f"`{short(text)}`"


def short(text: str) -> str:
    """Return `text` on one line, cut to SHOWN_CHARACTERS."""
    flat = " ".join(text.split())
    if len(flat) > SHOWN_CHARACTERS:
        flat = flat[: SHOWN_CHARACTERS - 1] + "…"
    return flat


def closest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, or None."""
    words = list(known)
    if len(words) > COMPARED_WORDS:
        return None
    return next(iter(difflib.get_close_matches(short(word).lower(), words, n=1)), None)
