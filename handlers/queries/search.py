"""Search for candidates by id, by the beginning of an id, by name or by contact details, within the units that a
person may see.

Names and details are searched for among the states of the campaigns' interviews.
"""

import re
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from typing import ClassVar, Literal

import msgspec

from conversation.state import State
from conversation.words import normal
from handlers import contacts
from handlers.actions.context import Context, Refused
from handlers.members import BATCH, members
from handlers.organisation.rights import HELPS, HIRES, LEADS, MEETS, READS, Scope
from handlers.organisation.state import Role
from handlers.queries.base import Answer, Query
from handlers.queries.campaigns import visible_campaigns
from storage.ports import Campaign

MOST = 20
MOST_IDS = 100_000
_ID = re.compile(r"([0-9a-f]{6,16})(?:-\d+)?", re.IGNORECASE)
_WHOLE = 16
_SIMILAR = 3
_LIKENESS = 0.6
_MOST_DIFFERENT = 2
RIGHTS: dict[str, frozenset[Role]] = {"read": READS, "hire": HIRES, "help": HELPS, "lead": LEADS}


class CandidateMatch(msgspec.Struct, frozen=True):
    interview: str
    name: str
    campaign: str
    phase: str


class CandidateMatches(Answer, frozen=True):
    """The first `MOST` of `total` candidates, by name."""

    candidates: tuple[CandidateMatch, ...]
    total: int


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
        found = await find_candidates(context, roles, self.text)
        matches = (CandidateMatch(each.interview, each.name, each.campaign, each.phase) for each in found[:MOST])
        return CandidateMatches(tuple(matches), len(found))


async def find_candidates(context: Context, roles: Collection[Role], text: str) -> list[State]:
    """Return the candidates with this id, beginning of an id, or name, where the person has one of the roles."""
    scope = context.scope(roles)
    if state := await _by_whole_id(context, scope, text):
        return [state]
    among = await visible_campaigns(context, roles)
    return await _by_id(context, scope, among, text) or await _by_words(context, scope, among, text)


def is_whole(state: State, text: str) -> bool:
    """Return whether the text is the candidate's whole name, or the id or its beginning."""
    return normal(state.name) == normal(text) or state.interview.startswith(_number(text) or " ")


async def similar_candidates(context: Context, roles: Collection[Role], text: str) -> list[State]:
    """Return the few candidates whose names are most similar to a text that finds nobody."""
    wanted, scope = normal(text), context.scope(roles)
    among = [each.id for each in await visible_campaigns(context, roles)]
    found = await members(
        context.tools.store, among, lambda state: scope.covers(state.unit) and _is_near(normal(state.name), wanted)
    )
    names = get_close_matches(wanted, {normal(each.name) for each in found.states}, _SIMILAR, _LIKENESS)
    return [each for name in names for each in found.states if normal(each.name) == name][:_SIMILAR]


def _is_near(name: str, wanted: str) -> bool:
    """Whether two names can be similar. Quickly decided, because most cannot."""
    return abs(len(name) - len(wanted)) <= _MOST_DIFFERENT and len(set(name) & set(wanted)) * 2 >= len(set(wanted))


async def _by_whole_id(context: Context, scope: Scope, text: str) -> State | None:
    number = _number(text)
    record = await context.tools.store.interviews.load(number) if len(number) == _WHOLE else None
    return record.state if record and scope.covers(record.state.unit) else None


async def _by_id(context: Context, scope: Scope, among: Iterable[Campaign], text: str) -> list[State]:
    number = _number(text)
    if not number or len(number) == _WHOLE:
        return []
    met: list[str] = []
    looked_at = 0
    for campaign in among:
        async for interview in context.tools.store.interviews.members(campaign.id):
            looked_at += 1
            if interview.startswith(number):
                met.append(interview)
            if looked_at >= MOST_IDS:
                break
    loaded = await context.tools.store.interviews.load_many(met[:BATCH]) if met else []
    return [record.state for record in loaded if scope.covers(record.state.unit)]


def _number(text: str) -> str:
    """Return the interview's id, or the beginning of one, that the text gives; "" if it is neither. In a receipt's
    number the id is followed by a hyphen and a number."""
    found = _ID.fullmatch(text.strip())
    return found[1].lower() if found else ""


async def _by_words(context: Context, scope: Scope, among: Iterable[Campaign], text: str) -> list[State]:
    """Return the candidates whose whole name this is, otherwise those whose name contains it, otherwise those
    whose phone number, e-mail address or other details do, by name. Details count where the person may read them.
    """
    wanted, reads = normal(text), context.scope(READS)
    if not wanted:
        return []

    def is_meant(state: State) -> bool:
        if not scope.covers(state.unit):
            return False
        return wanted in normal(state.name) or (reads.covers(state.unit) and contacts.matches(state, text))

    found = (await members(context.tools.store, [each.id for each in among], is_meant)).states
    named = [state for state in found if wanted in normal(state.name)]
    exact = [state for state in named if normal(state.name) == wanted]
    return sorted(exact or named or found, key=lambda state: (state.name, state.interview))
