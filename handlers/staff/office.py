"""The organisation: units, people and their rights, what waits, and where notices go."""

from typing import Literal

import msgspec

from conversation.inbound import Address

NAME = "office"
"""The record's id: no interview has it, theirs are hexadecimal."""
ROOT = ""
"""The unit of the whole organisation, to which all others belong."""
Role = Literal["owner", "admin", "recruiter", "support", "auditor"]
ROLES: tuple[Role, ...] = ("owner", "admin", "recruiter", "support", "auditor")


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
