"""The organisation's own record: units, people, rights, and every action of staff, as a chain of entries.

It is recorded like an interview: entries are hash-chained, and folding them gives the state, always.
"""

import hashlib
from collections.abc import Iterable
from typing import Literal, TypeVar, assert_never

import msgspec
from msgspec.structs import replace

from conversation.audit import HASH_BYTES, genesis, link
from conversation.errors import ChainBroken
from conversation.inbound import Address

NAME = "office"
"""The record's id: no interview has it, theirs are hexadecimal."""
ROOT = ""
"""The unit of the whole organisation, to which all others belong."""
Role = Literal["owner", "admin", "recruiter", "support", "auditor"]
ROLES: tuple[Role, ...] = ("owner", "admin", "recruiter", "support", "auditor")


# the state


class Grant(msgspec.Struct, frozen=True, array_like=True):
    """A role in a unit and all below it."""

    role: Role
    unit: str


class Person(msgspec.Struct, frozen=True, omit_defaults=True):
    id: str
    name: str
    language: str = "zh"
    addresses: tuple[Address, ...] = ()
    grants: tuple[Grant, ...] = ()


class Code(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a one-time code gives to whoever sends it first, until `until_ms` (epoch), while `by` (empty: the
    command line) may still give that."""

    role: Role
    unit: str
    until_ms: int
    by: str = ""


class Ticket(msgspec.Struct, frozen=True, omit_defaults=True):
    """A command line that waits for its confirmation."""

    line: str
    person: str
    until_ms: int


class Chat(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the notices of a unit (and those below it) go."""

    address: Address
    unit: str
    language: str = "zh"


class Office(msgspec.Struct, frozen=True, omit_defaults=True):
    """The organisation now. `units` gives each unit's parent; codes are kept as SHA-256 (hex)."""

    units: dict[str, str] = {}
    people: dict[str, Person] = {}
    codes: dict[str, Code] = {}
    tickets: dict[str, Ticket] = {}
    chats: tuple[Chat, ...] = ()

    @property
    def campaign(self) -> str:
        """Under which its counters are kept: it has none of its own."""
        return NAME

    def person_at(self, address: Address) -> Person | None:
        return next((each for each in self.people.values() if address in each.addresses), None)

    def within(self, unit: str, above: str) -> bool:
        """Whether `unit` is `above` or somewhere below it. A unit that is not in the tree is the root's."""
        while unit != above:
            if unit == ROOT:
                return False
            unit = self.units.get(unit, ROOT)
        return True


class OfficeRecord(msgspec.Struct, frozen=True):
    state: Office
    version: int
    head: bytes


# what happens


class OfficeEvent(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="e"):
    """Base of all; `e` names the event in the record."""


class CodeMade(OfficeEvent, frozen=True, tag="code"):
    code_sha256: str
    role: Role
    unit: str
    until_ms: int
    by: str = ""


class CodeWithdrawn(OfficeEvent, frozen=True, tag="code_withdrawn"):
    code_sha256: str


class Joined(OfficeEvent, frozen=True, tag="joined"):
    """Somebody used a code: a new person, or a further address or right of one who is there already."""

    person: str
    address: Address
    name: str
    language: str
    role: Role
    unit: str
    code_sha256: str


class Granted(OfficeEvent, frozen=True, tag="granted"):
    person: str
    role: Role
    unit: str


class Revoked(OfficeEvent, frozen=True, tag="revoked"):
    person: str
    role: Role
    unit: str


class UnitAdded(OfficeEvent, frozen=True, tag="unit"):
    unit: str
    parent: str


class UnitRemoved(OfficeEvent, frozen=True, tag="unit_removed"):
    unit: str


class LanguageSet(OfficeEvent, frozen=True, tag="language"):
    person: str
    language: str


class ChatChosen(OfficeEvent, frozen=True, tag="chat"):
    """Notices of the unit go here from now on."""

    address: Address
    unit: str
    language: str


class ChatLeft(OfficeEvent, frozen=True, tag="chat_left"):
    address: Address


class Asked(OfficeEvent, frozen=True, tag="asked"):
    """A command waits for its confirmation."""

    ticket: str
    person: str
    line: str
    until_ms: int


class Confirmed(OfficeEvent, frozen=True, tag="confirmed"):
    ticket: str


class Withdrawn(OfficeEvent, frozen=True, tag="withdrawn"):
    ticket: str


class Acted(OfficeEvent, frozen=True, tag="acted"):
    """A command was given. `line` is it, without secrets; `outcome`: done, asked, refused, failed."""

    line: str
    outcome: str


AnyOfficeEvent = (
    CodeMade
    | CodeWithdrawn
    | Joined
    | Granted
    | Revoked
    | UnitAdded
    | UnitRemoved
    | LanguageSet
    | ChatChosen
    | ChatLeft
    | Asked
    | Confirmed
    | Withdrawn
    | Acted
)


class OfficeEntry(msgspec.Struct, frozen=True, omit_defaults=True, rename={"at_ms": "at", "events": "ev"}):
    """One step: what one command (or the command line: `by` is then `cli`) caused."""

    n: int
    at_ms: int
    by: str
    cause: str
    events: tuple[AnyOfficeEvent, ...]
    v: int = 1


# what it does to the state


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


# the chain

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(OfficeEntry).decode
_decode_state = msgspec.msgpack.Decoder(Office).decode


def new_office() -> OfficeRecord:
    return OfficeRecord(Office(), 0, genesis(NAME))


def decode_state(state: bytes) -> Office:
    return _decode_state(state)


def seal(previous: bytes, entry: OfficeEntry) -> tuple[bytes, bytes]:
    """(the entry as it is stored, its hash)."""
    payload = _encode(entry)
    digest = link(previous, payload)
    return digest + payload, digest


def verify(stored: Iterable[bytes], record: OfficeRecord) -> list[OfficeEntry]:
    """All entries, if the chain holds and leads to the record. Raises ChainBroken."""
    previous, office, entries = genesis(NAME), Office(), list[OfficeEntry]()
    for number, blob in enumerate(stored, start=1):
        if link(previous, blob[HASH_BYTES:]) != blob[:HASH_BYTES]:
            raise ChainBroken(NAME, number, "its hash does not follow from the entry before it")
        previous = blob[:HASH_BYTES]
        entry = _read(number, blob[HASH_BYTES:])
        for event in entry.events:
            office = evolve(office, event, entry.at_ms)
        entries.append(entry)
    if len(entries) != record.version or previous != record.head:
        raise ChainBroken(NAME, len(entries) + 1, f"{record.version} entries were committed")
    if office != record.state:
        raise ChainBroken(NAME, len(entries), "the stored state is not what the record says")
    return entries


def _read(number: int, payload: bytes) -> OfficeEntry:
    try:
        entry = _decode(payload)
    except msgspec.MsgspecError:
        raise ChainBroken(NAME, number, "it cannot be read") from None
    if entry.n != number:
        raise ChainBroken(NAME, number, f"it says that it is entry {entry.n}")
    return entry


def digest(code: str) -> str:
    """What is kept of a one-time code: SHA-256, hex."""
    return hashlib.sha256(code.encode()).hexdigest()


def read_entries(stored: Iterable[bytes]) -> list[OfficeEntry]:
    """The entries, unverified."""
    return [_decode(blob[HASH_BYTES:]) for blob in stored]
