"""The staff's working hours: shifts by weekday, in the staff's own time zone."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from conversation.words import Words

DAY_MIN = 24 * 60
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
WORKING_DAYS = (1, 2, 3, 4, 5)
WEEKEND = (6, 7)
_AHEAD = 8  # days to look ahead: enough to find the next shift of one weekday


class Shift(msgspec.Struct, frozen=True, array_like=True):
    """A shift that begins on each of the weekdays `days` (ISO: Monday is 1).

    It lasts from minute `from_min` of the day to minute `until_min`, on the next day if that is not later.
    """

    days: tuple[int, ...] = EVERY_DAY
    from_min: int = 0
    until_min: int = DAY_MIN

    @property
    def always(self) -> bool:
        return self.days == EVERY_DAY and self.from_min == self.until_min % DAY_MIN


class Staffing(msgspec.Struct, frozen=True):
    """The hours in which requests for help are answered.

    `there_ms` is when somebody will next be on duty (epoch milliseconds); 0 means that somebody is now.
    """

    shifts: tuple[Shift, ...]
    there_ms: int = 0


def covers(shift: Shift, moment: datetime) -> bool:
    """Whether the local time `moment` is within the shift."""
    spans = (_span(shift, moment, moment.date() - timedelta(days=back)) for back in (0, 1))
    return any(begin <= moment < end for begin, end in filter(None, spans))


def next_begin(shifts: Iterable[Shift], moment: datetime) -> datetime | None:
    """Return when the next of these shifts begins after the local time `moment`, or None if there are none."""
    days = [moment.date() + timedelta(days=ahead) for ahead in range(_AHEAD)]
    spans = filter(None, (_span(shift, moment, day) for shift in shifts for day in days))
    return min((begin for begin, _ in spans if begin > moment), default=None)


def _span(shift: Shift, moment: datetime, day: date) -> tuple[datetime, datetime] | None:
    """Return the beginning and end of the shift that begins on `day`, or None if none does."""
    if day.isoweekday() not in shift.days:
        return None
    length = (shift.until_min - shift.from_min - 1) % DAY_MIN + 1
    return _at(day, shift.from_min, moment), _at(day, shift.from_min + length, moment)


def _at(day: date, minutes: int, moment: datetime) -> datetime:
    """Return the wall-clock time `minutes` after midnight of `day`, in the time zone of `moment`."""
    days, minutes = divmod(minutes, DAY_MIN)
    later = day + timedelta(days=days)
    return datetime(later.year, later.month, later.day, minutes // 60, minutes % 60, tzinfo=moment.tzinfo)


def described(shifts: Sequence[Shift], words: Words) -> str:
    """Return the shifts in words, each once: "on weekdays 9:00-18:00, on Sat 10:00-14:00"."""
    joint = words.text("shift.joint")
    return joint.join(dict.fromkeys(_described(each, words) for each in shifts))


def _described(shift: Shift, words: Words) -> str:
    if shift.always:
        return words.text("shift.always")
    begin, end = _clock(shift.from_min), _clock(shift.until_min)
    return words.plain("shift.hours", days=_days(shift.days, words), begin=begin, end=end)


def _days(days: tuple[int, ...], words: Words) -> str:
    named = {EVERY_DAY: "every", WORKING_DAYS: "working", WEEKEND: "weekend"}.get(days)
    if named:
        return words.text(f"shift.days.{named}")
    names = [words.text(f"shift.day.{day}") for day in days]
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return words.plain("shift.days.range", first=names[0], last=names[-1])
    return words.text("shift.joint").join(names)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
