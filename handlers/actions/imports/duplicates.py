"""Deciding whether two people are the same."""

from typing import ClassVar, Literal

from msgspec.structs import replace

from handlers.actions.base import Action, Result, command_line
from handlers.actions.context import Context, Refused
from handlers.imports import records
from handlers.imports.records import Pair
from handlers.organisation.import_events import DuplicateDecided, Verdict
from handlers.organisation.rights import HIRES
from handlers.organisation.state import Role

VERDICTS: tuple[Literal["same", "different", "later"], ...] = ("same", "different", "later")


class DuplicateSettled(Result, frozen=True):
    """What was decided, and what was before."""

    pair: str
    verdict: Verdict
    before: Verdict

    @property
    def undo(self) -> "DecideDuplicate":
        return DecideDuplicate(self.pair, self.before)


class DecideDuplicate(Action, frozen=True, tag="decide_duplicate"):
    """Decide whether the two people of a pair are the same, put it off (`later`), or take a decision back (empty).

    Nothing of either is changed: they are only shown together from then on.
    """

    pair: str
    verdict: Verdict
    roles: ClassVar[frozenset[Role]] = HIRES

    @property
    def line(self) -> str:
        return command_line("/duplicates", self.pair, self.verdict or "undo")

    async def execute(self, context: Context) -> DuplicateSettled:
        store = context.tools.store
        pair = await self._target(context)
        if self.verdict == "same":
            await records.link(store, pair.one, pair.other)
        elif pair.verdict == "same":
            await records.unlink(store, pair.one, pair.other)
        decided = replace(pair, verdict=self.verdict, by=context.person.id, at_ms=context.now)
        await records.put_pairs(store, [decided])
        if self.verdict != pair.verdict:
            context.record(DuplicateDecided(pair.one, pair.other, self.verdict))
        return DuplicateSettled(pair.id, self.verdict, pair.verdict)

    async def _target(self, context: Context) -> Pair:
        """Return the pair, if both people are in the units where the person may decide. Raises Refused."""
        scope = context.scope(self.roles)
        pair = await records.pair(context.tools.store, self.pair)
        source = context.organisation.imports.get(pair.source) if pair else None
        if pair is None or source is None or not scope.covers(source.unit):
            raise Refused("duplicate.unknown")
        unit = await self._unit_of(context, pair)
        if unit is None:
            raise Refused("duplicate.gone")
        if not scope.covers(unit):
            raise Refused("duplicate.elsewhere")
        return pair

    async def _unit_of(self, context: Context, pair: Pair) -> str | None:
        """Return the unit of the pair's first person; None if they are gone."""
        if not pair.live:
            person = await records.person(context.tools.store, context.organisation, pair.one)
            return person.unit if person else None
        record = await context.tools.store.interviews.load(pair.one)
        return record.state.unit if record and record.state.phase != "erased" else None
