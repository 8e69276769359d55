"""Hours during which staff are not to be disturbed."""

from datetime import tzinfo
from typing import NamedTuple

from conversation.timing.schedule import at

DAY = 24 * 60


class Hours(NamedTuple):
    """A daily period of local time, in minutes after midnight, `end` excluded.

    It spans midnight if `end` is smaller than `start`, and is empty if they are equal.
    """

    start: int
    end: int

    def covers(self, ms: int, zone: tzinfo) -> bool:
        clock = at(ms, zone)
        minute = clock.hour * 60 + clock.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


NIGHT = Hours(22 * 60, 8 * 60)
