"""What takes two colleagues, and whether they are two people.

What reaches many candidates at once takes a second colleague in units that want that. The second may not have
their right from the one who asks: anybody could invite a second account of their own and agree with
themselves. The other way round is allowed, because that is how a manager approves what people ask whom they
have invited.
"""

from collections.abc import Collection, Iterable, Mapping

from handlers.actions.base import Action, Preview
from handlers.actions.context import Context, Refused
from handlers.organisation.audit import read_entries
from handlers.organisation.events import CodeMade, Granted, Joined, OrganisationEntry
from handlers.organisation.state import NAME, Grant, Organisation, Person, Role

GROWTH = 0.1
"""By more than this share what a second colleague agreed to must not have grown."""
BULK = 100
"""More candidates than that are many."""
Givers = Mapping[tuple[str, Grant], str]
"""By whom a person was given a right; the command line is the empty string."""


async def wants_second(context: Context, action: Action) -> Preview | None:
    """The preview of a confirmed action that has to wait for a second colleague now. Raises Refused: it reaches
    more than they agreed to."""
    ruled = any("bulk" in rules for rules in context.organisation.rules.values())
    if not (ruled or context.asker):
        return None
    preview = await action.preview(context)
    reach = preview.reach if preview else None
    if preview is None or reach is None:
        return None
    if context.asker:
        if reach.number > context.asker.number * (1 + GROWTH):
            raise Refused("second.grown", before=context.asker.number, now=reach.number)
        return None
    return preview if reach.number > BULK and context.organisation.takes_two(reach.unit, "bulk") else None


def givers(entries: Iterable[OrganisationEntry]) -> Givers:
    """Who gave each right that anybody ever had, from the organisation's record. The latest giver counts."""
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
    """Whether `second` has a right for the unit that does not come from `first`, directly or through others."""
    if second.id == first:
        return False
    rights = [each for each in second.grants if each.role in roles and organisation.within(unit, each.unit)]
    return any(not _comes_from(given, second.id, right, first) for right in rights)


def _comes_from(given: Givers, person: str, right: Grant, first: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a right was given by `first`, or by somebody all of whose rights come from there."""
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
    """Those who can be the second to `first`, in their order."""
    given = givers(read_entries(await context.tools.store.interviews.entries(NAME)))
    return [each for each in people if is_independent(context.organisation, given, each, first, roles, unit)]


async def check_independent(context: Context, first: str, roles: Collection[Role], unit: str) -> None:
    """Raises Refused where the person of the context cannot be the second to `first`."""
    if first != context.person.id and not await independent(context, [context.person], first, roles, unit):
        raise Refused("second.dependent")
