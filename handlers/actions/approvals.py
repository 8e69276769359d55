"""Which actions need a second colleague, and whether two colleagues are independent of each other.

A unit can require a second colleague for actions that reach many candidates. The second must not have received
their right from the first, who could otherwise invite a second account of their own and agree with themselves. The
reverse is allowed: managers approve the requests of people they have invited.
"""

from collections.abc import Collection, Iterable, Mapping

from handlers.actions.base import Action, Preview
from handlers.actions.context import Context, Refused
from handlers.organisation.audit import read_entries
from handlers.organisation.events import CodeMade, Granted, Joined, OrganisationEntry
from handlers.organisation.state import NAME, Grant, Organisation, Person, Role
from handlers.organisation.tokens import principal, token_of
from storage.ports import Store

GROWTH = 0.1
"""A confirmed action may reach at most this share more candidates than when it was requested."""
MOST_SECONDS = 10
BULK = 100
"""Actions that reach more candidates than this count as bulk."""
Givers = Mapping[tuple[str, Grant], str]
"""Who gave each person each right: a person's id, or an empty string for the command line."""


async def wants_second(context: Context, action: Action) -> Preview | None:
    """Return the preview of a confirmed action if it now needs a second colleague, else None.

    Raises Refused if a second colleague agreed but the action has since grown by more than GROWTH.
    """
    anywhere = any("bulk" in rules for rules in context.organisation.rules.values())
    if not (anywhere or context.asker):
        return None
    preview = await action.preview(context)
    reach = preview.reach if preview else None
    if preview is None or reach is None:
        return None
    if context.asker:
        if reach.number > context.asker.number * (1 + GROWTH):
            raise Refused("second.grown", before=context.asker.number, now=reach.number)
        return None
    ruled = reach.ruled or context.organisation.takes_two(reach.unit, "bulk")
    return preview if reach.number > BULK and ruled else None


def givers(entries: Iterable[OrganisationEntry]) -> Givers:
    """Return who gave each right that anyone ever had, from the organisation's record. The latest giver counts."""
    found: dict[tuple[str, Grant], str] = {}
    makers: dict[str, str] = {}
    for entry in entries:
        for event in entry.events:
            match event:
                case CodeMade():
                    makers[event.code_sha256] = event.by
                case Joined():
                    right = Grant(event.role, event.unit)
                    found[event.person, right] = makers.get(event.code_sha256, "")
                case Granted():
                    found[event.person, Grant(event.role, event.unit)] = entry.by
    return found


def is_independent(
    organisation: Organisation, given: Givers, second: Person, first: str, roles: Collection[Role], unit: str
) -> bool:
    """Return whether `second` has a right in the unit that does not come, even indirectly, from `first`."""
    first = principal(organisation, first)
    if second.id == first or token_of(second.id):  # it takes two people, not a person and a program
        return False
    rights = [each for each in second.grants if each.role in roles and organisation.within(unit, each.unit)]
    return any(not _comes_from(given, second.id, right, first) for right in rights)


def _comes_from(given: Givers, person: str, right: Grant, first: str, seen: frozenset[str] = frozenset()) -> bool:
    """Return whether a right was given by `first`, or by someone all of whose rights come from `first`."""
    giver = given.get((person, right), "")
    if giver == first:
        return True
    rights = [grant for holder, grant in given if holder == giver]
    if not rights or giver in seen:
        return False
    seen |= {person, giver}
    return all(_comes_from(given, giver, each, first, seen) for each in rights)


async def independent(
    context: Context, people: Iterable[Person], first: str, roles: Collection[Role], unit: str
) -> list[Person]:
    """Return those of the people who can second an action of `first`, in the given order."""
    given = givers(read_entries(await context.tools.store.interviews.entries(NAME)))
    return [each for each in people if is_independent(context.organisation, given, each, first, roles, unit)]


class Seconds:
    """Finds out who can be the second colleague. Reads the organisation's record once, when it is needed."""

    def __init__(self, store: Store, organisation: Organisation) -> None:
        self._store = store
        self._organisation = organisation
        self._given: Givers | None = None

    async def of(self, first: str, roles: Collection[Role], unit: str) -> list[Person]:
        """Return who can second an action of `first` in the unit, by name: at most MOST_SECONDS people who can be
        written to."""
        if self._given is None:
            self._given = givers(read_entries(await self._store.interviews.entries(NAME)))
        found = [
            each
            for each in self._organisation.people.values()
            if each.addresses and is_independent(self._organisation, self._given, each, first, roles, unit)
        ]
        return sorted(found, key=lambda each: (each.name.casefold(), each.id))[:MOST_SECONDS]


async def check_independent(context: Context, first: str, roles: Collection[Role], unit: str) -> None:
    """Raise Refused if the person of the context cannot second an action of `first`."""
    if first != context.person.id and not await independent(context, [context.person], first, roles, unit):
        raise Refused("second.dependent")
