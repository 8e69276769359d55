"""What each act does to the organisation."""

from typing import TypeVar, assert_never

from msgspec.structs import replace

from handlers.staff.acts import (
    Acted,
    AnyOfficeEvent,
    Asked,
    ChatChosen,
    ChatLeft,
    CodeMade,
    CodeWithdrawn,
    Confirmed,
    Granted,
    Joined,
    LanguageSet,
    Revoked,
    UnitAdded,
    UnitRemoved,
    Withdrawn,
)
from handlers.staff.office import Chat, Code, Grant, Office, Person, Ticket


def evolve(office: Office, event: AnyOfficeEvent, at_ms: int) -> Office:
    """The office after one event. What is out of date goes when something new comes."""
    match event:
        case CodeMade():
            code = Code(event.role, event.unit, event.until_ms, event.by)
            valid = {name: each for name, each in office.codes.items() if each.until_ms > at_ms}
            return replace(office, codes={**valid, event.code_sha256: code})
        case CodeWithdrawn():
            return replace(office, codes=_without(office.codes, event.code_sha256))
        case Joined():
            return _joined(office, event)
        case Granted():
            return _granted(office, event.person, Grant(event.role, event.unit))
        case Revoked():
            return _revoked(office, event.person, Grant(event.role, event.unit))
        case UnitAdded():
            return replace(office, units={**office.units, event.unit: event.parent})
        case UnitRemoved():
            return replace(office, units=_without(office.units, event.unit))
        case LanguageSet():
            person = replace(office.people[event.person], language=event.language)
            return replace(office, people={**office.people, event.person: person})
        case ChatChosen():
            others = tuple(chat for chat in office.chats if chat.address != event.address)
            return replace(office, chats=(*others, Chat(event.address, event.unit, event.language)))
        case ChatLeft():
            return replace(office, chats=tuple(chat for chat in office.chats if chat.address != event.address))
        case Asked():
            ticket = Ticket(event.line, event.person, event.until_ms)
            valid_tickets = {name: each for name, each in office.tickets.items() if each.until_ms > at_ms}
            return replace(office, tickets={**valid_tickets, event.ticket: ticket})
        case Confirmed() | Withdrawn():
            return replace(office, tickets=_without(office.tickets, event.ticket))
        case Acted():
            return office
        case _:
            assert_never(event)


def _joined(office: Office, event: Joined) -> Office:
    known = office.people.get(event.person) or Person(event.person, event.name, event.language)
    addresses = tuple(dict.fromkeys((*known.addresses, event.address)))
    people = {**office.people, event.person: replace(known, addresses=addresses)}
    joined = replace(office, people=people, codes=_without(office.codes, event.code_sha256))
    return _granted(joined, event.person, Grant(event.role, event.unit))


def _granted(office: Office, person_id: str, grant: Grant) -> Office:
    person = office.people[person_id]
    grants = tuple(dict.fromkeys((*person.grants, grant)))
    return replace(office, people={**office.people, person_id: replace(person, grants=grants)})


def _revoked(office: Office, person_id: str, grant: Grant) -> Office:
    """Who has no right left is no longer there at all."""
    person = office.people[person_id]
    grants = tuple(each for each in person.grants if each != grant)
    if not grants:
        return replace(office, people=_without(office.people, person_id))
    return replace(office, people={**office.people, person_id: replace(person, grants=grants)})


_Value = TypeVar("_Value")


def _without(values: dict[str, _Value], key: str) -> dict[str, _Value]:
    return {name: value for name, value in values.items() if name != key}
