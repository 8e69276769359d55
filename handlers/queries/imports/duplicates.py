"""Pairs of people who may be the same, for a person to decide."""

from typing import ClassVar

import msgspec

from handlers.actions.context import Context, Refused
from handlers.imports import records
from handlers.imports.model import EarlierInterview, Evidence, ImportedPerson
from handlers.imports.records import Pair
from handlers.organisation.import_events import Verdict
from handlers.organisation.rights import HIRES, READS, Scope
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query

_MASK = "**"
_KEPT_DIGITS = 2


class Side(msgspec.Struct, frozen=True):
    """One of the two: an imported person, or a candidate's interview if there is a `campaign`.

    `masked`: they are in a unit that the reader may not see, so only the beginning of the name and the end of the
    phone number are here.
    """

    id: str
    name: str
    phone: str
    email: str
    unit: str
    birth: str = ""
    school: str = ""
    row: int = 0
    interviews: tuple[EarlierInterview, ...] = ()
    campaign: str = ""
    phase: str = ""
    masked: bool = False


class DuplicatePair(msgspec.Struct, frozen=True):
    """Two people who may be the same. `decidable`: the reader may decide, as both are in their units."""

    id: str
    one: Side
    other: Side
    evidence: tuple[Evidence, ...]
    score: int
    verdict: Verdict
    decidable: bool


class DuplicateQueue(Answer, frozen=True):
    """The next pair to decide; None if there is none. `open` pairs wait, `later` were put off."""

    pair: DuplicatePair | None
    open: int
    later: int


class ShowDuplicate(Query, frozen=True, omit_defaults=True, tag="show_duplicate"):
    """Show a pair of people who may be the same: this one, or the next one that nobody has decided about. Those
    with the most in common come first, then those that were put off."""

    pair: str = ""
    roles: ClassVar[frozenset[Role]] = HIRES

    async def answer(self, context: Context) -> DuplicateQueue:
        scope = context.scope(self.roles)
        waiting = [each async for each in records.all_pairs(context.tools.store) if _waits(context, scope, each)]
        waiting.sort(key=lambda each: (each.verdict == "later", each.at_ms, -each.score, each.id))
        later = sum(each.verdict == "later" for each in waiting)
        if self.pair:
            found = await records.pair(context.tools.store, self.pair)
            if found is None or not _is_seen(context, scope, found):
                raise Refused("duplicate.unknown")
            return DuplicateQueue(await _shown(context, found), len(waiting) - later, later)
        for each in waiting:
            if shown := await _shown(context, each):
                return DuplicateQueue(shown, len(waiting) - later, later)
        return DuplicateQueue(None, 0, 0)


def _waits(context: Context, scope: Scope, pair: Pair) -> bool:
    return pair.verdict in ("", "later") and _is_seen(context, scope, pair)


def _is_seen(context: Context, scope: Scope, pair: Pair) -> bool:
    """Return whether the pair is of an import into one of the reader's units."""
    source = context.organisation.imports.get(pair.source)
    return source is not None and scope.covers(source.unit)


async def _shown(context: Context, pair: Pair) -> DuplicatePair | None:
    """Return the pair, or None if one of the two is gone."""
    one, other = await side_of(context, pair.one, live=pair.live), await side_of(context, pair.other)
    if one is None or other is None:
        return None
    may = context.scope(HIRES)
    decidable = may.covers(one.unit) and may.covers(other.unit)
    return DuplicatePair(pair.id, one, other, pair.evidence, pair.score, pair.verdict, decidable)


async def side_of(context: Context, name: str, *, live: bool = False) -> Side | None:
    """Return an imported person or a candidate's interview, as the reader may see them; None if they are gone."""
    if not live:
        person = await records.person(context.tools.store, context.organisation, name)
        return _masked(context, _of_person(person)) if person else None
    record = await context.tools.store.interviews.load(name)
    if record is None or record.state.phase == "erased":
        return None
    state = record.state
    contact = state.contact
    side = Side(
        name, state.name, contact.phone, contact.email, state.unit, campaign=state.campaign, phase=state.phase
    )
    return _masked(context, side)


def _of_person(each: ImportedPerson) -> Side:
    return Side(
        each.id, each.name, each.phone, each.email, each.unit, each.birth, each.school, each.row, each.interviews
    )


def _masked(context: Context, side: Side) -> Side:
    if context.scope(READS).covers(side.unit):
        return side
    phone = f"{_MASK}{side.phone[-_KEPT_DIGITS:]}" if side.phone else ""
    return Side(side.id, f"{side.name[:1]}{_MASK}", phone, "", side.unit, masked=True)
