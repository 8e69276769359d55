"""Times for the next round: who holds a place in which, and which are free."""

from collections.abc import Iterable

from conversation.inbound import Slot
from conversation.timing.slots import NOTICE_MS
from handlers.organisation.open_slots import Place
from handlers.organisation.state import Organisation

MOST_OFFERED = 60
"""How many times a candidate is offered at most."""
KEPT_MS = 7 * 24 * 3600_000
"""How long a time that is over stays in the organisation's state, in milliseconds."""


def holders(organisation: Organisation, slot: str) -> tuple[str, ...]:
    """Return the interviews that hold a place in the slot."""
    return tuple(interview for interview, place in organisation.places.items() if place.slot == slot)


def free(organisation: Organisation, campaign: str, now: int) -> tuple[Slot, ...]:
    """Return the campaign's times that can still be booked, in order, at most MOST_OFFERED."""
    taken = _taken(organisation)
    found = [
        each.named(slot)
        for slot, each in organisation.slots.items()
        if each.campaign == campaign and each.starts_ms - NOTICE_MS > now and taken.get(slot, 0) < each.places
    ]
    return tuple(sorted(found, key=lambda each: (each.starts_ms, each.where, each.id))[:MOST_OFFERED])


def held(organisation: Organisation, interview: str) -> Slot | None:
    """Return the time at which the interview's candidate is expected."""
    place = organisation.places.get(interview)
    slot = organisation.slots.get(place.slot) if place else None
    return slot.named(place.slot) if place and slot else None


def _taken(organisation: Organisation) -> dict[str, int]:
    taken: dict[str, int] = {}
    for place in organisation.places.values():
        taken[place.slot] = taken.get(place.slot, 0) + 1
    return taken


def without(places: dict[str, Place], slots: Iterable[str]) -> dict[str, Place]:
    """Return the places with those in these slots given up. The numbers of requests stay."""
    gone = {*slots}
    return {
        interview: Place("", place.number) if place.slot in gone else place for interview, place in places.items()
    }
