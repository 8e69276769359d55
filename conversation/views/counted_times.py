"""The day and the hour under which a moment is counted, in the staff's time zone."""

from datetime import tzinfo
from functools import lru_cache

from conversation.timing.schedule import at

_QUARTER_MS = 15 * 60_000


def day_of(ms: int, zone: tzinfo) -> str:
    """Return the day (ISO date) under which a time (epoch milliseconds) is counted."""
    return _local(ms // _QUARTER_MS, zone)[0]


def hour_of(ms: int, zone: tzinfo) -> str:
    """Return the hour (00 to 23) under which a time (epoch milliseconds) is counted."""
    return _local(ms // _QUARTER_MS, zone)[1]


@lru_cache(1024)
def _local(quarter: int, zone: tzinfo) -> tuple[str, str]:
    """Return the (day, hour) of a quarter of an hour, numbered from the epoch.

    In no time zone does either of them change within a quarter of an hour.
    """
    local = at(quarter * _QUARTER_MS, zone)
    return local.date().isoformat(), f"{local.hour:02d}"
