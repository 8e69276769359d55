"""Searching for candidates by name, pinyin or contact details.

The store keeps a line of each interview for this. While those of an earlier release's interviews are still being
written, up to `members.MOST_READ` states are read instead.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from conversation.state import State
from conversation.words import normal
from handlers import contacts
from handlers.members import BATCH, Members, members
from storage.ports import Store
from storage.search_lines import DETAILS, FIELD, OWNER, Line, grams, line_of

MOST_LINES = 200
"""How many lines of a campaign are looked at for each partition and word."""
SPELLED = 2
"""The rank of those who are meant by pinyin only."""
_MOST_LOADED = 60
"""The same for lists, which read the states of all who are meant."""
_SIMILAR = 3
_LIKENESS = 0.6
_MOST_DIFFERENT = 2
_BYTES = 4
"""The most that a character takes in UTF-8."""


class Match(NamedTuple):
    """Candidates found. `complete` is False if there are more than were looked at. `rank`: see `Wanted.rank`."""

    lines: list[Line]
    complete: bool
    rank: int = 0


class Wanted:
    """Somebody who is searched for: by a part of the name, by the pinyin of it from one of its characters on, or,
    if `details`, by a part of a phone number, e-mail address, or anything else that is known of them."""

    def __init__(self, text: str, *, details: bool) -> None:
        self._text = text
        self._name = normal(text)
        self._details = details

    @property
    def words(self) -> list[str]:
        """What the line of whoever is meant holds; empty if the text names nobody."""
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", self._text)).lstrip("0")
        return [each for each in dict.fromkeys((self._name, digits if self._details else "")) if each]

    @property
    def whole(self) -> list[str]:
        """What the line of whoever is called so holds."""
        return [f"{FIELD}{self._name}{after}" for after in (FIELD, DETAILS)]

    def rank(self, line: Line) -> int:
        """Return 0 for the whole name, 1 for a part of it, SPELLED for its pinyin, 3 for contact details, and -1
        for somebody else."""
        if not self._name:
            return -1
        if line.name == self._name:
            return 0
        if self._name in line.name:
            return 1
        if any(each.startswith(self._name) for each in line.spelled):
            return SPELLED
        return 3 if self._details and contacts.has(self._text, line.details) else -1


async def find(store: Store, campaigns: Sequence[str], wanted: Wanted, most: int = MOST_LINES) -> Match:
    """Return the candidates of these campaigns who are meant, in no order: only the best kind of match."""
    found = await every(store, campaigns, wanted, most)
    if not found.complete and (named := await _named(store, campaigns, wanted)).lines:
        found = named
    ranks = {each.interview: wanted.rank(each) for each in found.lines}
    best = min(ranks.values(), default=0)
    lines = [each for each in found.lines if ranks[each.interview] == best]
    return Match(lines, found.complete, best)


async def _named(store: Store, campaigns: Sequence[str], wanted: Wanted) -> Match:
    """Return those whose whole name this is, however many there are whose name contains it."""
    found = await store.search_lines.holding(campaigns, wanted.whole, MOST_LINES)
    return Match([each for each in found.lines if wanted.rank(each) == 0], found.complete)


async def every(store: Store, campaigns: Sequence[str], wanted: Wanted, most: int = MOST_LINES) -> Match:
    """Return the candidates of these campaigns who are meant in any way, in no order."""
    if not wanted.words:
        return Match([], complete=True)
    if not (await store.search_lines.progress()).built_ms:
        read = await members(store, campaigns, lambda state: wanted.rank(line_of(state)) >= 0)
        return Match([*map(line_of, read.states)], read.complete)
    found = await store.search_lines.holding(campaigns, wanted.words, most)
    return Match([each for each in found.lines if wanted.rank(each) >= 0], found.complete)


async def named(store: Store, campaigns: Sequence[str], text: str, fits: Callable[[State], bool]) -> Members:
    """Return the interviews of these campaigns whose candidate is meant in any way and that fit. The reader may
    read the candidates' contact details."""
    wanted, found = Wanted(text, details=True), list[State]()
    match = await every(store, campaigns, wanted, _MOST_LOADED)
    for at in range(0, len(match.lines), BATCH):
        names = [each.interview for each in match.lines[at : at + BATCH]]
        states = (record.state for record in await store.interviews.load_many(names))
        found += (state for state in states if wanted.rank(line_of(state)) >= 0 and fits(state))
    return Members(found, match.complete)


async def with_id(store: Store, campaigns: Sequence[str], beginning: str) -> list[str]:
    """Return the interviews of these campaigns whose ids begin so, up to `MOST_LINES` of each campaign and
    partition."""
    if (await store.search_lines.progress()).built_ms:
        found = await store.search_lines.holding(campaigns, [f"{OWNER}{beginning}"], MOST_LINES)
        return sorted(each.interview for each in found.lines)
    met: list[str] = []
    for campaign in campaigns:
        met += [each async for each in store.interviews.members(campaign) if each.startswith(beginning)]
    return met


async def similar(store: Store, campaigns: Sequence[str], text: str) -> list[Line]:
    """Return the few candidates whose names are most similar to a text that finds nobody."""
    wanted = normal(text)
    if not wanted:
        return []
    if (await store.search_lines.progress()).built_ms:
        shortest, longest = max(1, len(wanted) - _MOST_DIFFERENT), len(wanted) + _MOST_DIFFERENT
        lengths = range(shortest, _BYTES * longest + 1)
        lines: Collection[Line] = (
            await store.search_lines.similar(campaigns, grams(wanted), lengths, MOST_LINES)
        ).lines
    else:
        lines = [*map(line_of, (await members(store, campaigns, lambda state: bool(state.name))).states)]
    near = [each for each in lines if abs(len(each.name) - len(wanted)) <= _MOST_DIFFERENT]
    names = get_close_matches(wanted, {each.name for each in near}, _SIMILAR, _LIKENESS)
    return [each for name in names for each in near if each.name == name][:_SIMILAR]
