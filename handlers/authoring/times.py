"""Times in scripts: durations, the days until a result, and how long interviews are kept."""

import re
from typing import Literal

from pydantic_core import PydanticCustomError

from conversation.script import Retention
from handlers.authoring.faults import Phrase, closest, say, short, shown

UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
YEAR_SECONDS = 366 * 86400
MOST_RESULT_DAYS = 60
_DURATION = re.compile(r"([0-9]{1,6})\s?([smhd])", re.ASCII)
_DAYS = re.compile(r"([0-9]{1,3})\s*(workdays?|days?|d)", re.ASCII)
_RETENTION = re.compile(r"([0-9]{1,4})\s*(days?|d|months?|years?)", re.ASCII)
_MOST_RETAINED = {"days": 3650, "months": 120, "years": 10}


def complaint(what: Phrase, write: Phrase) -> PydanticCustomError:
    """Return an error that has its own wording, which `explain` passes on."""
    return PydanticCustomError("complaint", "complaint", {"what": what, "write": write})


def seconds(text: str) -> int:
    """Return a duration like `10m` in seconds. Raises a complaint if it is not one or is longer than a year."""
    found = _DURATION.fullmatch(text.strip())
    length = int(found[1]) * UNIT_SECONDS[found[2]] if found else 0
    if not 0 < length <= YEAR_SECONDS:
        raise complaint(say("duration", text=shown(text)), say("duration.write"))
    return length


def result_days(text: str) -> tuple[int, bool]:
    """Parse `5 workdays` or `7 days`. Returns the number, and whether they are working days.

    Raises a complaint if it is neither, or not within 1 to MOST_RESULT_DAYS.
    """
    found = _DAYS.fullmatch(text.strip().lower())
    if not found:
        number, _, unit = text.strip().partition(" ")
        meant = closest(unit, ("workdays", "days")) if number.isdecimal() else None
        write = say("meant", name=f"`{short(number)} {meant}`") if meant else say("days.write")
        raise complaint(say("days", text=shown(text)), write)
    days = int(found[1])
    if not 1 <= days <= MOST_RESULT_DAYS:
        raise complaint(say("days.many", text=shown(text)), say("days.many.write", most=MOST_RESULT_DAYS))
    return days, found[2].startswith("workday")


def retention(text: str) -> Retention:
    """Parse `6 months`, `180 days` or `2 years`. Raises a complaint if it is neither, or more than ten years."""
    found = _RETENTION.fullmatch(text.strip().lower())
    if not found:
        raise complaint(say("retention", text=shown(text)), say("retention.write"))
    units: dict[str, Literal["days", "months", "years"]] = {"d": "days", "m": "months", "y": "years"}
    number, unit = int(found[1]), units[found[2][0]]
    if not 1 <= number <= _MOST_RETAINED[unit]:
        raise complaint(say("retention.long", text=shown(text)), say("retention.write"))
    return Retention(number, unit)
