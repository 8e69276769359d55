"""Importing a file with earlier candidates and interviews, and undoing that."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import islice
from typing import ClassVar, TypeVar

from msgspec.structs import replace

from handlers.actions.base import Action, Preview, Result, command_line
from handlers.actions.campaigns import own_unit
from handlers.actions.context import Context, Refused
from handlers.actions.people import check_unit
from handlers.imports import records
from handlers.imports.model import (
    MOST_BYTES,
    MOST_ROWS,
    DayOrder,
    ImportUnusable,
    Known,
    Refusal,
    Request,
    Summary,
    known_of,
)
from handlers.imports.outcome import Outcome
from handlers.members import batches
from handlers.organisation.import_events import Import, ImportBegun, Imported, ImportUndone
from handlers.organisation.repository import append
from handlers.organisation.rights import LEADS
from handlers.organisation.state import Role

MOST_REFUSALS = 5_000
"""How many refused rows a preview lists."""
LENT_MS = 3_600_000
"""How long a file is kept to be imported, in milliseconds."""
_ID_LENGTH = 8
_AT_ONCE = 500
T = TypeVar("T")
Read = Callable[[Request], Awaitable[Outcome]]


class ImportPreview(Preview, frozen=True):
    """What would be imported. `refusals` are the first MOST_REFUSALS refused rows.

    `action` is the import with every column told, so that what is confirmed is what was shown.
    """

    unit: str
    summary: Summary
    refusals: tuple[Refusal, ...]
    action: "ImportHistory"

    @property
    def confirms(self) -> "ImportHistory":
        return self.action


class HistoryImported(Result, frozen=True):
    """An import that is complete. `source` is its id."""

    source: str
    what: Import


class ImportHistory(Action, frozen=True, omit_defaults=True, tag="import_history"):
    """Import a file with earlier candidates and interviews. Who may be the same is left for people to decide.

    - `sha256`: the file in the archive (hex). `name`: what it is called.
    - `unit`: whose candidates they are; None: the person's own unit.
    - `told`: pairs of a field and a column's letter or heading, in place of what the columns seem to be about.
    - `day_order`: how dates such as 03/04/2026 are written.
    """

    sha256: str
    name: str
    unit: str | None = None
    told: tuple[tuple[str, str], ...] = ()
    day_order: DayOrder = ""
    roles: ClassVar[frozenset[Role]] = LEADS
    personal: ClassVar[bool] = True  # a file's name may be somebody's

    @property
    def line(self) -> str:
        return command_line("/import", self.sha256[:12], self.unit or "")

    async def preview(self, context: Context) -> ImportPreview:
        unit = self._unit(context)
        outcome = await self._read(context, "", unit, whole=False)
        told = tuple((each.field, each.letter) for each in outcome.summary.columns)
        decided = replace(self, unit=unit, told=told)
        return ImportPreview(unit, outcome.summary, tuple(islice(outcome.refusals(), MOST_REFUSALS)), decided)

    async def execute(self, context: Context) -> HistoryImported:
        unit, source = self._unit(context), context.nonce()[:_ID_LENGTH]
        if (done := context.organisation.imports.get(source)) and done.done:
            return HistoryImported(source, done)  # this is executed again
        outcome = await self._read(context, source, unit)
        store = context.tools.store
        begun = ImportBegun(source, unit, context.person.id, self.sha256)
        await self._append(context, "begun", begun)
        summary = outcome.summary
        written = 0
        for people in _batches(outcome.people()):
            await records.put_people(store, people)
            written += len(people)
            if summary.people > _AT_ONCE:
                await context.progressed(written, summary.people, "staff.import.progress")
        live = {each.one for each in outcome.likenesses()} - {each.id for each in outcome.people()}
        live -= {each.id for each in await records.people(store, context.organisation, list(live))}
        for likenesses in _batches(outcome.likenesses()):
            await records.put_new_pairs(store, [records.pair_of(each, source, live) for each in likenesses])
        counted = (summary.rows, summary.people, summary.interviews, summary.refused, summary.duplicates)
        await self._append(context, "done", Imported(source, *counted))
        await store.erasures.lend(self.sha256, context.now)  # nobody needs the file any more
        made = Import(unit, context.person.id, context.now, self.sha256, True, *counted)
        return HistoryImported(source, made)

    async def _append(self, context: Context, step: str, event: ImportBegun | Imported) -> None:
        """Record a step at once: whoever looks for orphans of an import that broke off finds it in the record."""
        cause = f"{context.cause}:import:{step}"
        await append(context.tools.store, lambda _: (event,), cause, context.person.id, context.tools.now)

    def _unit(self, context: Context) -> str:
        unit = own_unit(context, self.roles) if self.unit is None else self.unit
        check_unit(context, unit)
        if not context.scope(self.roles).covers(unit):
            raise Refused("forbidden.action")
        return unit

    async def _read(self, context: Context, source: str, unit: str, *, whole: bool = True) -> Outcome:
        """Read the file in a process of its own. Raises Refused."""
        assert context.tools.read_import is not None
        data = await context.tools.get_file(self.sha256)
        known = tuple([each async for each in _known(context, source)])
        request = Request(data, self.name, source, unit, self.told, self.day_order, known, whole)
        try:
            return await context.tools.read_import(request)
        except ImportUnusable as error:
            name, mib = self.name[:60], MOST_BYTES // 2**20
            raise Refused(f"import.file.{error.reason}", name=name, most=MOST_ROWS, mib=mib) from None


async def _known(context: Context, source: str) -> AsyncIterator[Known]:
    """Yield everybody whom those in a file are compared with: imported before, or a candidate now."""
    store = context.tools.store
    async for each in records.all_people(store, context.organisation):
        if each.source != source:
            yield known_of(each)
    async for states in batches(store, await store.directory.campaigns()):
        for state in states:
            if state.name and state.phase != "erased":
                yield Known(state.interview, state.name, state.contact.phone, state.contact.email)


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, _AT_ONCE)):
        yield batch


# undoing


class UndoPreview(Preview, frozen=True):
    """What would be deleted: so many people, and so many decisions that colleagues took about them."""

    source: str
    what: Import
    people: int
    decided: int


class ImportGone(Result, frozen=True):
    source: str
    people: int
    decided: int


class UndoImport(Action, frozen=True, tag="undo_import"):
    """Delete all that an import brought, and what was decided about these people since. `source` is its id."""

    source: str
    roles: ClassVar[frozenset[Role]] = LEADS

    @property
    def line(self) -> str:
        return command_line("/import", "undo", self.source)

    async def preview(self, context: Context) -> UndoPreview:
        what, names = self._import(context), await self._names(context)
        pairs = [each async for each in records.all_pairs(context.tools.store)]
        decided = sum(
            each.verdict in ("same", "different") and (each.one in names or each.other in names) for each in pairs
        )
        return UndoPreview(self.source, what, len(names), decided)

    async def execute(self, context: Context) -> ImportGone:
        self._import(context)
        names = await self._names(context)
        decided = await records.drop(context.tools.store, names)
        context.record(ImportUndone(self.source, len(names), decided))
        return ImportGone(self.source, len(names), decided)

    def _import(self, context: Context) -> Import:
        what = context.organisation.imports.get(self.source)
        if what is None or not context.scope(self.roles).covers(what.unit):
            raise Refused("import.unknown", source=self.source[:20])
        return what

    async def _names(self, context: Context) -> set[str]:
        found = records.all_people(context.tools.store, context.organisation)
        return {each.id async for each in found if each.source == self.source}
