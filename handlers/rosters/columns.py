"""Finding the columns of a candidate in a list, whose heading may take two rows."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from handlers.rosters.headings import (
    CONTACTS,
    EMAILS,
    GIVEN,
    MIDDLE,
    NAMES,
    PHONES,
    SURNAMES,
    is_known,
    is_of_others,
    is_someones,
    remoteness,
    says,
    words,
)

_MOST_HEADING = 80
_OF_PERSONS = frozenset((*NAMES, *PHONES, *EMAILS, *CONTACTS))
_ALONE = frozenset(GIVEN) - {"名"}
"""Given names that may be all there is of a name. 名 alone may be a rank."""


class Columns(NamedTuple):
    """Where each part of a person is found; -1 if nowhere. Of several columns the best comes first."""

    name: int = -1
    surname: int = -1
    given: int = -1
    middle: int = -1
    phones: tuple[int, ...] = ()
    emails: tuple[int, ...] = ()
    contacts: tuple[int, ...] = ()

    @property
    def found(self) -> bool:
        """Whether there is any name."""
        return self.name >= 0 or self.given >= 0

    @property
    def names(self) -> tuple[int, ...]:
        return tuple(each for each in (self.name, self.given, self.middle, self.surname) if each >= 0)

    @property
    def person(self) -> tuple[int, ...]:
        """All columns from which the name, phone number and e-mail address are read."""
        return (*self.names, *self.phones, *self.emails, *self.contacts)


_Said = Sequence[Sequence[str]]


def columns(heading: Sequence[str]) -> Columns:
    """Return the columns of a candidate that a heading names. Other people's are never among them."""
    said = [
        () if is_of_others(cell, heading[column - 1] if column else "") else words(cell)
        for column, cell in enumerate(heading)
    ]
    ranked = partial(_ranked, heading, said)
    surname, given = ranked(SURNAMES)[:1], ranked(GIVEN)
    given = tuple(column for column in given if surname or not _ALONE.isdisjoint(said[column]))[:1]
    name = tuple(column for column in ranked(NAMES) if not surname or column not in given)[:1]
    middle = ranked(MIDDLE)[:1] if given else ()
    one = (*name, -1)[0], (*surname, -1)[0], (*given, -1)[0], (*middle, -1)[0]
    return Columns(*one, ranked(PHONES), ranked(EMAILS), ranked(CONTACTS))


def _ranked(heading: Sequence[str], said: _Said, known: Sequence[str]) -> tuple[int, ...]:
    """Return the columns that are called by one of the known words, in the order of these words."""
    ranks = (
        (remoteness(heading[column]), min(known.index(word) for word in each if word in known), column)
        for column, each in enumerate(said)
        if any(word in known for word in each)
    )
    return tuple(column for *_, column in sorted(ranks))


def merged(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """Return one heading of two rows.

    A cell of the upper row holds for the empty ones on its right as well, but is said only where the lower row
    says nothing, or where it is about another person.
    """
    said, over = list[str](), ""
    for column in range(max(len(above), len(below))):
        own = above[column] if column < len(above) else ""
        cell = below[column] if column < len(below) else ""
        over = own or over
        said.append(f"{over} {cell}" if cell and is_someones(over) else cell or own)
    return tuple(said)


def is_below(above: Sequence[str], below: Sequence[str]) -> bool:
    """Return whether a row is the lower part of the heading `above`, not a person."""
    filled = [cell for cell in below if cell]
    if len(filled) < 2 and not any(says(_OF_PERSONS, cell) and not cell.endswith((":", "：")) for cell in filled):
        return False
    known = sum(map(is_known, filled))
    return (
        0 < known >= len(filled) / 2
        and max(map(len, filled)) <= _MOST_HEADING
        and all(is_known(below[each]) for each in columns(above).person if each < len(below) and below[each])
    )
