"""Who may do what where. A grant gives a role in a unit and all units below it."""

from collections.abc import Collection

from conversation.inbound import Address
from handlers.organisation.state import ROOT, Grant, Organisation, Person, Role

EVERYBODY: frozenset[Role] = frozenset({"owner", "admin", "recruiter", "support", "auditor", "analyst"})
MEETS: frozenset[Role] = EVERYBODY - {"analyst"}
"""Who may hear of candidates by name: in notices, or when one asks for help."""
LEADS: frozenset[Role] = frozenset({"owner", "admin"})
HIRES: frozenset[Role] = frozenset({"owner", "admin", "recruiter"})
READS: frozenset[Role] = frozenset({"owner", "admin", "recruiter", "auditor"})
"""Who may read candidates' names and answers."""
ANALYSES: frozenset[Role] = frozenset({"analyst"})
"""Who may see the figures of all their units together, but no candidate."""
FIGURES: frozenset[Role] = READS | ANALYSES
HELPS: frozenset[Role] = frozenset({"owner", "admin", "recruiter", "support"})
_RANK: dict[Role, int] = {"owner": 4, "admin": 3, "recruiter": 2, "support": 1, "auditor": 1, "analyst": 1}


class Scope:
    """The units in which a person has one of the given roles. Falsy if there are none."""

    def __init__(self, organisation: Organisation, person: Person, roles: Collection[Role]) -> None:
        self._organisation = organisation
        self.units = tuple(dict.fromkeys(grant.unit for grant in person.grants if grant.role in roles))

    def __bool__(self) -> bool:
        return bool(self.units)

    def covers(self, unit: str) -> bool:
        """Return whether the unit is one of these or below one. Unknown units are taken to be below the root."""
        return any(self._organisation.within(unit, above) for above in self.units)

    @property
    def whole(self) -> bool:
        """Whether the scope is the whole organisation."""
        return ROOT in self.units


def roles_at(organisation: Organisation, address: Address, unit: str) -> frozenset[Role]:
    """Return the roles that the readers of a chat have for candidates of the unit.

    In a private chat, these are the person's roles now. A group that gets notices is one of support staff if only
    such notices were chosen for it.
    """
    if person := organisation.person_at(address):
        return frozenset(grant.role for grant in person.grants if organisation.within(unit, grant.unit))
    chat = next((each for each in organisation.chats if each.address == address), None)
    return frozenset({"support"}) if chat and chat.help_only else EVERYBODY


def may_give(organisation: Organisation, person: Person, grant: Grant) -> bool:
    """Return whether a person may grant or revoke a right.

    Owners and admins may, in their own units, for roles no higher than their own.
    """
    return any(
        _RANK[own.role] >= _RANK[grant.role] and own.role in LEADS and organisation.within(grant.unit, own.unit)
        for own in person.grants
    )
