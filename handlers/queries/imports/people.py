"""People who were imported, within the units that a person may see."""

from collections.abc import Collection
from typing import ClassVar

import msgspec

from conversation.state import State
from conversation.words import normal
from handlers import contacts
from handlers.actions.context import Context, Refused
from handlers.imports import records
from handlers.imports.model import ImportedPerson
from handlers.organisation.rights import READS
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.interviews import Member, member

_LEAST = 2


class LinkedInterview(msgspec.Struct, frozen=True):
    """A candidate's interview, which was decided to be the same person's."""

    interview: str
    campaign: str
    phase: str


class ImportedCard(Answer, frozen=True):
    """An imported person with all that is known of them from before.

    - `at_ms`, `by`: when and by whom they were imported (epoch milliseconds).
    - `same`: others who were imported and decided to be the same person, and `now` interviews here.
    """

    person: ImportedPerson
    at_ms: int
    by: Member
    same: tuple[ImportedPerson, ...] = ()
    now: tuple[LinkedInterview, ...] = ()


class ShowImported(Query, frozen=True, tag="show_imported"):
    """Show somebody who was imported, by id."""

    person: str
    roles: ClassVar[frozenset[Role]] = READS

    async def answer(self, context: Context) -> ImportedCard:
        found = await imported_person(context, self.roles, self.person)
        source = context.organisation.imports[found.source]
        linked = await records.same_as(context.tools.store, found.id)
        same = await _visible(context, linked)
        loaded = await context.tools.store.interviews.load_many(linked) if linked else []
        scope = context.scope(self.roles)
        states = [each.state for each in loaded if scope.covers(each.state.unit) and each.state.phase != "erased"]
        now = tuple(LinkedInterview(each.interview, each.campaign, each.phase) for each in states)
        return ImportedCard(found, source.at_ms, member(context, source.by), tuple(same), now)


async def imported_person(context: Context, roles: Collection[Role], name: str) -> ImportedPerson:
    """Return the imported person with this id. Raises Refused if there is none in the units of these roles."""
    found = await records.person(context.tools.store, context.organisation, name)
    if found is None or not context.scope(roles).covers(found.unit):
        raise Refused("imported.unknown")
    return found


async def find_imported(context: Context, roles: Collection[Role], text: str) -> list[ImportedPerson]:
    """Return those who were imported and have this id or whole name; without any, those whose name, phone number
    or e-mail address contains it. By name."""
    wanted, scope = normal(text), context.scope(roles)
    if not context.organisation.imports or len(wanted) < _LEAST:
        return []
    if by_id := await records.person(context.tools.store, context.organisation, text.strip().lower()):
        return [by_id] if scope.covers(by_id.unit) else []
    exact, near = list[ImportedPerson](), list[ImportedPerson]()
    async for each in records.all_people(context.tools.store, context.organisation):
        if not scope.covers(each.unit):
            continue
        if normal(each.name) == wanted:
            exact.append(each)
        elif wanted in normal(each.name) or contacts.has(text, (each.phone, each.email)):
            near.append(each)
    return sorted(exact or near, key=lambda each: (each.name, each.row, each.id))


async def earlier(context: Context, state: State) -> list[ImportedPerson]:
    """Return those imported who were decided to be the candidate, as far as the person may see them."""
    if not context.organisation.imports:
        return []
    return await _visible(context, await records.same_as(context.tools.store, state.interview))


async def _visible(context: Context, names: list[str]) -> list[ImportedPerson]:
    scope = context.scope(READS)
    found = await records.people(context.tools.store, context.organisation, names) if names else []
    return [each for each in found if scope.covers(each.unit)]
