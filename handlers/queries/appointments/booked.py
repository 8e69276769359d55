"""Appointments that colleagues are to know of: those of the next days, and those that changed lately."""

from datetime import datetime, time, timedelta, tzinfo
from typing import Literal

import msgspec

from conversation.inbound import Slot
from conversation.state import State
from conversation.timing.schedule import at, to_ms

MOST = 10
"""How many of each are listed."""
DAYS = 4
"""Today, and how many days are looked ahead with it: on Friday as far as Monday."""


class BookedTime(msgspec.Struct, frozen=True):
    """A candidate's appointment for the next round.

    - `slot`: when and where; of a cancelled or withdrawn one, the time that it was for.
    - `change`: how it changed last, at `at_ms` (epoch milliseconds): booked, moved, cancelled, or withdrawn by a
      colleague. `former`: of a moved one, the time before.
    """

    interview: str
    name: str
    campaign: str
    slot: Slot
    change: Literal["booked", "moved", "cancelled", "withdrawn"]
    at_ms: int
    former: Slot | None = None


class BookedTimes(msgspec.Struct, frozen=True):
    """How many there are, and the first ones."""

    total: int
    first: tuple[BookedTime, ...]


NO_TIMES = BookedTimes(0, ())


def booked_time(state: State) -> BookedTime | None:
    """Return the candidate's appointment or, if they gave it up, what it was; None if they never had one."""
    appointment = state.appointment
    slot = (appointment.held or appointment.former) if appointment else None
    if appointment is None or slot is None:
        return None
    change, at_ms = appointment.changed or "booked", appointment.changed_ms or appointment.since_ms
    former = appointment.former if change == "moved" else None
    return BookedTime(state.interview, state.name, state.campaign, slot, change, at_ms, former)


def upcoming(found: list[BookedTime], now: int, zone: tzinfo) -> BookedTimes:
    """Return the appointments of today and the next days that are not over, in order."""
    last = at(now, zone).date() + timedelta(days=DAYS)
    until_ms = to_ms(datetime.combine(last, time(), zone))
    valid = [
        each
        for each in found
        if each.change in ("booked", "moved") and each.slot.ends_ms > now and each.slot.starts_ms < until_ms
    ]
    valid.sort(key=lambda each: (each.slot.starts_ms, each.slot.where, each.interview))
    return BookedTimes(len(valid), tuple(valid[:MOST]))


def changed(found: list[BookedTime], since_ms: int, now: int) -> BookedTimes:
    """Return the appointments that changed since then and are not over, latest change first."""
    lately = [each for each in found if each.at_ms > since_ms and each.slot.ends_ms > now]
    lately.sort(key=lambda each: (-each.at_ms, each.interview))
    return BookedTimes(len(lately), tuple(lately[:MOST]))
