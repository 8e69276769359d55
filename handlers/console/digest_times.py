"""When a place's digest is due, and of what time it tells."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from conversation.inbound import Address
from conversation.timing.schedule import at, to_ms
from handlers.notices.notices import Destination
from handlers.organisation.quiet_hours import NIGHT, Hours
from handlers.organisation.state import DIGEST, ROOT, Organisation

LATEST = time(18)
"""What could not go out until then is told with the next one."""
_SATURDAY = 5
_MOST_MS = 7 * 86_400_000
"""No digest tells of a longer time."""


class Place(NamedTuple):
    """As `Chat`: `minute` is when the digest comes."""

    address: Address
    unit: str
    language: str
    minute: int
    since_ms: int = 0
    quiet: Hours = NIGHT


class Due(NamedTuple):
    """`cause` is the same for every attempt at the same digest; it tells of what was after `since_ms`."""

    cause: str
    since_ms: int
    monday: bool


def places(organisation: Organisation, fixed: Iterable[Destination]) -> list[Place]:
    """The staff's chats, and those that the settings name: for all units, in Chinese unless they say otherwise."""
    found = {
        each.address: Place(each.address, ROOT, each.language or "zh", DIGEST, quiet=each.quiet)
        for each in fixed
        if each.digest
    }
    for chat in organisation.chats:
        quiet = Hours(chat.quiet_from, chat.quiet_until)
        found[chat.address] = Place(chat.address, chat.unit, chat.language, chat.digest, chat.since_ms, quiet)
    return [place for place in found.values() if place.minute >= 0]


def due(place: Place, organisation: Organisation, now: int, zone: tzinfo) -> Due | None:
    """None: there is no digest to send now. One a day, on working days, whatever clocks do."""
    today = at(now, zone).date()
    moment = _moment(today, place.minute, zone)
    late = to_ms(datetime.combine(today, LATEST, zone))
    last = organisation.digests.get(str(place.address), 0)
    told = bool(last) and at(last, zone).date() >= today
    if today.weekday() >= _SATURDAY or told or moment <= place.since_ms or not moment <= now < late:
        return None
    before = last or _moment(_working_day_before(today), place.minute, zone)
    since_ms = max(before, place.since_ms, now - _MOST_MS)
    return Due(f"digest:{today.isoformat()}:{place.address}", since_ms, today.weekday() == 0)


def _moment(day: date, minute: int, zone: tzinfo) -> int:
    return to_ms(datetime.combine(day, time(minute // 60, minute % 60), zone))


def _working_day_before(day: date) -> date:
    before = day - timedelta(days=1)
    return _working_day_before(before) if before.weekday() >= _SATURDAY else before
