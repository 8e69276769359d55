"""Erasing somebody who was imported."""

from typing import ClassVar

from handlers.actions.base import Action, Preview, Result
from handlers.actions.context import Context, Refused
from handlers.imports import records
from handlers.imports.model import ImportedPerson
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role
from storage.ports import ErasureOrder


class ImportedErasurePreview(Preview, frozen=True):
    """Who would be erased, with so many earlier interviews. `now` are their interviews here, which would stay."""

    name: str
    interviews: int
    now: tuple[str, ...] = ()


class ImportedErasureOrdered(Result, frozen=True):
    person: str


class EraseImported(Action, frozen=True, tag="erase_imported"):
    """Erase somebody who was imported, with their earlier interviews and all that was decided about them, also as
    far as they were imported again and decided to be the same person.

    This only orders the erasure; `handlers.maintenance.erase` carries it out.
    """

    person: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return f"/forget {self.person}"

    async def preview(self, context: Context) -> ImportedErasurePreview:
        found, *others = await self._targets(context)
        store = context.tools.store
        loaded = await store.interviews.load_many(await records.same_as(store, found.id))
        now = tuple(each.state.interview for each in loaded if each.state.phase != "erased")
        return ImportedErasurePreview(found.name, sum(len(each.interviews) for each in (found, *others)), now)

    async def execute(self, context: Context) -> ImportedErasureOrdered:
        found, *others = await self._targets(context)
        for each in (*others, found):
            order = ErasureOrder(
                each.id,
                context.person.id,
                context.cause,
                collected=True,
                names=records.names_of(each),
                chat=context.reply_to if each is found else None,
                language=context.language,
                imported=each.source,
            )
            await context.tools.store.erasures.order(order)
        return ImportedErasureOrdered(found.id)

    async def _targets(self, context: Context) -> list[ImportedPerson]:
        """Return the person, then others imported who were decided to be the same. Raises Refused."""
        store, scope = context.tools.store, context.scope(self.roles)
        names = [self.person, *await records.same_as(store, self.person)]
        found = [
            each for each in await records.people(store, context.organisation, names) if scope.covers(each.unit)
        ]
        if not found or found[0].id != self.person:
            raise Refused("imported.unknown")
        return found
