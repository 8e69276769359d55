"""Reading durations as people type them: `48`, `48h`, `2 days`, 「一天」, 「半天」, 「两个星期」."""

import math
import re
import unicodedata
from collections.abc import Sequence

from conversation.words import normal
from handlers.console.context import CommandContext
from handlers.console.vocabulary import typed

_MOST_WORDS = 3
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS: dict[str, float] = {
    **_DIGITS,
    **{word: number for number, word in enumerate(_ENGLISH, start=1)},
    "a": 1,
    "an": 1,
    "half a": 0.5,
    "half an": 0.5,
    "half": 0.5,
    "半": 0.5,
}
_DURATION = re.compile(
    rf"(?P<number>[0-9]{{1,4}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\s*个?\s*(?P<unit>\D*)"
)
_UNITS = (("hours", 1), ("days", 24), ("weeks", 7 * 24))


def split_duration(context: CommandContext, arguments: Sequence[str]) -> tuple[tuple[str, ...], int | None]:
    """Split the arguments into (others, hours) if they end with a duration; otherwise hours are None. Part of an
    hour counts as a whole one."""
    for length in range(min(_MOST_WORDS, len(arguments) - 1), 0, -1):
        hours = _hours(context, " ".join(arguments[-length:]))
        if hours is not None:
            return tuple(arguments[:-length]), hours
    return tuple(arguments), None


def _hours(context: CommandContext, text: str) -> int | None:
    found = _DURATION.fullmatch(unicodedata.normalize("NFKC", text).casefold().strip())
    if found is None:
        return None
    said, unit = found["number"], normal(found["unit"])
    if not unit:
        return int(said) if said.isdecimal() else None
    number = int(said) if said.isdecimal() else _NUMBERS[said]
    return next(
        (math.ceil(number * hours) for name, hours in _UNITS if unit in typed(context, f"staff.{name}")), None
    )
