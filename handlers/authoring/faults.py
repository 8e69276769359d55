"""Messages to the author of a script: where a fault is, what it is, and what to write instead.

A message is a `Phrase` until it is shown, so that it can be worded in either language, and for a YAML file as well
as for a workbook.
"""

import difflib
from collections.abc import Iterable
from typing import Literal, NamedTuple

from conversation.words import Words
from handlers.catalogues import authoring_vocabulary

Level = Literal["error", "warning"]
Path = tuple[str | int, ...]
SHOWN_CHARACTERS = 40
# Comparing words is slow, and files with more words than this are not written by hand.
COMPARED_WORDS = 200


class Phrase(NamedTuple):
    """A text of the catalogue with its values, which may be phrases themselves."""

    key: str
    values: tuple[tuple[str, object], ...] = ()

    def worded(self, words: Words, *, cells: bool = False) -> str:
        """Return the text. `cells`: for a workbook, where the catalogue words some phrases differently."""
        key = f"{self.key}.cell" if cells and f"{self.key}.cell" in authoring_vocabulary() else self.key
        values = {name: _worded(value, words, cells=cells) for name, value in self.values}
        return words.plain(key, **values)

    def in_(self, language: str, *, cells: bool = False) -> str:
        """Return the text in `zh` or `en`."""
        return self.worded(authoring_vocabulary()[language], cells=cells)


def _worded(value: object, words: Words, *, cells: bool) -> object:
    match value:
        case Phrase():
            return value.worded(words, cells=cells)
        case tuple():
            return say("group.and").worded(words).join(str(_worded(each, words, cells=cells)) for each in value)
        case _:
            return value


def say(key: str, /, **values: object) -> Phrase:
    """Return a phrase of the catalogue."""
    return Phrase(key, tuple(values.items()))


def named(key: str) -> Phrase:
    """Return a key of the script as messages name it: as in YAML, or by its heading in a workbook."""
    heading = f"column.{key}"
    if heading in authoring_vocabulary():
        return say("named", code=shown(key), heading=say(heading))
    return say("literal", text=shown(key))


def one_of(key: str, words: Iterable[str]) -> Phrase:
    """Return the advice to write one of these words for a key: as in YAML, or as they are called in a workbook."""
    known = list(words)
    labels = tuple(
        say(label) if (label := f"value.{key}.{word}") in authoring_vocabulary() else say("literal", text=word)
        for word in known
    )
    return say("one_of", words=", ".join(known), labels=labels)


class Spot(NamedTuple):
    """A place in a file: line and column from 1. In a workbook also the `cell`, such as `题目!D5`, and the
    number of its sheet."""

    line: int
    column: int
    cell: str = ""
    sheet: int = 0

    @property
    def phrase(self) -> Phrase:
        return say("at.cell", cell=self.cell) if self.cell else say("at.line", line=self.line)


class Fault(NamedTuple):
    """One thing to change. `write` completes the sentence "write …"; `where` names the part of the script."""

    file: str
    spot: Spot
    level: Level
    wrong: Phrase
    remedy: Phrase
    where: str = ""

    @property
    def line(self) -> int:
        return self.spot.line

    @property
    def column(self) -> int:
        return self.spot.column

    @property
    def place(self) -> str:
        """The file with line and column, or with the cell."""
        spot = self.spot
        return f"{self.file}:{spot.cell}" if spot.cell else f"{self.file}:{spot.line}:{spot.column}"

    @property
    def what(self) -> str:
        return self.wrong.in_("en", cells=bool(self.spot.cell))

    @property
    def write(self) -> str:
        return self.remedy.in_("en", cells=bool(self.spot.cell))

    def worded(self, language: str) -> str:
        """Return the fault as one line."""
        words, cells = authoring_vocabulary()[language], bool(self.spot.cell)
        said = say(f"fault.{self.level}", place=self.place, what=self.wrong, write=self.remedy)
        return said.worded(words, cells=cells)

    def __str__(self) -> str:
        return self.worded("en")


class Remark(NamedTuple):
    """A fault at a path of the tree, before its line is known. `at_key`: it concerns the key, not the value."""

    path: Path
    what: Phrase
    write: Phrase
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
