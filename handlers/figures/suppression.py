"""Suppression of small numbers in figures for people who may not read the candidates' names.

Numbers from 1 to `FEW` - 1 are suppressed, and with them whatever they could be worked out from: parts of a sum,
steps of a funnel, shares.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from handlers.figures.dimensions import Row
from handlers.figures.rates import FEW, Share, ambiguous, kept_back, share, suppressed


def is_small(number: int) -> bool:
    """Whether the number is about so few people that it could identify them."""
    return 0 < number < FEW


def disclosed(number: int, *, exact: bool) -> int | None:
    """Return a number that is part of no sum, or None if it is suppressed."""
    return None if is_small(number) and not exact else number


def part_disclosed(number: int, whole: int, *, exact: bool) -> int | None:
    """Return a part of a number that may be known, or None if it or what remains is suppressed."""
    return None if not exact and (is_small(number) or is_small(whole - number)) else number


def parts(counts: Mapping[str, int], *, exact: bool) -> dict[str, int | None]:
    """Return the parts of a known sum, with None in place of those that are suppressed."""
    return dict(counts) if exact else suppressed(counts)


class PartsOfSums(NamedTuple):
    """The parts of a known sum, with None in place of those that are suppressed. `sums_told`: whether the sums of
    some of the parts can be shown as well."""

    numbers: dict[str, int | None]
    sums_told: bool


def parts_of_sums(counts: Mapping[str, int], sums: Sequence[Collection[str]], *, exact: bool) -> PartsOfSums:
    """Return the parts of a sum that is known together with sums of some of its parts, each of the names in
    `sums`."""
    hidden = frozenset[str]() if exact else _kept_back(counts, sums)
    told = all(
        ambiguous(within) for names in sums if (within := [counts[name] for name in names if name in hidden])
    )
    return PartsOfSums({name: None if name in hidden else number for name, number in counts.items()}, told)


def _kept_back(counts: Mapping[str, int], sums: Sequence[Collection[str]]) -> frozenset[str]:
    hidden = {name for name, number in counts.items() if is_small(number)}
    while more := next((name for names in sums if (name := _next(counts, names, hidden))), ""):
        hidden.add(more)
    return frozenset(hidden)


def _next(counts: Mapping[str, int], names: Collection[str], hidden: Collection[str]) -> str:
    """Return the smallest part to suppress as well, so that the others stay open; empty if they are."""
    there = sorted((counts[name], name) for name in names if counts[name] > 0)
    within = [number for number, name in there if name in hidden]
    if not within or ambiguous(within):
        return ""
    return next((name for _, name in there if name not in hidden), "")


def steps(numbers: Sequence[int], *, exact: bool) -> list[int | None]:
    """Return the numbers of people at the steps of a funnel. A step is suppressed if it is small, or if a small
    number is missing since the last step that is shown."""
    if exact:
        return list(numbers)
    shown: list[int | None] = []
    last = None
    for number in numbers:
        told = not is_small(number) and (last is None or not is_small(abs(last - number)))
        shown.append(number if told else None)
        last = number if told else last
    return shown


def share_of(number: int, total: int, *, exact: bool) -> Share | None:
    """Return the share, or None if there are too few people or if it would tell of a few."""
    if not exact and (is_small(number) or is_small(total - number)):
        return None
    return share(number, total)


def rows_kept_back(columns: Sequence[Mapping[str, int]]) -> frozenset[str]:
    """Return the names of the rows that must not be shown in a table of which the sum of each column is known."""
    return frozenset[str]().union(*map(kept_back, columns))


def rows_disclosed(rows: Sequence[Row], by: str, *, exact: bool) -> frozenset[str]:
    """Return the names of the rows of a breakdown that can be shown. Questions follow one another like the steps
    of a funnel; the rows of any other dimension are parts of sums."""
    names = frozenset(row.name for row in rows)
    if exact:
        return names
    small = {row.name for row in rows if is_small(row.number) or is_small(row.total - row.number)}
    if by == "question":
        shown = steps([row.total for row in rows], exact=False)
        return names - small - {row.name for row, number in zip(rows, shown, strict=True) if number is None}
    columns = [
        {row.name: row.number for row in rows},
        {row.name: row.total for row in rows},
        {row.name: row.total - row.number for row in rows},
    ]
    return names - small - rows_kept_back(columns)
