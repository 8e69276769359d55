"""Types of settings, which say what a right value is."""

from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator


def _known_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is not a time zone of the IANA list") from None
    return value


ZoneName = Annotated[str, AfterValidator(_known_zone)]
"""The name of a time zone in the IANA list."""
