"""Who is on duty: who answers candidates that ask for help, at what hours, and who is notified next."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from conversation.inbound import Address
from conversation.timing.schedule import to_ms
from conversation.timing.working_hours import Shift, Staffing, covers, next_begin
from handlers.notices.help import NOBODY, OnDuty
from handlers.organisation.rights import HELPS, LEADS, Scope
from handlers.organisation.state import ROOT, Duty, Organisation, Person


def valid(organisation: Organisation) -> Iterator[tuple[Duty, Person]]:
    """Yield each duty with its person, skipping people who no longer have the right to help in that unit."""
    for duty in organisation.duty:
        person = organisation.people.get(duty.person)
        if person and Scope(organisation, person, HELPS).covers(duty.unit):
            yield duty, person


def on_duty(organisation: Organisation, unit: str, moment: datetime) -> OnDuty:
    """Return who is on duty for a candidate of the unit at this local time.

    `now` holds the people of the nearest unit, going up the tree, that has someone on duty. `further` holds those
    on duty in the units above it and the admins of the nearest unit that has any. Both are empty if duty hours are
    set but none of them covers this time.
    """
    above = list(_upwards(organisation, unit))
    there = [(duty.unit, person) for duty, person in valid(organisation) if covers(duty.shift, moment)]
    levels = [people for each in above if (people := [person for at, person in there if at == each])]
    admins = _admins(organisation, above)
    if not levels and hours(organisation, unit):
        return NOBODY._replace(leads=_chats(admins))
    first = levels[0] if levels else []
    further = [person for people in levels[1:] for person in people]
    return OnDuty(_chats(first), _chats([*further, *admins]), _names(first), _chats(admins))


def staffing(organisation: Organisation, unit: str, moment: datetime) -> Staffing | None:
    """Return when someone is on duty for a candidate of the unit.

    Returns None if there is nothing to announce: no hours are set, some are around the clock, or none begin soon.
    """
    shifts = hours(organisation, unit)
    if not shifts or any(shift.always for shift in shifts):
        return None
    if any(covers(shift, moment) for shift in shifts):
        return Staffing(shifts)
    begin = next_begin(shifts, moment)
    return Staffing(shifts, to_ms(begin)) if begin else None


def hours(organisation: Organisation, unit: str) -> tuple[Shift, ...]:
    """Return all duty hours that apply to a candidate of the unit, including those of the units above it."""
    return tuple(duty.shift for duty, _ in valid(organisation) if organisation.within(unit, duty.unit))


def _upwards(organisation: Organisation, unit: str) -> Iterator[str]:
    """Yield the unit and the units above it, up to the root."""
    while unit != ROOT:
        yield unit
        unit = organisation.units.get(unit, ROOT)
    yield ROOT


def _admins(organisation: Organisation, above: Iterable[str]) -> list[Person]:
    """Return the owners and admins of the first of these units that has any."""
    for unit in above:
        found = [
            person
            for person in organisation.people.values()
            if any(grant.role in LEADS and grant.unit == unit for grant in person.grants)
        ]
        if found:
            return found
    return []


def _chats(people: Iterable[Person]) -> dict[Address, str]:
    """Return people's private chats and languages. A person's own address is their private chat with the bot."""
    return {person.addresses[0]: person.language for person in people if person.addresses}


def _names(people: Iterable[Person]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person.name for person in people))
