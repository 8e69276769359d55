"""Putting into words what was left out of a list of candidates, for the chat and for the command line."""

from collections.abc import Iterator, Sequence
from itertools import islice

from conversation.words import Words
from handlers.limits import MOST_NAME
from handlers.rosters import Row

_SHOWN = 15


def why(words: Words, row: Row) -> str:
    """Return why nobody is invited for this row."""
    kind = f"aside.{row.aside}" if row.aside else f"fault.{row.fault}{'.' * bool(row.same)}{row.same}"
    return words.plain(f"staff.roster.{kind}", of=row.of, most=MOST_NAME)


def listed(words: Words, rows: Sequence[Row], shown: int = _SHOWN) -> str:
    """Return a line for each row with its number and reason; after `shown` rows, how many more there are."""
    return "\n".join(_lines(words, rows, shown))


def _lines(words: Words, rows: Sequence[Row], shown: int) -> Iterator[str]:
    for row in islice(rows, shown):
        yield words.plain("staff.roster.row", row=row.number, fault=why(words, row))
    if len(rows) > shown:
        yield words.plain("staff.roster.more", n=len(rows) - shown)
