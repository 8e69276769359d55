"""What a candidate is searched by, as one line of text.

The lines of a campaign's interviews in one partition are one text, so that a search is one look through it by
the server, about a thousand times faster than decoding states. A line has the name as `normal` returns it and how
it is spelled in pinyin, then contact details, then the interview's id. Every interview has a line; that of an
erased one has only its id.
"""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from conversation.state import Record, State
from conversation.words import normal
from storage.pinyin import spelled

FIELD, DETAILS, OWNER, END = "\x1f", "\x1e", "\x1c", "\n"
"""What stands before the name and each spelling (and between details), before the details, before the id, and
after it."""
_MARKS = re.compile("[\x1c-\x1f\n]")
_LONGEST = 120
"""Of a longer detail, only the beginning is searched, in characters."""
_LEAST_DIGITS = 4


class Progress(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the lines of all interviews are compared with their states.

    - `built_ms`: when all were compared last (epoch milliseconds); 0: lines of an earlier release's interviews may
      be missing.
    - `campaign`, `partition`: where the present round goes on.
    """

    built_ms: int = 0
    campaign: str = ""
    partition: int = 0


class Line(NamedTuple):
    """What an interview is searched by.

    - `name`: as `normal` returns it; `spelled`: how it may begin, or a part of it, in Latin letters.
    - `details`: phone number, e-mail address and others, and their digits.
    """

    interview: str
    name: str
    spelled: tuple[str, ...] = ()
    details: tuple[str, ...] = ()

    def packed(self) -> str:
        named, details = FIELD.join(("", self.name, *self.spelled)), FIELD.join(self.details)
        return f"{named}{DETAILS}{details}{OWNER}{self.interview}{END}"


class Found(NamedTuple):
    """Lines that were searched for. `complete` is False if there are more."""

    lines: tuple[Line, ...]
    complete: bool


class StoredLines(NamedTuple):
    """All lines of a campaign in a partition, by interview. `wasteful`: much of their text is empty."""

    lines: dict[str, Line]
    wasteful: bool = False


class SearchLines(Protocol):
    """The lines of all interviews. Commits keep them up to date; `stored`, `write` and `tidy` build and repair
    them from the states. All calls may raise StoreUnavailable."""

    async def holding(self, campaigns: Sequence[str], words: Sequence[str], most: int) -> Found:
        """Return the lines of these campaigns that hold one of the words anywhere, up to `most` for each campaign,
        partition and word, in no order."""
        ...

    async def similar(self, campaigns: Sequence[str], grams: Sequence[str], lengths: range, most: int) -> Found:
        """Return lines whose name has at least half of these pieces and one of these lengths (UTF-8, bytes), up to
        `most` for each campaign and partition."""
        ...

    async def stored(self, campaign: str, partition: int) -> StoredLines: ...

    async def write(self, campaign: str, partition: int, records: Sequence[Record]) -> None:
        """Write the lines of interviews of a campaign in a partition, except those that were changed since they
        were loaded."""
        ...

    async def tidy(self, campaign: str, partition: int) -> None:
        """Remove empty lines."""
        ...

    async def progress(self) -> Progress: ...
    async def note(self, progress: Progress) -> None: ...


def line_of(state: State) -> Line:
    """Return the line of an interview in this state."""
    name = _plain(normal(state.name))
    contact, details = state.contact, dict[str, None]()
    for value in (contact.phone, contact.email, *(value for _, value in contact.details)):
        plain = _plain(normal(value))[:_LONGEST]
        digits = re.sub(r"\D", "", plain)
        details[plain] = None
        if len(digits) >= _LEAST_DIGITS and digits not in plain:
            details[digits] = None
    return Line(state.interview, name, spelled(name), tuple(filter(None, details)))


def changed_line(before: State | None, after: Any, *, new: bool) -> str:
    """Return the line as it is to be stored, or an empty string if it is stored already. `before` is None if it is
    unknown; `after` is a record of any kind, and only interviews have lines."""
    if not isinstance(after, State):
        return ""
    same = before is not None and before.name == after.name and before.contact == after.contact
    return "" if same and not new else line_of(after).packed()


def unpack(packed: str) -> Line:
    """Return a line as it was before `packed`, without its end."""
    searched, _, interview = packed.rpartition(OWNER)
    named, _, details = searched.partition(DETAILS)
    name, *spellings = named.split(FIELD)[1:] or ("",)
    return Line(interview, name, tuple(spellings), tuple(filter(None, details.split(FIELD))))


def lines_in(text: str) -> list[Line]:
    """Return the lines of a campaign's interviews. Empty ones are what others left that were changed."""
    return [unpack(each) for each in text.split(END) if each]


def grams(name: str) -> Sequence[str]:
    """Return the pieces by which names are compared that may only be similar: Chinese characters, and pairs of
    others."""
    pairs = (name[at : at + 2] for at in range(len(name) - 1))
    return tuple(dict.fromkeys((*filter(str.isalpha, pairs),))) if name.isascii() else tuple(dict.fromkeys(name))


def _plain(text: str) -> str:
    return _MARKS.sub("", text)
