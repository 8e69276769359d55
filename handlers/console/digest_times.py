"""Where digests go, when each is due, and what period it covers."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from conversation.inbound import Address
from conversation.timing.schedule import at, to_ms
from handlers.notices.notices import Destination
from handlers.organisation.quiet_hours import NIGHT, Hours
from handlers.organisation.rights import READS, roles_at
from handlers.organisation.state import DIGEST, ROOT, Organisation

LATEST = time(18)
"""No digest is sent after this time of day. What it would have contained goes into the next one."""
_SATURDAY = 5
_MOST_MS = 7 * 86_400_000
"""Longest period that a digest covers, in milliseconds."""


class DigestPlace(NamedTuple):
    """A chat that gets digests. `minute` is when, in minutes of the day; the rest is as in `Chat`."""

    address: Address
    unit: str
    language: str
    minute: int
    since_ms: int = 0
    quiet: Hours = NIGHT


class Due(NamedTuple):
    """A digest to send now.

    `cause` identifies the digest, and is the same for every attempt to send it.
    `since_ms` is the start of the period that it covers (epoch milliseconds).
    `monday` says whether it is Monday's.
    """

    cause: str
    since_ms: int
    monday: bool


def places(organisation: Organisation, fixed: Iterable[Destination]) -> list[DigestPlace]:
    """Return the chats that get a digest: those of staff, and those named in the settings, `fixed`. The latter
    cover all units, in Chinese unless the settings name another language. No digest comes where nobody may read
    the unit's interviews."""
    moved = [each._replace(address=organisation.whereabouts(each.address)) for each in fixed if each.digest]
    found = {
        each.address: DigestPlace(each.address, ROOT, each.language or "zh", DIGEST, quiet=each.quiet)
        for each in moved
    }
    for chat in organisation.chats:
        reads = READS & roles_at(organisation, chat.address, chat.unit) and not chat.help_only
        if chat.address not in found and not reads:
            continue
        quiet = Hours(chat.quiet_from, chat.quiet_until)
        found[chat.address] = DigestPlace(
            chat.address, chat.unit, chat.language, chat.digest, chat.since_ms, quiet
        )
    return [place for place in found.values() if place.minute >= 0]


def due(place: DigestPlace, organisation: Organisation, now: int, zone: tzinfo) -> Due | None:
    """Return the digest that is due now, or None. There is at most one a day, on working days only, even if the
    clock is set back."""
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
