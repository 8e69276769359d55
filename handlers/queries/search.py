"""Search for candidates by id, by the beginning of an id, by name or by contact details, within the units that a
person may see.
"""

import re
from collections.abc import Collection, Sequence
from typing import ClassVar, Literal, NamedTuple

import msgspec

from conversation.state import State
from conversation.words import normal
from handlers import name_search
from handlers.actions.context import Context, Refused
from handlers.members import BATCH
from handlers.organisation.rights import HELPS, HIRES, LEADS, MEETS, READS, Scope
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns

MOST = 20
_ID = re.compile(r"([0-9a-f]{6,16})(?:-\d+)?", re.IGNORECASE)
_WHOLE = 16
RIGHTS: dict[str, frozenset[Role]] = {"read": READS, "hire": HIRES, "help": HELPS, "lead": LEADS}


class CandidateMatch(msgspec.Struct, frozen=True):
    interview: str
    name: str
    campaign: str
    phase: str


class CandidateMatches(Answer, frozen=True):
    """The first `MOST` of `total` candidates, by name. `complete` is False if there may be more than these."""

    candidates: tuple[CandidateMatch, ...]
    total: int
    complete: bool = True


class FindCandidates(Query, frozen=True, omit_defaults=True, tag="find_candidates"):
    """Find candidates by id or name, among those with whom the person may do something: see them, hire or help
    them, or lead their unit."""

    text: str
    right: Literal["read", "hire", "help", "lead"] = "read"
    roles: ClassVar[frozenset[Role]] = MEETS

    async def answer(self, context: Context) -> CandidateMatches:
        roles = RIGHTS[self.right]
        if not context.scope(roles):
            raise Refused("forbidden.action")
        found = await search(context, roles, self.text)
        shown = found.states[:MOST]
        matches = (CandidateMatch(each.interview, each.name, each.campaign, each.phase) for each in shown)
        return CandidateMatches(tuple(matches), found.total, found.complete)


class Search(NamedTuple):
    """The first of `total` candidates found, by name.

    `complete` is False if there may be more than these. `spelled`: the text is pinyin of their names.
    """

    states: list[State]
    total: int
    complete: bool = True
    spelled: bool = False


async def search(context: Context, roles: Collection[Role], text: str) -> Search:
    """Search for candidates with this id, beginning of an id, or name, where the person has one of the roles.

    Those whose whole name this is come alone. If there are none, those come whose name contains it, or else those
    whose name is so in pinyin, or else those whose contact details contain it, where the person may read these.
    """
    scope, number = context.scope(roles), _number(text)
    if len(number) == _WHOLE:
        record = await context.tools.store.interviews.load(number)
        if record and scope.covers(record.state.unit):
            return Search([record.state], 1)
    store, among = context.tools.store, await visible_campaigns(context, roles)
    if number and len(number) < _WHOLE:
        met = await name_search.with_id(store, [each.id for each in among], number)
        if found := await _loaded(context, scope, met[:BATCH]):
            return Search(found, len(met) - len(met[:BATCH]) + len(found))
    reads = context.scope(READS)
    matches = [
        await name_search.find(
            store,
            [each.id for each in among if reads.covers(each.unit) is details],
            name_search.Wanted(text, details=details),
        )
        for details in (True, False)
    ]
    best = min((each.rank for each in matches if each.lines), default=0)
    lines = [line for each in matches if each.rank == best for line in each.lines]
    lines.sort(key=lambda line: (line.name, line.interview))
    found = await _loaded(context, scope, [each.interview for each in lines[:BATCH]])
    found.sort(key=lambda state: (state.name, state.interview))
    total = len(lines) - len(lines[:BATCH]) + len(found)
    complete = all(each.complete for each in matches)
    return Search(found, total, complete, bool(lines) and best == name_search.SPELLED)


async def find_candidates(context: Context, roles: Collection[Role], text: str) -> list[State]:
    """Return the first candidates that `search` finds."""
    return (await search(context, roles, text)).states


def is_whole(state: State, text: str) -> bool:
    """Return whether the text is the candidate's whole name, or the id or its beginning."""
    return normal(state.name) == normal(text) or state.interview.startswith(_number(text) or " ")


async def similar_candidates(context: Context, roles: Collection[Role], text: str) -> list[State]:
    """Return the few candidates whose names are most similar to a text that finds nobody."""
    among = [each.id for each in await visible_campaigns(context, roles)]
    found = await name_search.similar(context.tools.store, among, text)
    states = await _loaded(context, context.scope(roles), [each.interview for each in found])
    places = {line.interview: place for place, line in enumerate(found)}
    return sorted(states, key=lambda state: places[state.interview])


async def _loaded(context: Context, scope: Scope, interviews: Sequence[str]) -> list[State]:
    records = await context.tools.store.interviews.load_many(interviews) if interviews else []
    return [record.state for record in records if scope.covers(record.state.unit)]


def _number(text: str) -> str:
    """Return the interview's id, or the beginning of one, that the text gives; "" if it is neither. In a receipt's
    number the id is followed by a hyphen and a number."""
    found = _ID.fullmatch(text.strip())
    return found[1].lower() if found else ""
